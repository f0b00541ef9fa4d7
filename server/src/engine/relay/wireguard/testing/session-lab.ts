import { seededRandom } from "../../faults/seeded-random.ts"
import { RelayMemory } from "../../memory.ts"
import { NodeCiphers } from "../cipher/node-ciphers.ts"
import { Identity } from "../noise/keys.ts"
import type { Timers } from "../noise/protocol.ts"
import type { SessionOwner, SessionParts, WireGuardIdentity, WireGuardPeer } from "../ports.ts"
import { WireGuardSession } from "../session/session.ts"

// Sessions in one process, under a clock that the test moves, on a wire that loses, delays, reorders and repeats by a seed.

export interface WireMessage {
  from: string
  to: string
  bytes: Uint8Array
  /** When it was sent, monotonic ms. */
  at: number
}

export interface WireFaults {
  loss: number
  duplicate: number
  /** A message takes from 1 ms to so many. */
  delayMs: number
}

const inAt = 4096
const outAt = 8192
/** Of one run: above that somebody is called again and again at one time. */
const mostSteps = 100_000
/** Unix ms at the wire's time 0. */
const epoch = 1_795_000_000_000

export const privateKey = (byte: number) => new Uint8Array(32).fill(byte)
export const publicKey = (raw: Uint8Array) => new Identity(raw).public.bytes

export function peerOf(raw: Uint8Array, changes: Partial<WireGuardPeer> = {}): WireGuardPeer {
  const plain = { presharedKey: null, keepaliveSeconds: 0, enabled: true, expiresAt: null }
  return { publicKey: publicKey(raw), ...plain, ...changes }
}

const noFaults: WireFaults = { loss: 0, duplicate: 0, delayMs: 1 }

export class Wire {
  now = 1_000
  readonly random: () => number
  /** All that was sent, in order. */
  readonly sent: WireMessage[] = []
  /** False: it is lost. */
  passes: (message: WireMessage) => boolean = () => true
  #faults: WireFaults
  readonly #ends = new Set<SessionEnd>()
  #flying: (WireMessage & { arrivesAt: number })[] = []

  constructor(seed = 1, faults: Partial<WireFaults> = {}) {
    this.random = seededRandom(seed)
    this.#faults = { ...noFaults, ...faults }
  }

  /** It loses, repeats and delays nothing any more. */
  heal(): void {
    this.#faults = noFaults
  }

  join(end: SessionEnd): void {
    this.#ends.add(end)
  }

  send(from: string, to: string, bytes: Uint8Array): void {
    const message = { from, to, bytes: Uint8Array.from(bytes), at: this.now }
    this.sent.push(message)
    if (!this.passes(message)) return
    const { loss, duplicate, delayMs } = this.#faults
    for (let copies = this.random() < duplicate ? 2 : 1; copies > 0; copies--) {
      const arrivesAt = this.now + 1 + Math.floor(this.random() * delayMs)
      if (this.random() >= loss) this.#flying.push({ ...message, arrivesAt })
    }
  }

