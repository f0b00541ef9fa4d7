import { type RtnetlinkEvent, watchRtnetlink } from "@tundeck/native-bindings"
import type { InterfaceWanted } from "@tundeck/shared"
import type { InterfaceTable, TableChange } from "../table.ts"
import type { Healer } from "./healer.ts"

/** Looks at the machine whenever the kernel tells of a change, heals, and tells who wants to know. */
export interface Watcher {
  /** Looks now, at these or at all: after changes of our own. */
  look(...names: string[]): void
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
/** Of more than these all are read at once. */
const mostNamed = 50
/** Healing may need another look at what it did; never more often than this in one go. */
const mostRounds = 4

export function createWatcher({ table, healer, wishes }: WatcherParts): Watcher {
  const listeners = new Set<(change: TableChange) => void>()
  /** Names by index. */
  const watched = new Map<number, string>()
  let timer: NodeJS.Timeout | undefined
  /** What shall be looked at soon; undefined: all. */
  let pending: Set<string> | undefined = new Set()
  let stop: (() => void) | undefined

  function look(names?: ReadonlySet<string>): void {
    for (let round = 0; round < mostRounds; round++) {
      const changes = table.refresh(names)
      for (const { before } of changes) if (before !== undefined) watched.delete(before.index)
      for (const { after } of changes) if (after !== undefined) watched.set(after.index, after.name)
      for (const change of changes) for (const listener of listeners) listener(change)
      const healed = changes.map(({ name }) => consider(name))
      if (!healed.includes(true)) return
    }
  }

  function consider(name: string): boolean {
    const wanted = wishes.get(name)
    return wanted !== undefined && healer.consider(wanted, table.get(name) ?? null)
  }

  function lookSoon(names?: readonly string[]): void {
    if (names === undefined) pending = undefined
    for (const name of names ?? []) pending?.add(name)
    timer ??= setTimeout(() => {
      timer = undefined
      const wanted = pending
      pending = new Set()
      look(wanted !== undefined && wanted.size <= mostNamed ? wanted : undefined)
    }, gatherMs)
  }

  /** Routes and addresses of other interfaces are none of our business, and may be many. */
  function concerned(event: RtnetlinkEvent): string[] {
    if ("link" in event) {
      const { index, name, tun } = event.link
      const before = watched.get(index)
      return before !== undefined ? [before, name] : tun !== undefined ? [name] : []
    }
    const index = "address" in event ? event.address.index : event.route.interfaceIndex
    const name = index === undefined ? undefined : watched.get(index)
    return name === undefined ? [] : [name]
  }

  return {
    look: (...names) => look(names.length > 0 ? new Set(names) : undefined),
    lookAt(name) {
      const names = new Set([name])
      look(names)
      if (consider(name)) look(names)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      stop = watchRtnetlink({
        onEvent: (event) => {
          const names = concerned(event)
          if (names.length > 0) lookSoon(names)
        },
        onOverflow: () => lookSoon(),
      }).close
      look()
    },
    close() {
      stop?.()
      clearTimeout(timer)
    },
  }
}
