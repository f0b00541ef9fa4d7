import { type CaptureCause, type CountedRow, Problem, type TunnelStats, type TunnelView } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import { sum } from "../history/sums.ts"
import type { Events } from "../services/events.ts"
import type { Tunnels } from "../services/tunnels.ts"
import { causesText } from "./cause-text.ts"
import type { SavedCaptures } from "./saved-captures.ts"

/** What comes so soon after the first event is in the same file, and so is what passes meanwhile. */
const settleMs = 2000
/** A tunnel that goes up and down all the time has so much between its files. */
const pauseMs = 60_000

export interface AutomaticCapturesParts {
  changes: Changes
  tunnels: Pick<Tunnels, "view" | "poll">
  saved: Pick<SavedCaptures, "keep">
  events: Pick<Events, "record">
  onFault: (error: unknown) => void
  settleMs?: number
  pauseMs?: number
}

type Drops = TunnelStats["drops"]

interface Watched {
  state: TunnelView["state"]
  capture: TunnelView["capture"]
  /** Of this run of the tunnel: reasons that it has dropped for, and all drops when that was looked at. */
  seen: Set<string>
  dropped: number
  /** Unix ms of its last file. */
  savedAt: number
}

interface Due {
  causes: Map<string, CaptureCause>
  /** Unix ms of the first of them. */
  since: number
  timer: NodeJS.Timeout
}

/** Saves a tunnel's capture at the events that the tunnel names. */
export class AutomaticCaptures {
  readonly #parts: AutomaticCapturesParts
  readonly #unlisten: (() => void)[]
  readonly #watched = new Map<string, Watched>()
  readonly #due = new Map<string, Due>()
  #isPolling = false

  constructor(parts: AutomaticCapturesParts) {
    this.#parts = parts
    this.#unlisten = [
      parts.changes.tunnel.on((id) => {
        const view = parts.tunnels.view(id)
        if (view !== undefined) this.#look(view)
      }),
      parts.changes.tunnelDeleted.on((id) => this.#forget(id)),
    ]
  }

  /** The engine counted on: of a tunnel that dropped more than before, the reasons are asked for. */
  counted(rows: readonly CountedRow[]): void {
    const hasNews = rows.some(({ id, peer, values }) => {
      const watched = peer === undefined ? this.#watched.get(id) : undefined
      return (
        watched !== undefined &&
        wants(watched, "drop") &&
        values[sum.outboundDrops] + values[sum.inboundDrops] !== watched.dropped
      )
    })
    if (hasNews && !this.#isPolling) void this.#poll() // it never rejects
  }

  close(): void {
    for (const unlisten of this.#unlisten) unlisten()
    for (const { timer } of this.#due.values()) clearTimeout(timer)
    this.#due.clear()
  }

  async #poll(): Promise<void> {
    this.#isPolling = true
    try {
      for (const { id, stats } of await this.#parts.tunnels.poll()) {
        const watched = this.#watched.get(id)
        if (watched !== undefined) this.#compare(id, watched, stats.drops)
      }
    } catch (error) {
      if (!(error instanceof Problem)) this.#parts.onFault(error) // else it is away: its next figures bring us back
    } finally {
      this.#isPolling = false
    }
  }

  /** Its configuration or its state is another one, and what it counted is fresh. */
  #look({ id, state, reason, capture, stats }: TunnelView): void {
    const before = this.#watched.get(id)
    const watched = before ?? { state, capture, seen: new Set(), dropped: 0, savedAt: 0 }
    const isNew = before === undefined || !wants(before, "drop")
    watched.capture = capture
    this.#watched.set(id, watched)
    if (isNew) note(watched, stats.drops)
    else if (state !== "stopped") this.#compare(id, watched, stats.drops)
    const isDown = before?.state === "up" && (state === "reconnecting" || state === "failed")
    watched.state = state
    if (isDown && wants(watched, "down")) {
      this.#save(id, watched, "down", { kind: "down", ...(reason !== null && { reason: reason.code }) })
    }
  }

  #compare(id: string, watched: Watched, drops: Drops): void {
    const before = new Set(watched.seen)
    note(watched, drops)
    if (!wants(watched, "drop")) return
    for (const { direction, reason } of drops) {
      const key = `${direction} ${reason}`
      if (watched.seen.has(key) && !before.has(key)) this.#save(id, watched, key, { kind: "drop", direction, reason })
    }
  }

  #save(id: string, watched: Watched, key: string, cause: CaptureCause): void {
    const now = Date.now()
    const due = this.#due.get(id)
    if (due !== undefined) {
      due.causes.set(key, cause)
      return
    }
    const { settleMs: settle = settleMs, pauseMs: pause = pauseMs } = this.#parts
    const timer = setTimeout(() => void this.#saveDue(id), Math.max(settle, watched.savedAt + pause - now))
    this.#due.set(id, { causes: new Map([[key, cause]]), since: now, timer: timer.unref() })
  }

  /** Never fails: what cannot be saved is an event. */
  async #saveDue(id: string): Promise<void> {
    const due = this.#due.get(id)
    const watched = this.#watched.get(id)
    this.#due.delete(id)
    if (due === undefined || watched === undefined) return
    const causes = [...due.causes.values()]
    watched.savedAt = Date.now()
    const seconds = watched.capture.saveSeconds + (Date.now() - due.since) / 1000
    try {
      await this.#parts.saved.keep(null, { tunnel: id, seconds, causes })
    } catch (error) {
      const name = this.#parts.tunnels.view(id)?.name
      if (name === undefined) return // it was deleted meanwhile
      const why = error instanceof Problem ? error.message : String(error)
      const text = `Its capture could not be saved (${causesText(causes)}): ${why}`
      this.#parts.events.record({ severity: "error", subject: `tunnel ${name}`, text })
    }
  }

  #forget(id: string): void {
    this.#watched.delete(id)
    clearTimeout(this.#due.get(id)?.timer)
    this.#due.delete(id)
  }
}

function wants({ capture }: Watched, event: "drop" | "down"): boolean {
  return capture.enabled && capture.saveOn.includes(event)
}

/** Fewer drops than before are those of a new run. */
function note(watched: Watched, drops: Drops): void {
  const dropped = drops.reduce((sum, { packets }) => sum + packets, 0)
  if (dropped < watched.dropped) watched.seen.clear()
  watched.dropped = dropped
  for (const { direction, reason, packets } of drops) if (packets > 0) watched.seen.add(`${direction} ${reason}`)
}
