import type { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import { region } from "../../regions.ts"
import { headroom, tailroom } from "./room.ts"

const end = region.copies.at + region.copies.size - tailroom

/** Hot. Others of the batch, or of the next one, lie where packet `i` does. */
export function isShared(batch: Batch, i: number, count: number): boolean {
  return i + 1 < count ? batch.at[i] === batch.at[i + 1] : count === batch.capacity
}

/** Hot. It lies where it was received, or changed by an inbound fault: a hub passes it on. What stands around it is another packet's. */
export function isReceived(batch: Batch, i: number): boolean {
  const at = batch.at[i] ?? 0
  return isIn(region.inbound, at) || isIn(region.inboundFaults, at)
}

function isIn(one: { at: number; size: number }, at: number): boolean {
  return at >= one.at && at < one.at + one.size
}

/** Room for packets that are changed for one peer and lie where others do, or close to them. */
export class PacketCopies {
  readonly #memory: RelayMemory
  #next: number = region.copies.at

  constructor(memory: RelayMemory) {
    this.#memory = memory
  }

  clear(): void {
    this.#next = region.copies.at
  }

  /** Hot. Packet `i` lies elsewhere from now on. False when there is no room. */
  copy(batch: Batch, i: number): boolean {
    const at = this.#next + headroom
    const length = batch.length[i] ?? 0
    if (at + length > end) return false
    this.#memory.copy(at, batch.at[i] ?? 0, length)
    batch.at[i] = at
    this.#next = at + length
    return true
  }
}
