import { type Arena, createArena, sys } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import { region } from "../../regions.ts"
import type { Traffic } from "../../traffic.ts"
import { headroom } from "./room.ts"

const outbound = 0
const noSession = dropNumber("no-session")
const mostBytes = 64 * 1024
const mostPackets = 128
/** So many peers at once: more than do a handshake at a time. */
const mostQueues = 64

interface Queue {
  arena: Arena
  /** Of the packets in a row; the first stands at the arena's start. */
  lengths: Uint32Array
  /** `Traffic.marked` when they came. */
  marks: Int8Array
  count: number
  bytes: number
}

/** Packets for peers with whom there are no keys yet: 64 KB and 128 packets a peer. When there are more the oldest go. */
export class WaitingPackets {
  readonly #memory: RelayMemory
  readonly #traffic: Traffic
  readonly #queues = new Map<number, Queue>()
  readonly #batch = new Batch(mostPackets)

  constructor(memory: RelayMemory, traffic: Traffic) {
    this.#memory = memory
    this.#traffic = traffic
  }

  /** Takes the packet at `at`, or gives it its verdict. */
  keep(place: number, at: number, length: number): void {
    const queue = this.#queues.get(place) ?? this.#open(place)
    if (queue === undefined || length > mostBytes) {
      return this.#traffic.dropped(outbound, noSession, 0, place, this.#memory.view, at, length)
    }
    let dropped = 0
    let bytes = queue.bytes
    while (queue.count - dropped === mostPackets || bytes + length > mostBytes) {
      bytes -= queue.lengths[dropped++] ?? 0
    }
    if (dropped > 0) this.#dropOldest(place, queue, dropped)
    sys.copy(queue.arena.address + queue.bytes, this.#memory.address + at, length)
    queue.marks[queue.count] = this.#traffic.marked
    queue.lengths[queue.count++] = length
    queue.bytes += length
  }

  /** Hands over what waits for the peer, to be sent. */
  release(place: number, send: (batch: Batch) => void): void {
    const queue = this.#queues.get(place)
    if (queue === undefined) return
    this.#queues.delete(place)
    const batch = this.#batch
    const { marked } = this.#traffic
    batch.clear()
    let at = region.spare.at + headroom
    let from = 0
    for (let i = 0; i < queue.count; i++) {
      const length = queue.lengths[i] ?? 0
      const mark = queue.marks[i] ?? -1
      if (mark !== this.#traffic.marked) {
        send(batch)
        batch.clear()
        this.#traffic.marked = mark
      }
      sys.copy(this.#memory.address + at, queue.arena.address + from, length)
      batch.add(at, length, place)
      at += length + headroom
      from += length
    }
    send(batch)
    batch.clear()
    this.#traffic.marked = marked
  }

  /** Drops what waits for the peer. */
  drop(place: number): void {
    const queue = this.#queues.get(place)
    if (queue === undefined) return
    this.#dropOldest(place, queue, queue.count)
    this.#queues.delete(place)
  }

  dropAll(): void {
    for (const place of [...this.#queues.keys()]) this.drop(place)
  }

  /** Memory comes with the first packet that waits, and goes when there are keys. */
  #open(place: number): Queue | undefined {
    if (this.#queues.size === mostQueues) return undefined
    const queue = {
      arena: createArena(mostBytes),
      lengths: new Uint32Array(mostPackets),
      marks: new Int8Array(mostPackets),
      count: 0,
      bytes: 0,
    }
    this.#queues.set(place, queue)
    return queue
  }

  #dropOldest(place: number, queue: Queue, count: number): void {
    const { marked } = this.#traffic
    let at = 0
    for (let i = 0; i < count; i++) {
      const length = queue.lengths[i] ?? 0
      this.#traffic.marked = queue.marks[i] ?? -1
      this.#traffic.dropped(outbound, noSession, 0, place, queue.arena.view, at, length)
      at += length
    }
    this.#traffic.marked = marked
    queue.arena.bytes.copyWithin(0, at, queue.bytes)
    queue.lengths.copyWithin(0, count, queue.count)
    queue.marks.copyWithin(0, count, queue.count)
    queue.count -= count
    queue.bytes -= at
  }
}
