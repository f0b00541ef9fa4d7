import { type Resolution, resolutionNames, resolutions } from "@tundeck/shared"
import { Chunk, type Run } from "./chunk.ts"
import { addSums, noSums, type Sums, sum } from "./sums.ts"

/** Steps that are saved together: five minutes, six hours, thirty days. A minute or an hour never lies in two chunks of the finer kind. */
export const chunkSteps = { second: 300, minute: 360, hour: 720 } as const satisfies Record<Resolution, number>

export interface SavedChunk {
  resolution: Resolution
  /** Its first step, counted from 1970. */
  start: number
  bytes: Uint8Array
}

/** One that is full and not saved yet: from when to when it is, in Unix seconds, and what it takes in memory. */
export interface WaitingChunk {
  chunk: Chunk
  resolution: Resolution
  from: number
  end: number
  bytes: number
}

/** Of what was saved: the latest chunk that begins at or before a step, and those that begin within some. */
export interface SavedChunks {
  latest(resolution: Resolution, step: number): SavedChunk | undefined
  between(resolution: Resolution, firstStart: number, lastStart: number): SavedChunk[]
}

type Coarse = "minute" | "hour"

const ratio = { minute: 60, hour: 60 } as const

/**
 * One series in falling resolution. A second is written once; a minute when its seconds are over, an hour when its minutes are.
 * In memory is one open chunk of each resolution; what is full waits to be saved.
 */
export class Rollup {
  readonly #saved: SavedChunks
  readonly #open: Record<Resolution, Chunk>
  readonly #changed = new Map<Chunk, Resolution>()
  /** What the finer steps of the newest coarse one add up to: to decode them all is for a series that was just begun. */
  #newestTotal: { [Of in Coarse]?: { step: number; total: number[] } } = {}

  /** Goes on where the saved chunks end. What they say of `second` and later is forgotten: the clock was set back. */
  constructor(saved: SavedChunks, second: number) {
    this.#saved = saved
    const open = (resolution: Resolution) =>
      openChunk(saved, resolution, Math.floor(second / resolutions[resolution].stepSeconds))
    this.#open = { second: open("second"), minute: open("minute"), hour: open("hour") }
  }

  /** The second that is expected next. */
  get next(): number {
    return this.#open.second.next
  }

  /** `count` seconds alike; false when that would go back in time. */
  append(second: number, count: number, sums: Sums): boolean {
    if (second < this.next) return false
    for (let at = second; at < second + count; ) {
      this.settle(at)
      const inMinute = Math.min(second + count - at, 60 - (at % 60))
      this.#write("second", at, inMinute, sums)
      at += inMinute
    }
    return true
  }

  /** Every step known from `first` on, before `end`; those that are not over with what was measured of them. */
  read(resolution: Resolution, first: number, end: number): Run[] {
    const chunks = new Map<number, Chunk>()
    const lastStart = startOf(resolution, end - 1)
    for (const { start, bytes } of this.#saved.between(resolution, startOf(resolution, first), lastStart)) {
      chunks.set(start, Chunk.parse(start, bytes))
    }
    for (const [chunk, of] of this.#changed) if (of === resolution) chunks.set(chunk.start, chunk)
    chunks.set(this.#open[resolution].start, this.#open[resolution])
    const runs = [...chunks.values()].sort((a, b) => a.start - b.start).flatMap((chunk) => [...chunk.runs()])
    const unfinished = this.#unfinished(resolution)
    const all = unfinished ? [...runs.filter(({ step }) => step < unfinished.step), unfinished] : runs
    return all.flatMap(({ step, count, sums }) => {
      const from = Math.max(step, first)
      const to = Math.min(step + count, end)
      return from < to ? [{ step: from, count: to - from, sums }] : []
    })
  }

  /** Writes the minute and the hour that are over at `second`. */
  settle(second: number): void {
    for (const [finer, resolution] of [
      ["second", "minute"],
      ["minute", "hour"],
    ] as const) {
      const newest = this.#newest(finer)
      if (newest === undefined) continue
      const step = Math.floor(newest / ratio[resolution])
      if (step < Math.floor(second / resolutions[resolution].stepSeconds)) this.#finish(resolution, step)
    }
  }

  /** What is to be saved: all that changed since `saved` was called. */
  changed(): SavedChunk[] {
    return [...this.#changed].map(([chunk, resolution]) => {
      return { resolution, start: chunk.start, bytes: chunk.save() }
    })
  }

  /** What `changed` said just before, nothing having been written since, need not be kept any more. */
  saved(): void {
    this.#changed.clear()
  }

  /** What waits to be saved and does not grow any more. */
  waiting(): WaitingChunk[] {
    return [...this.#changed].flatMap(([chunk, resolution]) => {
      const { stepSeconds } = resolutions[resolution]
      const [from, end] = [chunk.start * stepSeconds, chunk.next * stepSeconds]
      return chunk === this.#open[resolution] ? [] : [{ chunk, resolution, from, end, bytes: chunk.heldBytes }]
    })
  }