  /** Lets so much time pass, in which all happens that is due. */
  run(milliseconds: number): void {
    const until = this.now + milliseconds
    let steps = 0
    for (;;) {
      if (++steps > mostSteps) throw new Error("an alarm asks for itself again and again")
      const alarmAt = Math.min(...[...this.#ends].map((end) => end.alarmAt))
      const arrival = this.#flying.reduce((first, one) => Math.min(first, one.arrivesAt), Number.POSITIVE_INFINITY)
      const next = Math.max(this.now, Math.min(alarmAt, arrival))
      if (next > until) break
      this.now = next
      const [arrived, rest] = [
        this.#flying.filter(({ arrivesAt }) => arrivesAt <= next),
        this.#flying.filter(({ arrivesAt }) => arrivesAt > next),
      ]
      this.#flying = rest
      for (const message of arrived) this.deliver(message)
      for (const end of this.#ends) if (end.alarmAt <= next) end.alarm()
    }
    this.now = until
  }

  /** All stand still, and the clock goes on. */
  suspend(milliseconds: number): void {
    this.now += milliseconds
  }

  deliver(message: Pick<WireMessage, "from" | "to" | "bytes">): void {
    for (const end of this.#ends) if (end.address === message.to) end.receive(message.bytes, message.from)
  }

  typesSent(from: string): number[] {
    return this.sent.filter((message) => message.from === from).map(({ bytes }) => bytes[0] ?? 0)
  }
}

export interface EndSpec {
  address: string
  identity: WireGuardIdentity
  peers: (WireGuardPeer | null)[]
  /** Where each peer is at first. */
  endpoints: (string | null)[]
  timers?: Partial<Timers>
  stampedAfter?: bigint
}

export class SessionEnd implements SessionOwner {
  /** "place source:text" of the data that came. */
  readonly got: string[] = []
  /** What the session told, in order. */
  readonly told: string[] = []
  /** What it answered to the messages that came. */
  readonly verdicts: number[] = []
  address: string
  readonly endpoints: (string | null)[]
  readonly session: WireGuardSession
  readonly memory: RelayMemory
  alarmAt = 0
  /** Of this host's clock against the others'. */
  clockMs = 0
  stamp = 0n
  readonly #wire: Wire
  readonly #sources: string[] = []
  readonly #waiting: [number, string][] = []

  constructor(wire: Wire, spec: EndSpec, parts: Partial<SessionParts> = {}) {
    this.#wire = wire
    this.address = spec.address
    this.endpoints = [...spec.endpoints]
    this.memory = new RelayMemory(65_536)
    this.session = new WireGuardSession(spec.identity, spec.peers, {
      memory: this.memory,
      owner: this,
      ciphers: new NodeCiphers(this.memory),
      stampedAfter: spec.stampedAfter ?? 0n,
      random: (bytes) => {
        for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(wire.random() * 256)
      },
      time: () => this.time,
      ...(spec.timers && { timers: spec.timers }),
      ...parts,
    })
    wire.join(this)
  }

  get time(): number {
    return epoch + this.#wire.now + this.clockMs
  }

  /** Now, or when there are keys. */
  send(text: string, place = 0): number {
    const length = this.sendBytes(new TextEncoder().encode(text), place)
    if (length === 0) this.#waiting.push([place, text])
    return length
  }

  /** Now, if there are keys. */
  sendBytes(bytes: Uint8Array, place = 0): number {
    this.memory.bytes.set(bytes, outAt)
    const length = this.session.seal(place, outAt, bytes.length, this.#wire.now)
    if (length > 0) this.transmit(place, this.memory.bytes.subarray(outAt - 16, outAt - 16 + length))
    return length
  }

  receive(bytes: Uint8Array, from: string): number {
    const verdict = this.#take(bytes, from)
    this.verdicts.push(verdict)
    return verdict
  }

  alarm(): void {
    this.alarmAt = this.session.alarm(this.#wire.now)
  }

  sourceOf(address: string): number {
    const known = this.#sources.indexOf(address)
    return known < 0 ? this.#sources.push(address) - 1 : known
  }

  transmit(place: number, message: Uint8Array): void {
    const to = this.endpoints[place]
    if (to != null) this.#wire.send(this.address, to, message)
  }

  answer(source: number, message: Uint8Array): void {
    this.told.push(`answer ${this.#sources[source]}`)
    this.#wire.send(this.address, this.#sources[source] ?? "", message)
  }

  authenticated(place: number, source: number): void {
    this.told.push(`authenticated ${place} ${this.#sources[source]}`)
    this.endpoints[place] = this.#sources[source] ?? null
  }

  ready(place: number): void {
    this.told.push(`ready ${place}`)
    const waiting = this.#waiting.splice(0)
    for (const [to, text] of waiting) {
      if (to === place) this.send(text, to)
      else this.#waiting.push([to, text])
    }
  }

  established(place: number, unixMs: number): void {
    this.told.push(`established ${place}`)
    if (unixMs !== this.time) throw new Error("not now")
  }

  ended(place: number): void {
    this.told.push(`ended ${place}`)
    this.#waiting.splice(0)
  }

  stamped(taiNanoseconds: bigint): void {
    if (taiNanoseconds <= this.stamp) throw new Error("a time stamp went back")
    this.stamp = taiNanoseconds
  }

  wakeAt(when: number): void {
    this.alarmAt = Math.min(this.alarmAt, when)
  }

  #take(bytes: Uint8Array, from: string): number {
    const { session, memory } = this
    const { now } = this.#wire
    memory.bytes.set(bytes, inAt)
    const source = this.sourceOf(from)
    if (bytes[0] !== 4 && bytes[0] !== 5) {
      return session.takeHandshake(
        inAt,
        bytes.length,
        { id: source, address: addressBytes(from), port: portOf(from) },
        now,
      )
    }
    const length = session.open(inAt, bytes.length, source, now)
    if (length > 0) {
      const text = new TextDecoder().decode(memory.bytes.subarray(inAt + 16, inAt + 16 + length))
      this.got.push(`${session.openedPlace}:${text.replace(/\0+$/, "")}`)
    }
    return length
  }
}

/** "a:1": any text and a port, as 16 bytes. */
function addressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16)
  new TextEncoder().encodeInto(address.slice(0, address.lastIndexOf(":")), bytes)
  return bytes
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1))
}

export interface PairChanges {
  /** Of how each end sees the other. */
  a?: Partial<WireGuardPeer>
  b?: Partial<WireGuardPeer>
  timers?: Partial<Timers>
}

/** Two ends that know each other: `a` also where `b` is. */
export function createPair(wire: Wire, changes: PairChanges = {}) {
  const [keyA, keyB] = [privateKey(1), privateKey(2)]
  const timers = changes.timers && { timers: changes.timers }
  const a = new SessionEnd(wire, {
    address: "a:1",
    identity: { privateKey: keyA, previousPrivateKey: null },
    peers: [peerOf(keyB, changes.a)],
    endpoints: ["b:1"],
    ...timers,
  })
  const b = new SessionEnd(wire, {
    address: "b:1",
    identity: { privateKey: keyB, previousPrivateKey: null },
    peers: [peerOf(keyA, changes.b)],
    endpoints: [null],
    ...timers,
  })
  return { a, b }
}

/** The pair, with keys that both have used. */
export function createConnectedPair(wire: Wire, changes: PairChanges = {}) {
  const pair = createPair(wire, changes)
  pair.a.send("hello")
  wire.run(100)
  return pair
}
