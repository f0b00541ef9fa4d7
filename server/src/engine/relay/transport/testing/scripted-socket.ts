import { createEventfd, errno, sys } from "@tundeck/native-bindings"
import type { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import type { ClearTransport, RelayPeers } from "../../messages.ts"
import { region } from "../../regions.ts"
import type { DatagramSocket } from "../datagram-socket.ts"
import { DatagramTransport, type OpenDatagramSocket } from "../datagram-transport.ts"
import type { PeerAddresses } from "../peer-addresses.ts"
import { isProbe, isQuestion, probeBytes } from "../probe.ts"
import type { UdpOptions } from "../udp-socket.ts"
import { TransportEnd } from "./transport-end.ts"

export interface Datagram {
  bytes: Uint8Array
  peer: number
}

/** A socket that answers as the test says. */
export class ScriptedSocket implements DatagramSocket {
  readonly fd = createEventfd()
  readonly overhead = 28
  readonly options: UdpOptions
  largestSegment = 1472
  peers: PeerAddresses
  readonly sent: Datagram[] = []
  /** What the next sends answer: how many packets it takes at most, or -errno. Without one it takes all. */
  readonly answers: number[] = []
  /** What the next receives answer, before what was delivered. */
  readonly errors: number[] = []
  isClosed = false
  readonly #inbox: Datagram[] = []
  readonly #memory: RelayMemory

  constructor(options: UdpOptions, memory: RelayMemory, peers: PeerAddresses) {
    this.options = options
    this.#memory = memory
    this.peers = peers
  }

  /** A datagram comes in, or an error that the kernel keeps for the socket. */
  deliver(what: Datagram | number): void {
    if (typeof what === "number") this.errors.push(what)
    else this.#inbox.push(what)
    sys.eventfdWrite(this.fd)
  }

  send(batch: Batch, from: number, to: number): number {
    const answer = this.answers.shift() ?? to - from
    if (answer < 0) return answer
    const count = Math.min(answer, to - from)
    for (let i = from; i < from + count; i++) {
      const at = batch.at[i] ?? 0
      this.sent.push({ bytes: this.#memory.bytes.slice(at, at + (batch.length[i] ?? 0)), peer: batch.peer[i] ?? 0 })
    }
    return count
  }

  adopt(): void {}

  forget(): void {}

  receive(batch: Batch): number {
    const error = this.errors.shift()
    if (error !== undefined) return error
    if (this.#inbox.length === 0) {
      sys.eventfdRead(this.fd)
      return -errno.EAGAIN
    }
    const count = Math.min(8, this.#inbox.length)
    let at: number = region.inbound.at
    for (const { bytes, peer } of this.#inbox.splice(0, count)) {
      this.#memory.bytes.set(bytes, at)
      batch.add(at, bytes.length, peer)
      at += bytes.length
    }
    return count
  }

  /** Takes out what was sent, but for probes. */
  takePackets(): Datagram[] {
    return this.sent.splice(0).filter(({ bytes }) => !isProbe(viewOf(bytes), 0, bytes.length))
  }

  /** Takes out the questions among what was sent. */
  takeQuestions(): Uint8Array[] {
    const all = this.sent.splice(0).map(({ bytes }) => bytes)
    return all.filter((bytes) => isProbe(viewOf(bytes), 0, bytes.length) && isQuestion(viewOf(bytes), 0))
  }

  close(): void {
    this.isClosed = true
    sys.close(this.fd)
  }
}

/** A datagram transport over such sockets, whose time is the test's. */
export class ScriptedTransport {
  readonly sockets: ScriptedSocket[] = []
  readonly end: TransportEnd
  now = 100_000

  constructor(change: Partial<ClearTransport>, peers: RelayPeers) {
    const ends: ClearTransport["ends"] = { role: "connect", remotes: [{ address: "127.0.0.1", port: 9 }], named: false }
    const transport: ClearTransport = {
      ...{ kind: "udp", framing: "simpletun", ends, socket: {}, clampMss: false, isHub: false, fallback: false },
      ...change,
    }
    const open: OpenDatagramSocket = (...options) => {
      const socket = new ScriptedSocket(...options)
      this.sockets.push(socket)
      return socket
    }
    this.end = new TransportEnd(
      (wanted, places, parts) => new DatagramTransport(wanted, places, parts, open),
      transport,
      peers,
      () => this.now,
    )
  }

  /** The one that is open. */
  get socket(): ScriptedSocket {
    const last = this.sockets.at(-1)
    if (last === undefined) throw new Error("no socket was opened")
    return last
  }

  /** Time passes, a tenth of a second at a time. */
  pass(milliseconds: number): void {
    for (let left = milliseconds; left > 0; left -= 100) {
      this.now += Math.min(100, left)
      this.step()
    }
  }

  step(): void {
    this.end.loop.wakeAt(0)
    this.end.step()
  }

  deliver(what: Datagram | number): void {
    this.socket.deliver(what)
    this.step()
  }
}

/** A probe as the other side sends it. */
export function probe(kind: "question" | "answer", which: number, askedAt = 0): Uint8Array {
  const bytes = new Uint8Array(probeBytes)
  const view = viewOf(bytes)
  view.setUint16(0, 0x5444)
  view.setUint8(2, kind === "question" ? 1 : 2)
  view.setUint32(4, which)
  view.setUint32(8, askedAt)
  return bytes
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
