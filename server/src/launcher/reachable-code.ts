import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { mount, mountFlags, namespaceType, SyscallError, umount, unshare } from "@tundeck/native-bindings"
import type { Account } from "./accounts.ts"
import { asAccount } from "./as-account.ts"
import { checkout } from "./program.ts"
import { StartError } from "./start-error.ts"

export interface ReachableCode {
  /** The checkout as the panel's user reaches it. */
  root: string
  release(): void
}

const runtimeDirectory = "/run"

/**
 * Panel and engine are not root and must read the program. Where it cannot (a clone below /root, which is 0700), the program is
 * shown to them at another place, read-only, in a mount namespace that only this process and its children see.
 */
export function reachableCode(accounts: { panel: Account; engine: Account } | null): ReachableCode {
  if (accounts === null || canRead(checkout, accounts)) return { root: checkout, release: () => {} }
  removeLeftOvers()
  const place = join(runtimeDirectory, `tundeck-${process.pid}`)
  const root = join(place, "code")
  try {
    unshare(namespaceType.mount)
    mount("none", "/", null, mountFlags.recursive | mountFlags.private)
    mkdirSync(place, { mode: 0o755 })
    mount("tundeck", place, "tmpfs", mountFlags.noSuid | mountFlags.noDevices)
    mkdirSync(root, { mode: 0o755 })
    for (const name of readdirSync(checkout)) if (!name.startsWith(".")) show(join(checkout, name), join(root, name))
  } catch (error) {
    throw new StartError(
      `${cannotRead(accounts)} Move it to a directory that everybody may pass, such as /opt. (${reasonOf(error)})`,
    )
  }
  const release = () => {
    umount(place)
    rmdirSync(place)
  }
  if (!canRead(root, accounts)) {
    release()
    throw new StartError(`${cannotRead(accounts)} Let it read: chmod -R go+rX ${checkout}`)
  }
  return { root, release }
}

// What they read first, and last.
const samples = [
  "server/src/panel/main.ts",
  "shared/src/index.ts",
  "node_modules/fastify/package.json",
  "web/dist/index.html",
]

function canRead(root: string, { panel, engine }: { panel: Account; engine: Account }): boolean {
  const files = samples.filter((file) => existsSync(join(checkout, file)))
  try {
    for (const account of [panel, engine]) {
      asAccount(account, () => {
        for (const file of files) closeSync(openSync(join(root, file), "r"))
      })
    }
    return true
  } catch {
    return false
  }
}

/** A bind mount keeps the mode of what it shows, so not the checkout (which may be the 0700 directory itself) but what is in it. */
function show(source: string, target: string): void {
  if (statSync(source).isDirectory()) mkdirSync(target)
  else writeFileSync(target, "")
  mount(source, target, null, mountFlags.bind | mountFlags.recursive)
  const restrictions = mountFlags.readOnly | mountFlags.noSuid | mountFlags.noDevices
  mount(null, target, null, mountFlags.remount | mountFlags.bind | restrictions)
}

/** The empty directories of launchers that were killed. */
function removeLeftOvers(): void {
  for (const name of readdirSync(runtimeDirectory)) {
    const pid = /^tundeck-(\d+)$/.exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    try {
      rmdirSync(join(runtimeDirectory, name))
    } catch {
      // not empty, so not ours
    }
  }
}

function cannotRead({ panel, engine }: { panel: Account; engine: Account }): string {
  return `Panel and engine run as uid ${panel.uid} and ${engine.uid}, which cannot read the program in ${checkout}.`
}

function reasonOf(error: unknown): string {
  if (error instanceof SyscallError) return `showing it elsewhere failed: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
