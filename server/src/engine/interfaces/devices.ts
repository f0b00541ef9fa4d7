import type { Rtnetlink } from "@tundeck/native-bindings"
import { type InterfaceWanted, Problem } from "@tundeck/shared"
import type { Devices } from "../ports.ts"
import type { Watcher } from "./heal/watcher.ts"
import type { Holdings } from "./holdings.ts"
import { mismatchProblem } from "./reconcile/attach-problem.ts"
import type { Executor } from "./reconcile/executor.ts"
import type { InterfaceTable } from "./table.ts"

export interface DevicesParts {
  rtnetlink: Rtnetlink
  wishes: ReadonlyMap<string, InterfaceWanted>
  table: InterfaceTable
  executor: Executor
  holdings: Holdings
  watcher: Watcher
}

/** The interfaces as the tunnels see them. */
export function createDevices({ rtnetlink, wishes, table, executor, holdings, watcher }: DevicesParts): Devices {
  return {
    attach(name) {
      const link = rtnetlink.linkByName(name)
      if (link === undefined) throw new Problem("interface-not-found", `There is no interface ${name}.`)
      const wanted = wishes.get(name)
      if (link.tun === undefined || (wanted !== undefined && wanted.kind !== link.tun.kind)) {
        throw mismatchProblem(name, wanted?.kind ?? "tun", link)
      }
      const isKept = holdings.get(name)?.keep ?? false
      const held = executor.attach(name, wanted)
      if (held.lent) throw new Problem("interface-held", `Another tunnel of Tundeck is attached to ${name}.`)
      holdings.lend(name)
      if (!isKept) holdings.setKeep(name, false)
      const { fd, attachment } = held
      const { kind, packetInfo, vnetHeader } = attachment
      return { fd, kind, packetInfo, vnetHeader, mtu: link.mtu, mac: kind === "tap" ? (link.mac ?? null) : null }
    },
    detach: (_name, fd) => holdings.takeBack(fd),
    facts(name) {
      const actual = table.get(name)
      if (actual === undefined) return undefined
      const { kind, mtu, mac, up, addresses, routes } = actual
      return { kind, mtu, mac, up, addresses, routes }
    },
    onChange: (listener) => watcher.onChange(({ name }) => listener(name)),
  }
}
