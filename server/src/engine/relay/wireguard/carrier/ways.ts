import type { TunnelReason } from "@tundeck/shared"
import type { NumericEndpoint, RelayPeers, WireGuardPeer } from "../../messages.ts"
import { waitingForHandshakeReason } from "../../reasons.ts"
import { endpointText } from "../../transport/tcp-socket.ts"
import type { TransportParts } from "../../transport/transport-parts.ts"
import type { OpenTransport, WireGuardCore } from "../wireguard-core.ts"
import { MessagePaths } from "./message-paths.ts"
import type { Outlet } from "./outlet.ts"
import { keysForMs, PeerPresence, stateOf, unansweredForMs } from "./presence.ts"

/** A peer that moves is told of so often: one that moves with each message shall not flood the time line. */
const tellEveryMs = 1_000
const never = Number.POSITIVE_INFINITY

/** Where each peer is, whether it is there, and what the tunnel's owner is told of that. */
export class Ways {
  /** By place. */
  readonly outlets: (Outlet | undefined)[] = []
  /** `pathMessage` is another. */
  onPath: () => void = () => {}
  readonly #parts: TransportParts
  readonly #core: WireGuardCore
  readonly #paths: MessagePaths
  readonly #isStream: boolean
  readonly #peers: (PeerPresence | undefined)[] = []
  /** What the owner was told, and when. */
  readonly #told: (string | undefined)[] = []
  readonly #toldAt: (number | undefined)[] = []
  readonly #untold = new Set<number>()
  #failure: TunnelReason | null = null
  #port: number | null = null
  #wasUp = false
  #saidLast = ""

  constructor({ kind, socket }: OpenTransport, parts: TransportParts, core: WireGuardCore) {
    this.#parts = parts
    this.#core = core
    this.#isStream = kind === "tcp"
    this.#paths = new MessagePaths(socket, () => this.#pathChanged())
  }

  /** The longest message that goes to each peer in one piece; null while not known. */
  get pathMessage(): number | null {
    return this.#isStream ? largestStreamMessage : this.#paths.narrowest
  }

  /** The largest packet that does. */
  get pathPacket(): number | null {
    const message = this.pathMessage
    return message === null ? null : message - dataOverhead - this.#core.envelope
  }

