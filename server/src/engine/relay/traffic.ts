import { passed } from "@tundeck/shared"
import { CaptureRingWriter } from "./capture-ring-writer.ts"
import type { CounterWriter } from "./counters.ts"
import { Foreseen, notNoted } from "./foreseen.ts"
import type { RelayCapture } from "./messages.ts"
import { PacketRingWriter } from "./packet-ring-writer.ts"

/**
 * A ring is filled so often a second at most: 2,560 packets while somebody looks, which is what a page can show. Whoever
 * reads, decodes and shows them takes its time from the cores that carry the traffic.
 */
const ringsASecond = 0.625
/**
 * Above it, what is shown is an excerpt twenty times a second, of packets that follow each other: a gap after each packet would
 * leave nothing to compare them with, and cost whoever passes it on as much as a packet. What is due while none is shown is
 * half as much, since no eye follows it, and the traffic needs the cores.
 */
const excerptsARing = 64
const ringsASecondBetween = ringsASecond / 2
const outbound = 0
/** Of a packet that was foreseen: it is counted, and neither shown nor captured. */
export const notShown = notNoted

/** The loop, as packets see it. */
export interface WakeUp {
  /** Unix ms, with fractions. */
  readonly time: number
  /** The loop's own clock, in ms. */
  readonly now: number
  /** Milliseconds since then. */
  elapsed(): number
}

const noWakeUp: WakeUp = { time: 0, now: 0, elapsed: () => 0 }

/** Who is told what became of packets. */
export type Verdicts = Pick<Traffic, "passed" | "passedTrain" | "dropped" | "marked">

/**
 * Counts, shows and captures what became of each packet of one tunnel: the one place where a verdict is given. All are counted,
 * and captured while that is on; above `ringsASecond` not all are shown, and their numbers tell so.
 */
export class Traffic {
  readonly counters: CounterWriter
  #ring: PacketRingWriter
  #wakeUp = noWakeUp
  #capture: CaptureRingWriter | undefined
  readonly #foreseen = new Foreseen()
  #time = 0
  /** How many may be shown still. */
  #allowance: number
  /** How many more may be once they are an excerpt, when `#allowance` is used up. */
  #due = 0

  constructor(counters: CounterWriter, ring: SharedArrayBuffer) {
    this.counters = counters
    this.#ring = new PacketRingWriter(ring)
    this.#allowance = this.#ring.slots - 1
  }

  /** Shows the packets from now on in another ring. */
  moveTo(ring: SharedArrayBuffer): void {
    this.#ring = new PacketRingWriter(ring, this.#ring.packets)
    this.#ring.time = this.#time
    this.#allowance = this.#ring.slots - 1
  }

