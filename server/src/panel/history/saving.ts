import { setImmediate } from "node:timers/promises"
import type { HistoryStore } from "./history-store.ts"
import type { Series } from "./series.ts"
import { tidy } from "./tidy.ts"
import { dropOldest } from "./waiting.ts"

/** Some 5 ms of a busy core, then everybody else has a turn. */
const seriesAtOnce = 16
/** What a store that takes nothing may make wait in memory, besides the chunks that are still written to. */
const defaultMostWaitingBytes = 64 * 1024 * 1024

export interface SavingParts {
  series: Map<string, Series>
  store: HistoryStore
  /** Seconds before this one may be saved. Unix. */
  until: () => number
  /** Told of the first failure of a row of them. */
  onFault: (error: unknown) => void
  mostWaitingBytes?: number | undefined
}

/**
 * Saves series a slice at a time. What a slice holds is saved whole or not at all, and only then forgotten here: whatever
 * interrupts a save, the next one goes on from there.
 */
export class Saving {
  readonly #parts: SavingParts
  /** Deleted tunnels that the store could not forget. */
  readonly #deleted = new Set<string>()
  #running: Promise<void> | undefined
  #isFailing = false
  #isClosed = false

  constructor(parts: SavingParts) {
    this.#parts = parts
  }

  get isFailing(): boolean {
    return this.#isFailing
  }

  /** Never two at once: while one is under way, that one. Never rejects. */
  save(): Promise<void> {
    this.#running ??= this.#inSlices()
      .then(() => {
        this.#isFailing = false
      })
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  /** All of it, before anybody else has a turn. */
  close(): void {
    this.#isClosed = true
    const { series, store, onFault } = this.#parts
    try {
      store.waitForOthers()
      this.#forgetDeleted()
      this.#saveThese([...series.keys()])
    } catch (error) {
      onFault(error)
    }
    store.close()
  }

  forget(tunnel: string): void {
    for (const [key, series] of this.#parts.series) if (series.tunnel === tunnel) this.#parts.series.delete(key)
    this.#deleted.add(tunnel)
    try {
      this.#forgetDeleted()
    } catch (error) {
      this.failed(error)
    }
  }

  /** What waits must not grow without end. */
  failed(error: unknown): void {
    const { series, until, mostWaitingBytes = defaultMostWaitingBytes, onFault } = this.#parts
    if (!this.#isFailing) onFault(error)
    this.#isFailing = true
    dropOldest([...series.values()], until(), mostWaitingBytes)
  }

  async #inSlices(): Promise<void> {
    const { series, store, until } = this.#parts
    this.#forgetDeleted()
    const keys = [...series.keys()]
    for (let at = 0; at < keys.length; at += seriesAtOnce) {
      this.#saveThese(keys.slice(at, at + seriesAtOnce))
      await setImmediate()
      if (this.#isClosed) return
    }
    for (const _ of tidy(store, until())) {
      await setImmediate()
      if (this.#isClosed) return
    }
  }

  /** Those that are still there: a tunnel that was deleted meanwhile is not. */
  #saveThese(keys: readonly string[]): void {
    const { series, store, until } = this.#parts
    const second = until()
    const these = keys.flatMap((key) => {
      const one = series.get(key)
      return one === undefined ? [] : [[key, one] as const]
    })
    const chunks = these.flatMap(([key, one]) => {
      one.fill(second)
      one.rollup.settle(second)
      return one.rollup.changed().map((chunk) => ({ series: key, ...chunk }))
    })
    store.save(chunks)
    for (const [key, one] of these) {
      one.rollup.saved()
      if (!one.isRunning) series.delete(key) // read again when it runs again
    }
  }

  #forgetDeleted(): void {
    for (const tunnel of this.#deleted) {
      this.#parts.store.forget(tunnel)
      this.#deleted.delete(tunnel)
    }
  }
}
