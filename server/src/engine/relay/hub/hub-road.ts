import type { Batch } from "../batch.ts"
import type { Transport } from "../ports.ts"

/** The part of the two roads that only a tunnel with many peers has. */
export interface HubRoad {
  /** Decides to whom packet `i`, from the device, goes: 0, or the number of a drop reason. */
  routeOutbound(batch: Batch, i: number): number
  /** Sends a batch that was routed, what is for all to each. */
  send(batch: Batch, transport: Transport): void
  /** May packet `i` come from its peer: 0, or the number of a drop reason. */
  checkSource(batch: Batch, i: number): number
  /** Takes what is for other peers along; false when the packet is not for this host's device. */
  routeInbound(batch: Batch, i: number): boolean
  /** Sends what was taken along. */
  forward(transport: Transport): void
}
