import { type RtnetlinkEvent, watchRtnetlink } from "@tundeck/native-bindings"
import type { InterfaceWanted } from "@tundeck/shared"
import type { InterfaceTable, TableChange } from "../table.ts"
import type { Healer } from "./healer.ts"

/** Looks at the machine whenever the kernel tells of a change, heals, and tells who wants to know. */
export interface Watcher {
  /** Looks now: after changes of our own. */
  look(): void
  /** Considers one interface again although nothing changed: healing rested. */
  lookAt(name: string): void
  onChange(listener: (change: TableChange) => void): () => void
  /** Begins to listen to the kernel. */
  start(): void
  close(): void
}

export interface WatcherParts {
  table: InterfaceTable
  healer: Healer
  wishes: ReadonlyMap<string, InterfaceWanted>
}

/** Changes come in bursts: one `ip link set down` is a dozen messages. */
const gatherMs = 50
/** Healing may need another look at what it did; never more often than this in one go. */
const mostRounds = 4

export function createWatcher({ table, healer, wishes }: WatcherParts): Watcher {
  const listeners = new Set<(change: TableChange) => void>()
  const watched = new Set<number>()
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined

  function look(): void {
    for (let round = 0; round < mostRounds; round++) {
      const changes = table.refresh()
      for (const { before, after } of changes) {
        if (before !== undefined) watched.delete(before.index)
        if (after !== undefined) watched.add(after.index)
      }
      for (const change of changes) for (const listener of listeners) listener(change)
      const healed = changes.map(({ name }) => consider(name))
      if (!healed.includes(true)) return
    }
  }

  function consider(name: string): boolean {
    const wanted = wishes.get(name)
    return wanted !== undefined && healer.consider(wanted, table.get(name) ?? null)
  }

  function lookSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      look()
    }, gatherMs)
  }

  /** Routes and addresses of other interfaces are none of our business, and may be many. */
  function concerns(event: RtnetlinkEvent): boolean {
    if ("link" in event) return event.link.tun !== undefined || watched.has(event.link.index)
    const index = "address" in event ? event.address.index : event.route.interfaceIndex
    return index !== undefined && watched.has(index)
  }

  return {
    look,
    lookAt(name) {
      look()
      if (consider(name)) look()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      stop = watchRtnetlink({
        onEvent: (event) => {
          if (concerns(event)) lookSoon()
        },
        onOverflow: lookSoon,
      }).close
      look()
    },
    close() {
      stop?.()
      clearTimeout(timer)
    },
  }
}
