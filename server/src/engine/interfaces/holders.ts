import { readNetworkNamespace, readTunHolders } from "@tundeck/native-bindings"
import type { Holder } from "@tundeck/shared"
import type { Broker } from "./broker.ts"
import type { Holdings } from "./holdings.ts"

/** Which processes have the interfaces of this network namespace open. We ourselves are "tundeck". */
export interface Holders {
  all(): Map<string, Holder[]>
  of(name: string): Holder[]
}

/** The launcher, where there is one that is root, sees into every process; we see into our user's. */
export function createHolders(broker: Broker | undefined, holdings: Pick<Holdings, "names">): Holders {
  // A process holds tun fds of the namespace that it was in when it attached; where it is now is the best guess there is.
  const search = { networkNamespace: readNetworkNamespace(), except: process.pid }
  const all = () => {
    const found = new Map<string, Map<number, Holder>>()
    const add = (name: string, holder: Holder) =>
      found.set(name, (found.get(name) ?? new Map<number, Holder>()).set(holder.pid, holder))
    for (const name of holdings.names()) add(name, { pid: process.pid, command: "tundeck" })
    for (const { pid, command, interface: name } of broker?.holders() ?? readTunHolders(search)) {
      add(name, { pid, command })
    }
    return new Map([...found].map(([name, byPid]) => [name, [...byPid.values()]]))
  }
  return { all, of: (name) => all().get(name) ?? [] }
}

/** "tun7 is held by openvpn (pid 4242)"; without the right to look into other users' processes, how to find out. */
export function heldBy(name: string, holders: Holder[]): string {
  if (holders.length > 0) {
    return `${name} is held by ${holders.map(({ command, pid }) => `${command} (pid ${pid})`).join(", ")}.`
  }
  return `${name} is held by a process that the engine may not look into; as root: grep -l 'iff:.${name}$' /proc/[0-9]*/fdinfo/*`
}
