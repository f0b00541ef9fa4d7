import { filterOf, type LiveReply, type LiveRequest, type LiveTopic, liveRequest, Problem } from "@tundeck/shared"
import type { WebSocket } from "ws"
import type { Identity } from "../auth/identity.ts"
import type { Changes } from "../changes.ts"
import type { Tunnels } from "../services/tunnels.ts"
import type { PacketFeeds } from "./packet-feeds.ts"
import { Viewer } from "./viewer.ts"

const statsMs = 1000
const pingMs = 30_000
/** How soon a token that `tundeck token revoke` ended beside us, in the database, is noticed. */
const credentialsMs = 1000
const mostSubscriptions = 200
/** Told together: a thousand tunnels that come up at once, or a hub that a thousand peers call, are a few messages. */
const gatherMs = 50

type Topic = Exclude<LiveTopic, "packets">

export interface LiveParts {
  changes: Changes
  tunnels: Pick<Tunnels, "views" | "view" | "poll">
  feeds: PacketFeeds
  /** False once the session or token behind a socket is over. */
  isLive: (identity: Identity) => boolean
}

/** WS /api/v1/live: who looks at what. What nobody looks at costs nothing. */
export class Live {
  readonly #parts: LiveParts
  readonly #viewers = new Map<Viewer, Set<string>>()
  readonly #topics: Record<Topic, Set<Viewer>> = {
    tunnels: new Set(),
    interfaces: new Set(),
    stats: new Set(),
    events: new Set(),
  }
  readonly #unlisten: (() => void)[]
  readonly #pinging: NodeJS.Timeout
  readonly #checking: NodeJS.Timeout
  #polling: NodeJS.Timeout | undefined
  readonly #changedTunnels = new Set<string>()
  #gathering: NodeJS.Timeout | undefined

  constructor(parts: LiveParts) {
    this.#parts = parts
    const { changes } = parts
    this.#unlisten = [
      changes.tunnel.on((id) => this.#tunnelChanged(id)),
      changes.tunnelDeleted.on((id) => this.#tell("tunnels", { type: "tunnels", items: [], deleted: [id] })),
      changes.interfaces.on(() => this.#tell("interfaces", { type: "interfaces" })),
      changes.event.on((event) => this.#tell("events", { type: "events", items: [event] })),
      changes.credentialEnded.on((credential) => this.#cutOff(credential)),
    ]
    this.#pinging = setInterval(() => this.#ping(), pingMs)
    this.#checking = setInterval(() => this.#cutOffEnded(), credentialsMs)
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Takes over a socket that has passed the sign-in. */
  accept(socket: WebSocket, identity: Identity): void {
    const viewer = new Viewer(socket, identity)
    this.#viewers.set(viewer, new Set())
    socket.on("message", (data, isBinary) => {
      this.#hear(viewer, isBinary ? "" : data.toString()).catch((error: unknown) => {
        const { code, title, detail, errors } = (
          error instanceof Problem ? error : new Problem("internal")
        ).toDocument()
        viewer.send({ type: "error", code, title, ...(detail !== undefined && { detail }), ...(errors && { errors }) })
      })
    })
    socket.on("pong", () => {
      viewer.alive = true
    })
    socket.on("error", () => socket.terminate()) // a message too large, or a broken frame
    socket.once("close", () => this.#leave(viewer))
  }

  close(): void {
    clearInterval(this.#pinging)
    clearInterval(this.#checking)
    clearInterval(this.#polling)
    clearTimeout(this.#gathering)
    for (const unlisten of this.#unlisten) unlisten()
    for (const viewer of this.#viewers.keys()) viewer.close(1001, "the panel stops")
  }

  async #hear(viewer: Viewer, text: string): Promise<void> {
    const request = parseRequest(text)
    if (request.topic === "packets") return this.#hearPackets(viewer, request)
    const { type, topic } = request
    const subscribed = this.#topics[topic]
    if (type === "subscribe") {
      subscribed.add(viewer)
      viewer.send({ type: "subscribed", topic })
      if (topic === "tunnels")
        viewer.send({ type: "tunnels", items: this.#parts.tunnels.views(), deleted: [], all: true })
    } else {
      subscribed.delete(viewer)
      viewer.send({ type: "unsubscribed", topic })
    }
    this.#pollWhenWanted()
  }

  async #hearPackets(viewer: Viewer, request: LiveRequest): Promise<void> {
    const view = this.#parts.tunnels.view(request.tunnel ?? "")
    const watching = this.#viewers.get(viewer)
    if (view === undefined) throw new Problem("tunnel-not-found", "Name the tunnel whose packets you want.")
    if (watching === undefined) return // it closed while its message was read
    const { id: tunnel, name } = view
    if (request.type === "unsubscribe") {
      watching.delete(tunnel)
      this.#parts.feeds.leave(tunnel, viewer)
      viewer.send({ type: "unsubscribed", topic: "packets", tunnel })
      return
    }
    if (watching.size >= mostSubscriptions)
      throw new Problem("rate-limited", "One connection watches 200 tunnels at most.")
    const filter = request.filter === undefined ? undefined : filterOf(request.filter, { tunnel: [tunnel, name] })
    watching.add(tunnel)
    viewer.send({ type: "subscribed", topic: "packets", tunnel })
    await this.#parts.feeds.join(tunnel, viewer, filter)
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer)
    for (const subscribed of Object.values(this.#topics)) subscribed.delete(viewer)
    this.#parts.feeds.leaveAll(viewer)
    this.#pollWhenWanted()
  }

  #tell(topic: Topic, reply: LiveReply): void {
    const subscribed = this.#topics[topic]
    if (subscribed.size === 0) return
    const text = JSON.stringify(reply)
    for (const viewer of subscribed) viewer.sendText(text)
  }

  #tunnelChanged(id: string): void {
    if (this.#topics.tunnels.size === 0) return
    this.#changedTunnels.add(id)
    this.#gathering ??= setTimeout(() => this.#tellChanged(), gatherMs)
  }

  #tellChanged(): void {
    this.#gathering = undefined
    const ids = [...this.#changedTunnels]
    this.#changedTunnels.clear()
    try {
      const items = ids.flatMap((id) => this.#parts.tunnels.view(id) ?? [])
      if (items.length > 0) this.#tell("tunnels", { type: "tunnels", items, deleted: [] })
    } catch {
      // The database cannot be read now: the next change tells.
    }
  }

  /** One question a second to the engine, while somebody looks at counters. */
  #pollWhenWanted(): void {
    const wanted = this.#topics.stats.size > 0
    if (wanted)
      this.#polling ??= setInterval(() => this.#poll().catch(() => {}), statsMs) // away: the next one tries again
    else {
      clearInterval(this.#polling)
      this.#polling = undefined
    }
  }

  async #poll(): Promise<void> {
    const items = await this.#parts.tunnels.poll()
    this.#tell("stats", { type: "stats", time: Date.now(), items })
  }

  #cutOff(credential: string): void {
    for (const viewer of this.#viewers.keys()) {
      if (viewer.identity.credential === credential) viewer.close(4401, "signed out")
    }
  }

  #cutOffEnded(): void {
    const ended = new Map<string, boolean>() // many viewers may share one token
    for (const { identity } of this.#viewers.keys()) {
      const { credential } = identity
      if (!ended.has(credential)) ended.set(credential, this.#hasEnded(identity))
    }
    for (const [credential, isEnded] of ended) if (isEnded) this.#cutOff(credential)
  }

  #hasEnded(identity: Identity): boolean {
    try {
      return !this.#parts.isLive(identity)
    } catch {
      return false // the database cannot be read now: the next look tells
    }
  }

  #ping(): void {
    for (const viewer of this.#viewers.keys()) {
      if (!viewer.alive) viewer.terminate()
      else viewer.ping()
    }
  }
}

function parseRequest(text: string): LiveRequest {
  try {
    return liveRequest.parse(JSON.parse(text))
  } catch {
    throw new Problem("validation-failed", 'Send {"type": "subscribe", "topic": "tunnels"} or the like.')
  }
}
