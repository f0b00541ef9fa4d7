import { sys } from "@tundeck/native-bindings"
import { Batch } from "../batch.ts"
import { region } from "../regions.ts"
import type { DatagramPeer } from "./datagram-peer.ts"
import type { DatagramWire } from "./datagram-wire.ts"
import { answerQuestion, elapsedMicroseconds, isQuestion, probeBytes, whichOf, writeQuestion } from "./probe.ts"
import type { TransportParts } from "./transport-parts.ts"

/** Asks peers whether they are there, and answers when they ask. A lost probe is asked again; nothing waits for one. */
export class Questions {
  readonly #wire: DatagramWire
  readonly #parts: TransportParts
  readonly #probe = new Batch(1)

  constructor(wire: DatagramWire, parts: TransportParts) {
    this.#wire = wire
    this.#parts = parts
  }

  /** Answers n >= 0, or the socket's -errno. */
  ask(place: number, peer: DatagramPeer): number {
    peer.which = (peer.which + 1) >>> 0
    writeQuestion(this.#parts.memory.view, region.spare.at, peer.which, sys.clockBoottimeMilliseconds() * 1000)
    return this.#send(place, region.spare.at)
  }

  /** The probe at `at` came from the peer. Answers n >= 0, or the socket's -errno. */
  take(place: number, peer: DatagramPeer, at: number): number {
    const { view } = this.#parts.memory
    if (isQuestion(view, at)) {
      answerQuestion(view, at)
      return this.#send(place, at)
    }
    if (whichOf(view, at) !== peer.which) return 0
    const microseconds = elapsedMicroseconds(view, at, sys.clockBoottimeMilliseconds() * 1000)
    this.#parts.traffic.counters.roundTrip(place, microseconds / 1000)
    return 0
  }

  #send(place: number, at: number): number {
    this.#probe.clear()
    this.#probe.add(at, probeBytes, place)
    return this.#wire.socket?.send(this.#probe, 0, 1) ?? 0
  }
}
