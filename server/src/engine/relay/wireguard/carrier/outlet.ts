import type { Batch } from "../../batch.ts"
import type { Carrier, NumericEndpoint } from "../../messages.ts"
import type { HandshakeSource } from "../ports.ts"
import type { SealedPackets } from "./sealed-packets.ts"

/**
 * What messages go out through and came in by: a socket of datagrams, or one stream. In the column of peers a number stands
 * for a peer's place, or for who spoke.
 */
export interface Outlet {
  readonly carrier: Carrier
  /** What it did not take at once waits: what it is given now is dropped. */
  readonly isFull: boolean
  /** Hot. Sends messages `from` to `to` of the batch; their packets have their verdicts now or when the kernel has them. */
  send(batch: Batch, from: number, to: number, packets: SealedPackets): void
  /** Sends a message without a packet, in its turn. Cold. */
  say(message: Uint8Array, number: number): void
  /** Hot. What the session knows the one by who spoke: the same as long as it is a peer's. */
  sourceId(number: number): number
  describe(number: number, source: HandshakeSource): void
  /** Hot. A message by that number came from where the peer is. */
  isAt(place: number, number: number): boolean
  /** The peer is where a message by that number came from. */
  adopt(place: number, number: number): void
  /** Where the peer is. */
  endpoint(place: number): NumericEndpoint | undefined
}
