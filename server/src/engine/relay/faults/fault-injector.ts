import { dropNumber, type FaultSettings, isFaulty } from "@tundeck/shared"
import { Batch, strangerPeer } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { DelayQueue } from "./delay-queue.ts"
import { RateLimit } from "./rate-limit.ts"

// What befalls a packet of one direction, in this order:
//   1 twice, lost   both by chance; both at once is one packet, as netem has it
//   2 corrupted     each copy by itself: one bit of it, in a copy of the bytes, because a flood shares them among peers
//   3 rate          it waits for its turn, or is dropped when that is too far off
//   4 delay         delayMs and up to jitterMs. With reorderPercent above 0 this is netem's: each packet goes when its own
//                   time is up, and a reordered one does not wait. At 0 jitter changes no order, as on a link where what
//                   varies is a queue: nobody is due before the one ahead.
//   5 reorder       without a delay: it is held until the next one has passed, 10 ms at most (netem refuses this case)

const faultInjected = dropNumber("fault-injected")
const rateLimited = dropNumber("rate-limited")
const noPeer = dropNumber("no-peer")
/** An Ethernet frame of the largest MTU, with a VLAN tag. */
const longestPacket = 65_535 + 18
const overtakeMs = 10

/** Of `Traffic`. */
interface Verdicts {
  marked: number
  dropped(
    direction: 0 | 1,
    reason: number,
    errno: number,
    peer: number,
    view: DataView,
    at: number,
    length: number,
  ): void
}

export interface FaultInjectorOptions {
  memory: RelayMemory
  /** A region of the memory for packets that have waited, or are not what came; free again when `pass` returns. */
  scratch: { at: number; size: number }
  /** Bytes before each packet that `pass` may overwrite. */
  headroom: number
  direction: 0 | 1
  settings: FaultSettings
  /** From 0 to below 1. */
  random: () => number
  traffic: Verdicts
  /** Where the packets go on. */
  pass: (batch: Batch) => void
  /** Something is due at `when`: call `alarm`. */
  wakeAt: (when: number) => void
}

/** Loses, doubles, spoils, delays and reorders the packets of one direction of one tunnel. Times are monotonic ms. */
export class FaultInjector {
  readonly #options: FaultInjectorOptions
  readonly #rate = new RateLimit()
  readonly #waiting = new DelayQueue()
  readonly #out = new Batch()
  #settings: FaultSettings
  #isOff: boolean
  #scratchUsed = 0
  #lastDue = Number.NEGATIVE_INFINITY
  #isHolding = false

  constructor(options: FaultInjectorOptions) {
    if (options.scratch.size < options.headroom + longestPacket) throw new RangeError("scratch below one packet")
    this.#options = options
    this.#settings = options.settings
    this.#isOff = !isFaulty(options.settings)
    this.#rate.set(options.settings.rateKbps, 0)
  }

  /** Nothing is injected and nothing waits: the road can do without. */
  get isIdle(): boolean {
    return this.#isOff && this.#waiting.count === 0
  }