  /** Captures the packets from now on, into another ring or no longer. */
  capture(wanted: RelayCapture | null): void {
    this.#capture?.publish()
    this.#capture = wanted === null ? undefined : new CaptureRingWriter(wanted.ring, wanted.snapLength)
    if (this.#capture !== undefined) this.#capture.time = this.#wakeUp.now
  }

  /** All packets of one wake-up bear its time. */
  begin(wakeUp: WakeUp): void {
    this.#foreseen.clear()
    if (this.#capture !== undefined) this.#capture.time = wakeUp.now
    const { time } = wakeUp
    this.#wakeUp = wakeUp
    this.#refill(time - this.#time)
    this.#time = this.#ring.time = time
  }

  /**
   * Packets of this direction (0, 1) are marked now: a person made them up; -1: none is. Who keeps packets back keeps this with
   * them, and sets it again for as long as they get their verdicts.
   */
  get marked(): number {
    return this.#ring.injected
  }

  set marked(direction: number) {
    this.#ring.injected = direction
    if (this.#capture !== undefined) this.#capture.injected = direction
  }

  /** Of the packets that come now, and of those that are settled: how many their echo message carried; 0 where that is not known. */
  set bundle(packets: number) {
    this.#ring.bundle = packets
  }

  /** The packet at `at` of `view` went on. */
  passed(direction: 0 | 1, peer: number, view: DataView, at: number, length: number): void {
    this.counters.passed(direction, peer, 1, length)
    this.#capture?.write(direction, passed, 0, peer, view, at, length, 1)
    this.#show(direction, 0, 0, peer, view, at, length, 1)
  }

  /** A train of `packets` went on whole; cut, its packets would have `bytes`. Counted as these, shown as one. */
  passedTrain(
    direction: 0 | 1,
    peer: number,
    view: DataView,
    at: number,
    length: number,
    packets: number,
    bytes: number,
  ): void {
    this.counters.passed(direction, peer, packets, bytes)
    this.#capture?.write(direction, passed, 0, peer, view, at, length, packets)
    this.#show(direction, 0, 0, peer, view, at, length, packets)
  }

  dropped(
    direction: 0 | 1,
    reason: number,
    errno: number,
    peer: number,
    view: DataView,
    at: number,
    length: number,
  ): void {
    this.counters.dropped(direction, reason, peer)
    this.#capture?.write(direction, reason, errno, peer, view, at, length, 1)
    this.#show(direction, reason, errno, peer, view, at, length, 1)
  }

  /**
   * Notes the outbound packet, or train of `packets`, at `at` before it is encrypted where it lies. Answers what `settle`
   * wants to know of it, which must follow in the same wake-up; or `notShown`.
   */
  foresee(peer: number, view: DataView, at: number, length: number, packets: number): number {
    const isShown = this.#allowance >= 1
    const captured = this.#capture?.write(outbound, passed, 0, peer, view, at, length, packets) ?? notNoted
    if (!isShown) {
      this.#ring.skip(outbound, packets)
      return captured === notNoted ? notShown : this.#foreseen.add(notNoted, captured)
    }
    this.#allowance -= 1
    this.#ring.write(outbound, passed, 0, peer, view, at, length, packets)
    return this.#foreseen.add(this.#ring.last, captured)
  }

  /** The packet that was foreseen last waits instead: it comes again. */
  unforesee(foreseen: number, packets: number): void {
    const isShown = foreseen !== notShown && this.#foreseen.shown(foreseen) !== notNoted
    this.#ring.takeBack(outbound, packets, isShown)
    if (isShown) this.#allowance += 1
    const captured = foreseen === notShown ? notNoted : this.#foreseen.captured(foreseen)
    if (captured !== notNoted) this.#capture?.takeBack(captured)
  }

  /** What became of what was foreseen, `bytes` in `packets` packets: sent, or dropped for `reason`. It is counted now. */
  settle(foreseen: number, peer: number, packets: number, bytes: number, reason: number, errno: number): void {
    if (reason === passed) this.counters.passed(outbound, peer, packets, bytes)
    else this.counters.dropped(outbound, reason, peer)
    if (foreseen === notShown) return
    const shown = this.#foreseen.shown(foreseen)
    if (shown !== notNoted) {
      if (reason !== passed) this.#ring.amend(shown, reason, errno)
      else if (this.#ring.bundle > 0) this.#ring.amendBundle(shown, this.#ring.bundle)
    }
    const captured = this.#foreseen.captured(foreseen)
    if (captured !== notNoted && reason !== passed) this.#capture?.amend(captured, reason, errno)
  }

  end(): void {
    this.#ring.publish(this.#ring.hasNews ? this.#wakeUp.elapsed() : 0)
    this.#capture?.publish()
  }

  /** The clock may have been set back. */
  #refill(passedMs: number): void {
    const { slots } = this.#ring
    const isBetween = this.#allowance < 1
    this.#due += (Math.max(0, passedMs) * slots * (isBetween ? ringsASecondBetween : ringsASecond)) / 1000
    if (isBetween && this.#due < slots / excerptsARing) return
    this.#allowance = Math.min(slots - 1, this.#allowance + this.#due)
    this.#due = 0
  }

  #show(
    direction: 0 | 1,
    verdict: number,
    errno: number,
    peer: number,
    view: DataView,
    at: number,
    length: number,
    packets: number,
  ): void {
    if (this.#allowance < 1) return this.#ring.skip(direction, packets)
    this.#allowance -= 1
    this.#ring.write(direction, verdict, errno, peer, view, at, length, packets)
  }
}
