import { type Direction, dropReasonOf, type TunnelStats } from "@tundeck/shared"

/**
 * One tunnel's counters in shared memory: float64 words, exact up to 2^53. Its relay worker alone writes; aligned
 * eight-byte words are never seen half written on the machines that Node runs on.
 */
const at = { packets: 0, bytes: 1, drops: 2, directionSize: 34, connections: 68, roundTripMs: 69, size: 72 } as const
const reasonSlots = 32

export function createCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(at.size * Float64Array.BYTES_PER_ELEMENT)
}

export class CounterWriter {
  readonly #words: Float64Array

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Float64Array(buffer)
  }

  passed(direction: 0 | 1, length: number): void {
    const base = direction * at.directionSize
    this.#words[base + at.packets] = (this.#words[base + at.packets] ?? 0) + 1
    this.#words[base + at.bytes] = (this.#words[base + at.bytes] ?? 0) + length
  }

  dropped(direction: 0 | 1, reason: number): void {
    const index = direction * at.directionSize + at.drops + reason
    this.#words[index] = (this.#words[index] ?? 0) + 1
  }

  connected(): void {
    this.#words[at.connections] = (this.#words[at.connections] ?? 0) + 1
  }

  roundTrip(milliseconds: number): void {
    this.#words[at.roundTripMs] = milliseconds
  }
}

/** A snapshot. `roundTripMs` is null until it was measured on a connection that stands. */
export function readCounters(buffer: SharedArrayBuffer): TunnelStats {
  const words = new Float64Array(buffer)
  const word = (index: number) => words[index] ?? 0
  const drops: TunnelStats["drops"] = []
  const side = (name: Direction, base: number) => {
    let dropped = 0
    for (let reason = 1; reason < reasonSlots; reason++) {
      const packets = word(base + at.drops + reason)
      const code = dropReasonOf(reason)
      if (packets === 0 || code === undefined) continue
      dropped += packets
      drops.push({ direction: name, reason: code, packets })
    }
    return { packets: word(base + at.packets), bytes: word(base + at.bytes), dropped }
  }
  return {
    outbound: side("outbound", 0),
    inbound: side("inbound", at.directionSize),
    drops,
    reconnects: Math.max(0, word(at.connections) - 1),
    roundTripMs: word(at.roundTripMs) || null,
  }
}
