import type { TunnelReason } from "@tundeck/shared"
import type { Carrier, NumericEndpoint } from "../../messages.ts"
import type { DatagramOutletParts } from "./datagram-outlet.ts"
import type { Outlet } from "./outlet.ts"

export interface CarrierEvents extends DatagramOutletParts {
  /** It is open: peers may be called. `port` is its own, null where it has none. */
  opened(carrier: Carrier, port: number | null): void
  /** It cannot be had, and is tried again. */
  failed(carrier: Carrier, reason: TunnelReason): void
  /** There is a way to a peer that was called. */
  reached(place: number, outlet: Outlet): void
  /** A peer that was called cannot be reached that way, and is tried again. */
  unreached(place: number, reason: TunnelReason): void
  /** A way was taken away, by us. */
  closed(outlet: Outlet): void
  /** A way has ended. */
  lost(outlet: Outlet, reason: TunnelReason): void
  /** The name of a peer that is called may have another address by now. */
  resolve(place: number): void
}

/** One kind of carrier of a tunnel: waits where it shall, and calls peers. */
export interface CarrierSide {
  start(): void
  /** Afterwards it uses no fd. */
  stop(): void
  /** Makes a way to the peer: `reached` tells of it, now or later. Another call takes the place of the one before. */
  call(place: number, remotes: readonly NumericEndpoint[], named: boolean): void
  /** The peer is not called any more. */
  hangUp(place: number): void
  /** The answer to `resolve`. */
  setRemotes(place: number, remotes: readonly NumericEndpoint[], reason: TunnelReason | null): void
  /** There are so many places now. Those with `kept[place]` their own hold the same peer as before. */
  setPlaces(places: number, kept: readonly number[]): void
  alarm(now: number): number
}