  drop({ chunk }: WaitingChunk): void {
    this.#changed.delete(chunk)
  }

  /** The clock was set back: what is known of `second` and later is forgotten. */
  goBack(second: number): void {
    this.#newestTotal = {}
    for (const resolution of resolutionNames) {
      const step = Math.floor(second / resolutions[resolution].stepSeconds)
      const kept = this.#until(resolution, step)
      for (const [chunk, of] of this.#changed) {
        if (of === resolution && chunk.start >= kept.start) this.#changed.delete(chunk)
      }
      this.#changed.set(kept, resolution)
      this.#open[resolution] = kept
      for (const { start } of this.#saved.between(resolution, kept.start + 1, Number.MAX_SAFE_INTEGER)) {
        this.#changed.set(new Chunk(start), resolution) // which is empty, and so will the saved one be
      }
    }
  }

  /** A copy of the latest chunk that begins at or before a step, up to that step. */
  #until(resolution: Resolution, step: number): Chunk {
    const inMemory = [...this.#changed].filter(([, of]) => of === resolution).map(([chunk]) => chunk)
    const latest = [...inMemory, this.#open[resolution]]
      .filter(({ start }) => start <= step)
      .sort((a, b) => b.start - a.start)[0]
    return latest ? Chunk.parse(latest.start, latest.save(), step) : openChunk(this.#saved, resolution, step)
  }

  #write(resolution: Resolution, step: number, count: number, sums: Sums): void {
    let open = this.#open[resolution]
    const start = startOf(resolution, step)
    if (start !== open.start) {
      open = new Chunk(start)
      this.#open[resolution] = open
    }
    if (!open.append(step, count, sums)) return
    this.#changed.set(open, resolution)
    if (resolution === "second") this.#addTo("minute", step, count, sums)
    else if (resolution === "minute") this.#addTo("hour", step, count, sums)
  }

  /** Steps of one coarse step, which were just written. */
  #addTo(coarse: Coarse, finer: number, count: number, sums: Sums): void {
    const step = Math.floor(finer / ratio[coarse])
    const newest = this.#newestTotal[coarse]
    if (newest === undefined) this.#newestTotal[coarse] = { step, total: this.#added(coarse, step) }
    else if (newest.step === step) addSums(newest.total, sums, count)
    else {
      const total = noSums()
      addSums(total, sums, count)
      this.#newestTotal[coarse] = { step, total }
    }
  }

  /** Writes a coarse step whose finer ones are over; it was written already when the panel starts anew after that. */
  #finish(resolution: Coarse, step: number): void {
    const sums = step < this.#open[resolution].next ? undefined : this.#sumOf(resolution, step)
    if (sums !== undefined) this.#write(resolution, step, 1, sums)
  }

  /** The coarse step that the newest finer one lies in, unless it is written. */
  #unfinished(resolution: Resolution): Run | undefined {
    if (resolution === "second") return undefined
    const finer = resolution === "minute" ? "second" : "minute"
    const newest = finer === "minute" ? (this.#unfinished("minute")?.step ?? this.#newest(finer)) : this.#newest(finer)
    if (newest === undefined) return undefined
    const step = Math.floor(newest / ratio[resolution])
    const sums = step < this.#open[resolution].next ? undefined : this.#sumOf(resolution, step)
    return sums && { step, count: 1, sums }
  }

  #newest(resolution: Resolution): number | undefined {
    const open = this.#open[resolution]
    return open.isEmpty ? undefined : open.next - 1
  }

  #sumOf(resolution: Coarse, step: number): number[] | undefined {
    const newest = this.#newestTotal[resolution]
    const total = newest?.step === step ? [...newest.total] : this.#added(resolution, step)
    const unfinished = resolution === "hour" ? this.#unfinished("minute") : undefined
    if (unfinished && Math.floor(unfinished.step / ratio.hour) === step) addSums(total, unfinished.sums)
    return total[sum.seconds] === 0 ? undefined : total
  }

  /** Of the finer steps that are written, added up one by one. */
  #added(resolution: Coarse, step: number): number[] {
    const [first, end] = [step * ratio[resolution], (step + 1) * ratio[resolution]]
    const total = noSums()
    for (const run of this.#open[resolution === "minute" ? "second" : "minute"].runs()) {
      const count = Math.min(run.step + run.count, end) - Math.max(run.step, first)
      if (count > 0) addSums(total, run.sums, count)
    }
    return total
  }
}

/** The saved chunk that a step is written to, up to that step. */
function openChunk(saved: SavedChunks, resolution: Resolution, step: number): Chunk {
  const latest = saved.latest(resolution, step)
  return latest ? Chunk.parse(latest.start, latest.bytes, step) : new Chunk(startOf(resolution, step))
}

export function startOf(resolution: Resolution, step: number): number {
  return step - (step % chunkSteps[resolution])
}

/** The first step that is still kept. */
export function firstKept(resolution: Resolution, second: number): number {
  const { stepSeconds, keepSeconds } = resolutions[resolution]
  return Math.floor((second - keepSeconds) / stepSeconds)
}
