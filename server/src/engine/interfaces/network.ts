import { openRtnetlink, type Rtnetlink } from "@tundeck/native-bindings"
import type { InterfaceWanted, NewHostEvent } from "@tundeck/shared"
import type { Devices } from "../ports.ts"
import { groupsOf, usersOf } from "./accounts.ts"
import type { Broker } from "./broker.ts"
import type { OpenDevice } from "./device-file.ts"
import { createDevices } from "./devices.ts"
import { createHealer } from "./heal/healer.ts"
import { createStormGuard } from "./heal/storm-guard.ts"
import { createWatcher, type Watcher } from "./heal/watcher.ts"
import { createHolders } from "./holders.ts"
import { createHoldings } from "./holdings.ts"
import { createInterfaces, type Interfaces } from "./interfaces.ts"
import { observeInterface } from "./observe.ts"
import { createBringer } from "./reconcile/bring.ts"
import { createExecutor } from "./reconcile/executor.ts"
import { createInterfaceTable } from "./table.ts"

/** The interfaces of the network namespace that the calling thread is in, with all that keeps them as wanted. */
export interface Network {
  interfaces: Interfaces
  devices: Devices
  watcher: Watcher
  rtnetlink: Rtnetlink
  /** Every fd is given back to the kernel: transient interfaces go, persistent ones stay. */
  close(): void
}

export interface NetworkOptions {
  openDevice: OpenDevice
  broker: Broker | undefined
  onEvent: (event: NewHostEvent) => void
}

/** So often may one interface be healed within a minute; what could not be healed is tried again after one. */
const mostHeals = 20
const healsWithinMs = 60_000

export function createNetwork({ openDevice, broker, onEvent }: NetworkOptions): Network {
  const rtnetlink = openRtnetlink()
  const users = usersOf()
  const groups = groupsOf()
  const wishes = new Map<string, InterfaceWanted>()
  const holdings = createHoldings(openDevice)
  const holders = createHolders(broker, holdings)
  const table = createInterfaceTable(rtnetlink, { users, groups }, holders)
  const executor = createExecutor({ rtnetlink, holdings, holders, users, groups })
  const bringer = createBringer(executor, (name) => observeInterface(rtnetlink, { users, groups }, name) ?? null)
  const healer = createHealer({
    bringer,
    guard: createStormGuard(mostHeals, healsWithinMs),
    now: Date.now,
    onEvent,
    lookLater,
  })
  const watcher = createWatcher({ table, healer, wishes })
  const { look, lookAt } = watcher

  const waiting = new Map<string, NodeJS.Timeout>()
  function lookLater(name: string): void {
    if (waiting.has(name)) return
    const timer = setTimeout(() => {
      waiting.delete(name)
      watcher.lookAt(name)
    }, healsWithinMs)
    waiting.set(name, timer)
  }
  return {
    rtnetlink,
    watcher,
    interfaces: createInterfaces({
      rtnetlink,
      users,
      groups,
      wishes,
      table,
      holders,
      executor,
      bringer,
      healer,
      look,
      lookAt,
      lookLater,
    }),
    devices: createDevices({ rtnetlink, wishes, table, executor, holdings, watcher }),
    close() {
      for (const timer of waiting.values()) clearTimeout(timer)
      watcher.close()
      holdings.closeAll()
      rtnetlink.close()
    },
  }
}
