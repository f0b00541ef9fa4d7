import { dropReasonOf, type FaultSettings, faultSettings } from "@tundeck/shared"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { FaultInjector } from "./fault-injector.ts"
import { seededRandom } from "./seeded-random.ts"

const scratch = { at: 500_000, size: 100_000 }
const headroom = 32

interface Passed {
  id: number
  time: number
  at: number
  length: number
  peer: number
  gsoSize: number
  /** Bytes that are not what was sent. */
  damage: number
}

/** A fault injector with its surroundings: a memory, a clock that tests move, and a record of what came of each packet. */
export class FaultLab {
  readonly memory = new RelayMemory(1_000_000)
  readonly #batch = new Batch()
  readonly passed: Passed[] = []
  readonly dropped: { id: number; reason: string | undefined; peer: number; length: number }[] = []
  /** How many times packets were passed on, and the batch of the last time. */
  passes = 0
  lastBatch: Batch | undefined
  wakes: number[] = []
  now = 1000
  /** What is passed on is overwritten where it lies, as a transport does that encrypts. */
  seals = false
  readonly faults: FaultInjector
  readonly traffic = {
    marked: -1,
    dropped: (
      direction: 0 | 1,
      reason: number,
      _errno: number,
      peer: number,
      _view: DataView,
      at: number,
      length: number,
    ): void => {
      const id = this.memory.view.getUint32(at)
      const said = direction === 1 ? dropReasonOf(reason) : "wrong direction"
      if (this.traffic.marked === 1) this.markedIds.push(id)
      this.dropped.push({ id, reason: said, peer, length })
    },
  }
  /** Of the packets that were passed on, or dropped, as made up by a person. */
  readonly markedIds: number[] = []

  constructor(settings: Partial<FaultSettings>, seed = 1) {
    this.faults = new FaultInjector({
      memory: this.memory,
      scratch,
      headroom,
      direction: 1,
      settings: faultSettings.parse(settings),
      random: seededRandom(seed),
      traffic: this.traffic,
      pass: (batch) => this.#passed(batch),
      wakeAt: (when) => this.wakes.push(when),
    })
  }

  set(settings: Partial<FaultSettings>): void {
    this.faults.set(faultSettings.parse(settings), this.now)
  }

  /** Sends packets that bear these numbers, in batches. */
  send(ids: readonly number[], length = 100, peer = 0): Batch {
    const stride = length + headroom
    const most = Math.min(this.#batch.capacity, Math.floor(scratch.at / stride))
    for (let from = 0; from < ids.length; from += most) {
      this.#batch.clear()
      ids.slice(from, from + most).forEach((id, i) => {
        const at = headroom + i * stride
        this.memory.bytes.fill(0xaa, at, at + length)
        this.memory.view.setUint32(at, id)
        this.#batch.gsoSize[this.#batch.add(at, length, peer)] = id & 0xffff
      })
      this.faults.take(this.#batch, this.now)
    }
    return this.#batch
  }

  /** As `send`, of a packet that a person made up. */
  inject(id: number): void {
    this.traffic.marked = 1
    this.send([id])
    this.traffic.marked = -1
  }

  /** Lets time pass, with an alarm each time that one is due. */
  runUntil(time: number): void {
    for (let due = this.faults.alarm(this.now); due <= time; due = this.faults.alarm(this.now)) this.now = due
    this.now = time
  }

  get passedIds(): number[] {
    return this.passed.map(({ id }) => id)
  }

  #passed(batch: Batch): void {
    this.passes += 1
    this.lastBatch = batch
    const { bytes } = this.memory
    // As a transport that writes its headers.
    for (const at of batch.at.subarray(0, batch.count)) bytes.fill(0xbb, at - headroom, at)
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      if (at + (batch.length[i] ?? 0) > scratch.at + scratch.size) throw new RangeError("outside of the scratch")
      const id = this.memory.view.getUint32(at)
      if (this.traffic.marked === 1) this.markedIds.push(id)
      const [length, peer, gsoSize] = [batch.length[i] ?? 0, batch.peer[i] ?? 0, batch.gsoSize[i] ?? 0]
      const damage = bytes.subarray(at + 4, at + length).reduce((sum, byte) => sum + (byte === 0xaa ? 0 : 1), 0)
      this.passed.push({ id, time: this.now, at, length, peer, gsoSize, damage })
    }
    if (!this.seals) return
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      bytes.fill(0xcc, at, at + (batch.length[i] ?? 0))
    }
  }
}

export const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)
