import type { Rtnetlink } from "@tundeck/native-bindings"
import type { InterfaceActual, InterfaceObservation } from "@tundeck/shared"
import type { Holders } from "./holders.ts"
import { type AccountTables, observeInterfaces } from "./observe.ts"

/** What changed between two looks at the machine. */
export interface TableChange {
  name: string
  before: InterfaceActual | undefined
  after: InterfaceActual | undefined
}

/** The tun and tap interfaces of this network namespace as last seen. The kernel holds the truth; `refresh` fetches it. */
export interface InterfaceTable {
  get(name: string): InterfaceActual | undefined
  /** Reads the kernel again and answers with what differs, counters aside. */
  refresh(): TableChange[]
  /** Fresh, with counters and holders. */
  list(): InterfaceObservation[]
}

export function createInterfaceTable(rtnetlink: Rtnetlink, accounts: AccountTables, holders: Holders): InterfaceTable {
  let seen = new Map<string, InterfaceActual>()
  const read = () => new Map(observeInterfaces(rtnetlink, accounts).map((actual) => [actual.name, actual]))
  return {
    get: (name) => seen.get(name),
    refresh() {
      const before = seen
      seen = read()
      return [...new Set([...before.keys(), ...seen.keys()])]
        .map((name) => ({ name, before: before.get(name), after: seen.get(name) }))
        .filter((change) => settings(change.before) !== settings(change.after))
    },
    list() {
      const held = holders.all()
      // Not kept in `seen`: only `refresh` tells of changes, and none may slip by.
      return [...read().values()].map((actual) => ({ actual, holders: held.get(actual.name) ?? [] }))
    },
  }
}

function settings(actual: InterfaceActual | undefined): string {
  return JSON.stringify({ ...actual, statistics: undefined })
}
