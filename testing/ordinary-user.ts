// `tundeck` as an ordinary user runs it, wherever the checkout lies: root's own clone may be in a directory of mode 0700.
import { join } from "node:path"

const checkout = join(import.meta.dirname, "..")
const place = "/mnt"

// In a mount namespace of its own; entry by entry, because a bind mount keeps the mode of what it shows.
const script = `
  from=$1; at=$2; shift 2
  mount -t tmpfs -o mode=0755 tmpfs "$at"
  for entry in "$from"/*; do
    shown="$at/\${entry##*/}"
    if [ -d "$entry" ]; then mkdir "$shown"; else : > "$shown"; fi
    mount --bind "$entry" "$shown"
  done
  exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all -- "$@"`

/** The command line of `tundeck` as uid 65534, without a group or a capability. */
export function tundeckAsNobody(...args: string[]): [command: string, args: string[]] {
  const node = process.execPath.replace(checkout, place)
  const command = [node, `${place}/server/bin/tundeck.mjs`, ...args]
  return ["unshare", ["--mount", "--propagation", "private", "sh", "-ec", script, "sh", checkout, place, ...command]]
}
