import { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import { completeChecksum } from "../../offload/complete-checksum.ts"
import { cutTrain } from "../../offload/cut.ts"
import { outboundEntries, region } from "../../regions.ts"
import { headroom, tailroom } from "./room.ts"

/** At the end of the spare memory messages without a packet are sent (`Outlet.say`). */
const saidBytes = 1024
const end = region.spare.at + region.spare.size - saidBytes - tailroom

/**
 * Cuts the trains that somebody took for a peer that takes none, or none any more: the road asks for all peers together, and
 * what a hub over tap passes on is what another peer sent.
 */
export class TrainCutter {
  readonly #memory: RelayMemory
  readonly #isEthernet: boolean
  #cut: Batch | undefined

  constructor(memory: RelayMemory, isEthernet: boolean) {
    this.#memory = memory
    this.#isEthernet = isEthernet
  }

  /** Completes the checksum of entry `i`, which is no train and asks for no more than that. False for one that is or does. */
  complete(batch: Batch, i: number): boolean {
    if (batch.gsoSize[i] !== 0) return false
    const start = batch.checksumStart[i] ?? 0
    const offset = batch.checksumOffset[i] ?? 0
    if (!completeChecksum(this.#memory, batch.at[i] ?? 0, batch.length[i] ?? 0, start, offset)) return false
    batch.gsoType[i] = 0
    batch.checksumStart[i] = 0
    batch.checksumOffset[i] = 0
    return true
  }

  /** The packets of train `i`, in the spare memory; undefined when it is none. */
  cut(batch: Batch, i: number): Batch | undefined {
    this.#cut ??= new Batch(outboundEntries)
    this.#cut.clear()
    const next = cutTrain(this.#memory, batch, i, this.#isEthernet, this.#cut, region.spare.at, headroom, end)
    return next < 0 ? undefined : this.#cut
  }
}
