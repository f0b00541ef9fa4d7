import { isSameSums, type Sums, sum } from "./sums.ts"

/** `count` steps from `step` on that are all alike. */
export interface Run {
  step: number
  count: number
  sums: Sums
}

/**
 * A stretch of steps, written in order: runs of steps that are alike, steps that are missing in between. Kept as the bytes that
 * are saved, all varints (LEB128): steps missing before the run, its length, a mask of the sums that are not 0, these sums.
 * An idle tunnel is one run, however long.
 */
export class Chunk {
  /** The first step that belongs here. */
  readonly start: number
  #bytes = new Uint8Array(64)
  #length = 0
  /** One more than the last step that was written. */
  #end: number
  #last: Run | undefined

  constructor(start: number) {
    this.start = start
    this.#end = start
  }

  /** Bytes that were saved, up to the step `before`. What cannot be read any more ends it. */
  static parse(start: number, bytes: Uint8Array, before = Number.POSITIVE_INFINITY): Chunk {
    const chunk = new Chunk(start)
    for (const { step, count, sums } of readRuns(start, bytes)) {
      if (step >= before) break
      chunk.append(step, Math.min(count, before - step), sums)
    }
    return chunk
  }

  /** The step that is expected next; nothing is known from there on. */
  get next(): number {
    return this.#last === undefined ? this.#end : this.#last.step + this.#last.count
  }

  get isEmpty(): boolean {
    return this.#last === undefined && this.#length === 0
  }

  /** What it takes in memory. */
  get heldBytes(): number {
    return this.#bytes.length
  }

  /** False when that would go back in time: nothing is written then. */
  append(step: number, count: number, sums: Sums): boolean {
    if (step < this.next || count < 1) return false
    const last = this.#last
    if (last !== undefined && step === this.next && isSameSums(last.sums, sums)) {
      last.count += count
      return true
    }
    this.#write()
    this.#last = { step, count, sums }
    return true
  }

  *runs(): Generator<Run> {
    yield* readRuns(this.start, this.#bytes.subarray(0, this.#length))
    if (this.#last !== undefined) yield this.#last
  }

  /** A copy, to be saved. */
  save(): Uint8Array {
    const { step, count, sums } = this.#last ?? { step: 0, count: 0, sums: [] }
    const bytes = new Uint8Array(this.#length + mostRunBytes)
    bytes.set(this.#bytes.subarray(0, this.#length))
    const length = count === 0 ? this.#length : writeRun(bytes, this.#length, step - this.#end, count, sums)
    return bytes.slice(0, length)
  }

  #write(): void {
    if (this.#last === undefined) return
    const { step, count, sums } = this.#last
    if (this.#length + mostRunBytes > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2 + mostRunBytes)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#length = writeRun(this.#bytes, this.#length, step - this.#end, count, sums)
    this.#end = step + count
    this.#last = undefined
  }
}

const mostVarintBytes = 8 // of 2^53
const mostRunBytes = (3 + sum.size) * mostVarintBytes

function writeRun(bytes: Uint8Array, at: number, missing: number, count: number, sums: Sums): number {
  let mask = 0
  sums.forEach((value, i) => {
    if (value > 0) mask |= 1 << i
  })
  let end = writeVarint(bytes, writeVarint(bytes, writeVarint(bytes, at, missing), count), mask)
  for (const value of sums) if (value > 0) end = writeVarint(bytes, end, value)
  return end
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  let end = at
  while (rest >= 0x80) {
    bytes[end++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[end++] = rest
  return end
}

function* readRuns(start: number, bytes: Uint8Array): Generator<Run> {
  let at = 0
  let step = start
  /** NaN where the bytes end, or are no number. */
  function read(): number {
    let value = 0
    for (let shift = 1; shift < 2 ** 56; shift *= 0x80) {
      const byte = bytes[at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
    }
    return Number.NaN
  }
  while (at < bytes.length) {
    step += read()
    const count = read()
    const mask = read()
    const sums = Array.from({ length: sum.size }, (_, i) => ((mask & (1 << i)) === 0 ? 0 : read()))
    if (!Number.isSafeInteger(step + count) || sums.some(Number.isNaN)) return
    yield { step, count, sums }
    step += count
  }
}
