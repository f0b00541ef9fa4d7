import { setTimeout as sleep } from "node:timers/promises"
import { type Filter, type PacketBatch, type PacketSummary, Problem } from "@tundeck/shared"
import type { Changes } from "../changes.ts"
import type { Engine } from "../engine-client/engine-client.ts"
import { type KeptPacket, PacketBytes } from "./packet-bytes.ts"
import { PacketFeed } from "./packet-feed.ts"
import type { Viewer } from "./viewer.ts"

const glanceMs = 200
/** A page that is loaded again, or comes back, finds what was shown and what passed meanwhile; the longest left are let go. */
const mostResting = 8

/** Which tunnels are watched: the engine sends packets of a tunnel from its first viewer until its last one leaves. Then it rests. */
export class PacketFeeds {
  readonly #engine: Engine
  readonly #unlisten: () => void
  readonly #unlistenDeleted: () => void
  readonly #feeds = new Map<string, PacketFeed>()
  /** Requests that look for a moment hold the feed open as a viewer does. */
  readonly #glances = new Map<string, number>()
  /** Those that nobody watches; who was left last is the last. */
  readonly #resting = new Set<string>()
  readonly #bytes = new PacketBytes()

  constructor(engine: Engine, changes: Changes) {
    this.#engine = engine
    // One that was started meanwhile does not know who waits for its packets.
    this.#unlisten = changes.tunnel.on((tunnel) => {
      if (this.#feeds.has(tunnel)) void this.#watch(tunnel)
    })
    this.#unlistenDeleted = changes.tunnelDeleted.on((tunnel) => this.#forget(tunnel))
  }

  async join(tunnel: string, viewer: Viewer, filter?: Filter): Promise<void> {
    this.#open(tunnel).join(viewer, filter)
    await this.#watch(tunnel)
  }

  leave(tunnel: string, viewer: Viewer): void {
    if (this.#feeds.get(tunnel)?.leave(viewer)) this.#rest(tunnel)
  }

  leaveAll(viewer: Viewer): void {
    for (const tunnel of [...this.#feeds.keys()]) this.leave(tunnel, viewer)
  }

  /** What passed lately: what is kept here while others watch, else what the engine kept and what comes within a moment. */
  async glance(tunnel: string, limit: number, filter?: Filter): Promise<{ items: PacketSummary[]; missed: number }> {
    const watched = this.#feeds.get(tunnel)
    if (watched !== undefined && watched.viewers > 0) return watched.latest(limit, filter)
    const feed = this.#open(tunnel)
    this.#glances.set(tunnel, (this.#glances.get(tunnel) ?? 0) + 1)
    try {
      await this.#engine.call("tunnel.watch", { id: tunnel, watch: "live" })
      await sleep(glanceMs)
      return feed.latest(limit, filter)
    } finally {
      const others = (this.#glances.get(tunnel) ?? 1) - 1
      if (others > 0) this.#glances.set(tunnel, others)
      else this.#glances.delete(tunnel)
      this.#rest(tunnel)
    }
  }

  /** undefined when its bytes were let go. */
  packet(tunnel: string, number: number): KeptPacket | undefined {
    return this.#bytes.find(tunnel, number)
  }

  take(batch: PacketBatch): void {
    this.#feeds.get(batch.tunnel)?.take(batch)
  }

  /** A new engine does not know who watches. */
  async watchAgain(): Promise<void> {
    await Promise.all([...this.#feeds.keys()].map((tunnel) => this.#watch(tunnel)))
  }

  close(): void {
    this.#unlisten()
    this.#unlistenDeleted()
    this.#feeds.clear()
  }

  #open(tunnel: string): PacketFeed {
    this.#resting.delete(tunnel)
    const feed = this.#feeds.get(tunnel) ?? new PacketFeed(tunnel, undefined, this.#bytes)
    this.#feeds.set(tunnel, feed)
    return feed
  }

  #rest(tunnel: string): void {
    const feed = this.#feeds.get(tunnel)
    if (feed === undefined || feed.viewers > 0 || this.#glances.has(tunnel)) return
    if (feed.isEmpty) return this.#letGo(tunnel)
    this.#resting.add(tunnel)
    void this.#watch(tunnel)
    const [longest] = this.#resting
    if (longest !== undefined && this.#resting.size > mostResting) this.#letGo(longest)
  }

  #letGo(tunnel: string): void {
    this.#forget(tunnel)
    this.#engine.call("tunnel.watch", { id: tunnel, watch: "off" }).catch(ignoreProblem) // it may be stopped by now
  }

  #forget(tunnel: string): void {
    this.#resting.delete(tunnel)
    this.#feeds.delete(tunnel)
    this.#bytes.forget(tunnel)
  }

  /** A tunnel that does not run may be watched: its packets come when it starts. */
  async #watch(tunnel: string): Promise<void> {
    const watch = this.#resting.has(tunnel) ? "resting" : "live"
    await this.#engine.call("tunnel.watch", { id: tunnel, watch }).catch(ignoreProblem)
  }
}

function ignoreProblem(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}