  /** Messages of the peer's are missed. */
  isUnanswered(place: number): boolean {
    return (this.#peers[place]?.unansweredSince ?? never) !== never
  }

  presence(place: number): PeerPresence | undefined {
    return this.#peers[place]
  }

  /** Enabled peers. */
  get places(): number[] {
    return this.#peers.flatMap((peer, place) => (peer === undefined ? [] : [place]))
  }

  /** Where datagrams go to. */
  endpoints(): (NumericEndpoint | undefined)[] {
    return this.outlets.map((outlet, place) => (outlet?.carrier === "udp" ? outlet.endpoint(place) : undefined))
  }

  /** The peer belongs to the tunnel from now on. */
  add(place: number, peers: RelayPeers): void {
    const { wireguard } = peers[place] ?? {}
    if (wireguard === undefined) return
    const name = Buffer.from(wireguard.publicKey).toString("base64").slice(0, 8)
    const presence = new PeerPresence(name, isCalled(wireguard))
    presence.establishedAt = this.#core.establishedAt[place] ?? Number.NEGATIVE_INFINITY
    this.#peers[place] = presence
  }

  /** It is called now, or is not. */
  setCalled(place: number, peers: RelayPeers): void {
    const presence = this.#peers[place]
    const { wireguard } = peers[place] ?? {}
    if (presence !== undefined && wireguard !== undefined) presence.isCalled = isCalled(wireguard)
  }

  /** And no longer. */
  remove(place: number): void {
    this.#setOutlet(place, undefined)
    this.#paths.forget(place)
    this.#peers[place] = undefined
    this.#tell(place)
    this.#untold.delete(place)
  }

  /** That is where the peer is sent to. */
  set(place: number, outlet: Outlet): void {
    const presence = this.#peers[place]
    if (presence === undefined) return
    this.#setOutlet(place, outlet)
    const endpoint = outlet.endpoint(place)
    presence.trouble = null
    presence.remote = endpoint === undefined ? null : endpointText(endpoint)
    this.measure(place)
    this.#tellSoon(place)
    this.say()
  }

  /** Nothing goes that way any more. */
  clear(place: number): void {
    const presence = this.#peers[place]
    this.#setOutlet(place, undefined)
    if (presence !== undefined) presence.remote = null
    this.#tellSoon(place)
    this.say()
  }

  measure(place: number): void {
    const outlet = this.outlets[place]
    const endpoint = outlet?.endpoint(place)
    if (outlet === undefined || endpoint === undefined || outlet.carrier === "tcp") return
    this.#paths.measure(place, outlet.carrier, endpoint)
  }

  limit(place: number, longest: number): boolean {
    if (this.outlets[place] === undefined) return false
    this.#paths.limit(place, longest)
    return true
  }

  /** An initiation goes to the peer. */
  asked(place: number): void {
    const presence = this.#peers[place]
    const { loop, owner } = this.#parts
    if (presence === undefined || presence.unansweredSince !== never) return
    presence.unansweredSince = loop.now
    presence.unansweredTime = loop.time
    owner.wakeAt(loop.now + unansweredForMs)
  }

  /** There are keys with the peer, and a way to it. */
  isConnected(place: number): boolean {
    return this.outlets[place] !== undefined && (this.#peers[place]?.isConnected(this.#parts.loop.now) ?? false)
  }

  /** It takes nothing that the tunnel has, or does after all. */
  setUnfit(place: number, isUnfit: boolean): void {
    const presence = this.#peers[place]
    if (presence === undefined || presence.isUnfit === isUnfit) return
    presence.isUnfit = isUnfit
    this.#tellSoon(place)
    this.say()
  }

  /** There are new keys. */
  established(place: number): void {
    const presence = this.#peers[place]
    const { loop, owner } = this.#parts
    if (presence === undefined) return
    presence.unansweredSince = never
    presence.trouble = null
    presence.establishedAt = loop.now
    owner.wakeAt(loop.now + keysForMs)
    this.measure(place)
    this.#tellSoon(place)
    this.say()
  }

  trouble(place: number, reason: TunnelReason | null): void {
    const presence = this.#peers[place]
    if (presence === undefined) return
    presence.trouble = reason
    this.say()
  }

  /** The socket cannot be had, or can. */
  setFailure(reason: TunnelReason | null): void {
    this.#failure = reason
    this.say()
  }

  setPort(port: number | null): void {
    this.#port = port
    if (port !== null) this.#parts.owner.listening(port)
  }

  /** Tells what is due; answers when there is more. */
  alarm(now: number): number {
    let next = never
    for (const place of this.#untold) {
      const at = (this.#toldAt[place] ?? Number.NEGATIVE_INFINITY) + tellEveryMs
      if (now >= at) this.#tell(place)
      else next = Math.min(next, at)
    }
    this.#peers.forEach((presence, place) => {
      if (presence === undefined) return
      const keysEnd = presence.establishedAt + keysForMs
      if (now < keysEnd) next = Math.min(next, keysEnd)
      else if (this.#told[place] !== undefined) this.#tell(place)
      const missedAt = presence.unansweredSince + unansweredForMs
      if (now < missedAt) next = Math.min(next, missedAt)
    })
    this.say()
    return next
  }

  say(): void {
    const { state, reason } = this.#state()
    if (state === "up") this.#wasUp = true
    const words = `${state} ${reason?.detail}`
    if (words === this.#saidLast) return
    this.#saidLast = words
    this.#parts.owner.state(state, reason)
  }

  #pathChanged(): void {
    this.#core.pathPacket = this.pathPacket
    this.onPath()
    this.#parts.owner.pathChanged()
  }

  #state(): ReturnType<typeof stateOf> {
    if (this.#failure !== null) return { state: "failed", reason: this.#failure }
    const names = this.#peers.flatMap((peer) => peer?.name ?? [])
    const waiting = waitingForHandshakeReason(names, this.#port)
    return stateOf(this.#peers, this.#wasUp, waiting, this.#parts.loop.now)
  }

  #setOutlet(place: number, outlet: Outlet | undefined): void {
    this.outlets[place] = outlet
  }

  #tellSoon(place: number): void {
    const { loop, owner } = this.#parts
    const at = (this.#toldAt[place] ?? Number.NEGATIVE_INFINITY) + tellEveryMs
    const isLoss = !(this.#peers[place]?.isConnected(loop.now) ?? false)
    if (isLoss || this.#told[place] === undefined || loop.now >= at) return this.#tell(place)
    this.#untold.add(place)
    owner.wakeAt(at)
  }

  #tell(place: number): void {
    const { loop, owner, traffic } = this.#parts
    const presence = this.#peers[place]
    const outlet = this.outlets[place]
    const isConnected = outlet !== undefined && presence?.isConnected(loop.now) === true
    const words = isConnected ? `${outlet.carrier} ${presence.remote}` : undefined
    this.#untold.delete(place)
    if (words === this.#told[place]) return
    const wasConnected = this.#told[place] !== undefined
    this.#told[place] = words
    this.#toldAt[place] = loop.now
    if (words === undefined) {
      traffic.counters.roundTrip(place, 0)
      return owner.peerChanged(place, null)
    }
    if (!wasConnected) traffic.counters.connected()
    owner.peerChanged(place, presence?.remote ?? null, outlet?.carrier)
  }
}

function isCalled({ named, remotes }: WireGuardPeer): boolean {
  return named || remotes.length > 0
}

const dataOverhead = 32
const largestStreamMessage = 65_535 + dataOverhead
