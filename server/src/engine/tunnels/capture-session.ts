import { sys } from "@tundeck/native-bindings"
import { type CaptureRequest, CaptureRingReader, type CaptureState, firstSince } from "@tundeck/shared"
import { readCounters } from "../relay/counters.ts"
import type { KeptCapture } from "./kept-capture.ts"

/** Copied at once, on the control thread: a fraction of a millisecond. */
const chunkBytes = 256 * 1024

/** One reading of a tunnel's capture ring: the last seconds, and what follows when that is asked for. */
export class CaptureSession {
  readonly #kept: KeptCapture
  readonly #reader: CaptureRingReader
  readonly #isCurrent: () => boolean
  readonly #follows: boolean
  readonly #clockOffset = BigInt(Math.round((Date.now() - sys.clockBoottimeMilliseconds()) * 1000)) * 1000n
  readonly #end: number
  /** Packets before it are left out; undefined: there are none any more. */
  #since: number | undefined

  /** `isCurrent`: the ring is still the tunnel's. */
  constructor(kept: KeptCapture, { seconds, follow }: CaptureRequest, isCurrent: () => boolean) {
    this.#kept = kept
    this.#reader = new CaptureRingReader(kept.ring)
    this.#isCurrent = isCurrent
    this.#follows = follow
    this.#end = follow ? Number.POSITIVE_INFINITY : this.#reader.head
    if (seconds === 0) this.#reader.skipAll()
    else this.#since = (kept.stoppedAt ?? sys.clockBoottimeMilliseconds()) - seconds * 1000
  }

  /** The next records. Empty: there are none now, or these are not wanted; ask again. undefined: it is over. */
  read(): Uint8Array | undefined {
    const mayFollow = this.#follows && this.#isCurrent() && this.#kept.stoppedAt === undefined
    const chunk = this.#reader.read(chunkBytes, this.#end)
    if (chunk === undefined) return mayFollow ? nothing : undefined
    if (this.#since === undefined) return chunk
    const wanted = chunk.subarray(firstSince(chunk, this.#since))
    if (wanted.length > 0) this.#since = undefined
    return wanted
  }

  /** All that was there has been read. */
  get isAtEnd(): boolean {
    return this.#reader.isAtEnd
  }

  state(isLast: boolean): CaptureState {
    const { tunnel, link, wanted, from } = this.#kept
    const { config, places, counters } = tunnel
    return {
      ...{ interface: config.interface, tunnel: config.name, link, snapLength: wanted.snapLength },
      clockOffset: String(this.#clockOffset),
      from: String(BigInt(Math.round(from)) * 1_000_000n),
      now: String(BigInt(Date.now()) * 1_000_000n),
      peers: places.all.map((placed) => placed?.peer.name ?? null),
      ...{ written: this.#reader.written, overwritten: this.#reader.overwritten },
      ...{ drops: readCounters(counters).drops, isLast },
    }
  }
}

const nothing = new Uint8Array(0)
