import type { Rtnetlink } from "@tundeck/native-bindings"
import type { InterfaceActual, InterfaceObservation } from "@tundeck/shared"
import type { Holders } from "./holders.ts"
import { type AccountTables, observeInterface, observeInterfaces } from "./observe.ts"

/** What changed between two looks at the machine. */
export interface TableChange {
  name: string
  before: InterfaceActual | undefined
  after: InterfaceActual | undefined
}

/** The tun and tap interfaces of this network namespace as last seen. The kernel holds the truth; `refresh` fetches it. */
export interface InterfaceTable {
  get(name: string): InterfaceActual | undefined
  /** Reads the kernel again, of these names or of all, and answers with what differs, counters aside. */
  refresh(names?: ReadonlySet<string>): TableChange[]
  /** Fresh, with counters and holders. */
  list(): InterfaceObservation[]
}

export function createInterfaceTable(rtnetlink: Rtnetlink, accounts: AccountTables, holders: Holders): InterfaceTable {
  const seen = new Map<string, InterfaceActual>()
  const read = () => observeInterfaces(rtnetlink, accounts)
  const readNamed = (names: ReadonlySet<string>) =>
    [...names].flatMap((name) => observeInterface(rtnetlink, accounts, name) ?? [])
  return {
    get: (name) => seen.get(name),
    refresh(names) {
      const now = new Map((names === undefined ? read() : readNamed(names)).map((actual) => [actual.name, actual]))
      const changes = [...(names ?? new Set([...seen.keys(), ...now.keys()]))]
        .map((name) => ({ name, before: seen.get(name), after: now.get(name) }))
        .filter((change) => settings(change.before) !== settings(change.after))
      for (const { name, after } of changes) {
        if (after === undefined) seen.delete(name)
        else seen.set(name, after)
      }
      return changes
    },
    list() {
      const held = holders.all()
      // Not kept in `seen`: only `refresh` tells of changes, and none may slip by.
      return read().map((actual) => ({ actual, holders: held.get(actual.name) ?? [] }))
    },
  }
}

function settings(actual: InterfaceActual | undefined): string {
  return JSON.stringify({ ...actual, statistics: undefined })
}