  /** Hot. Takes every packet of the batch. What does not wait is passed on before it returns. */
  take(batch: Batch, now: number): void {
    if (this.isIdle) return this.#options.pass(batch)
    this.#release(now)
    for (let i = 0; i < batch.count; i++) {
      let copies = 1
      if (this.#happens(this.#settings.duplicatePercent)) copies += 1
      if (this.#happens(this.#settings.lossPercent)) copies -= 1
      if (copies === 0) this.#drop(faultInjected, batch, i)
      if (copies > 1) this.#go(batch, i, now, true)
      if (copies > 0) this.#go(batch, i, now, false)
    }
    this.#flush()
    if (this.#waiting.count > 0) this.#options.wakeAt(this.#waiting.nextDue)
  }

  /** Passes on what is due; answers when the next one is. */
  alarm(now: number): number {
    this.#release(now)
    this.#flush()
    return this.#waiting.nextDue
  }

  /** From now on. What waits goes no later than it would under the new settings. */
  set(settings: FaultSettings, now: number): void {
    const latest = now + settings.delayMs + settings.jitterMs
    this.#settings = settings
    this.#isOff = !isFaulty(settings)
    this.#rate.set(settings.rateKbps, now)
    this.#waiting.hasten(latest)
    this.#lastDue = Math.min(this.#lastDue, latest)
    this.#isHolding = false
    if (this.#waiting.count > 0) this.#options.wakeAt(this.#waiting.nextDue)
  }

  /** Nothing is injected any more: what waits goes on at once, in order. */
  finish(): void {
    this.#release(Number.POSITIVE_INFINITY)
    this.#flush()
  }

  /** The peers have other indices (`keptPlaces`). What waits for one that is gone is dropped when it is due. */
  renumber(moved: readonly number[]): void {
    this.#waiting.renumber(moved, strangerPeer)
  }

  /** There is nowhere to go on to: what waits is dropped, for `reason`. */
  close(reason: number): void {
    this.#flush()
    const { traffic } = this.#options
    const { marked } = traffic
    while (this.#waiting.count > 0) {
      traffic.marked = this.#waiting.firstMark
      this.#popInto(this.#out)
      this.#drop(reason, this.#out, 0)
      this.#out.clear()
      this.#scratchUsed = 0
    }
    traffic.marked = marked
  }

  /** One copy of packet `i`, the first of two when `isFirst`. */
  #go(batch: Batch, i: number, now: number, isFirst: boolean): void {
    const length = batch.length[i] ?? 0
    const isCorrupt = this.#happens(this.#settings.corruptPercent)
    const turn = this.#rate.reserve(length, now)
    if (turn < 0) return this.#drop(rateLimited, batch, i)
    const due = this.#dueAt(turn)
    const waits = due > now
    // What is passed on may be overwritten where it lies, and the header before it: the second one is still to come.
    const isMoved = isCorrupt || (isFirst && !waits)
    if (this.#out.isFull || (isMoved && !this.#hasRoom(length))) this.#flush()
    const out = this.#out
    out.copy(batch, i, batch.peer[i] ?? 0)
    const last = out.count - 1
    if (isMoved) this.#move(last)
    if (isCorrupt) this.#flipBit(last)
    if (waits) this.#wait(last, due, turn > now)
    else if (this.#isHolding) this.#letGo()
  }

  /** When a packet whose turn is at `turn` goes. */
  #dueAt(turn: number): number {
    const { delayMs, jitterMs, reorderPercent, rateKbps } = this.#settings
    const isDelayed = delayMs > 0 || jitterMs > 0
    const isReordered = this.#happens(reorderPercent)
    let due = turn
    if (isDelayed && !isReordered) due += delayMs + (jitterMs > 0 ? this.#options.random() * jitterMs : 0)
    if (!isDelayed && isReordered && !this.#isHolding) {
      // With a rate the next one passes when the line is free for it.
      due = Math.max(turn, this.#rate.free) + overtakeMs
      this.#isHolding = rateKbps === null
    }
    if (reorderPercent === 0) due = Math.max(due, this.#lastDue)
    this.#lastDue = Math.max(due, this.#lastDue)
    return due
  }

  /** Takes the last packet of the outgoing batch out of it again, to wait. */
  #wait(last: number, due: number, isForRate: boolean): void {
    const out = this.#out
    out.count = last
    const { memory, traffic } = this.#options
    if (this.#waiting.push(memory.view, out, last, due, traffic.marked)) return
    this.#drop(isForRate ? rateLimited : faultInjected, out, last)
  }

  /** The next one has passed: the held one, all that waits where nothing is delayed, follows. */
  #letGo(): void {
    this.#isHolding = false
    this.#release(Number.POSITIVE_INFINITY)
  }

  #release(now: number): void {
    const { marked } = this.#options.traffic
    while (this.#waiting.count > 0 && this.#waiting.nextDue <= now) {
      this.#mark(this.#waiting.firstMark)
      if (this.#out.isFull || !this.#hasRoom(this.#waiting.firstLength)) this.#flush()
      this.#popInto(this.#out)
      const last = this.#out.count - 1
      if (this.#out.peer[last] !== strangerPeer) continue
      this.#out.count = last
      this.#drop(noPeer, this.#out, last)
    }
    this.#mark(marked)
    if (this.#waiting.count === 0) this.#isHolding = false
  }

  /** What is passed on from here on is marked so, or not; what stands before it is not. */
  #mark(marked: number): void {
    if (this.#options.traffic.marked === marked) return
    this.#flush()
    this.#options.traffic.marked = marked
  }

  #flush(): void {
    if (this.#out.count > 0) this.#options.pass(this.#out)
    this.#out.clear()
    this.#scratchUsed = 0
  }

  #popInto(out: Batch): void {
    this.#waiting.pop(this.#options.memory.view, this.#room(this.#waiting.firstLength), out)
  }

  #hasRoom(length: number): boolean {
    return this.#scratchUsed + this.#options.headroom + length <= this.#options.scratch.size
  }

  /** Where a packet of so many bytes can stand. */
  #room(length: number): number {
    const at = this.#scratchUsed + this.#options.headroom
    this.#scratchUsed = at + length
    return this.#options.scratch.at + at
  }

  #move(i: number): void {
    const length = this.#out.length[i] ?? 0
    const to = this.#room(length)
    this.#options.memory.copy(to, this.#out.at[i] ?? 0, length)
    this.#out.at[i] = to
  }

  #flipBit(i: number): void {
    const { view } = this.#options.memory
    const bit = Math.floor(this.#options.random() * (this.#out.length[i] ?? 0) * 8)
    const at = (this.#out.at[i] ?? 0) + (bit >> 3)
    view.setUint8(at, view.getUint8(at) ^ (1 << (bit & 7)))
  }

  #happens(percent: number): boolean {
    return percent > 0 && this.#options.random() * 100 < percent
  }

  #drop(reason: number, batch: Batch, i: number): void {
    const { traffic, direction, memory } = this.#options
    traffic.dropped(direction, reason, 0, batch.peer[i] ?? 0, memory.view, batch.at[i] ?? 0, batch.length[i] ?? 0)
  }
}
