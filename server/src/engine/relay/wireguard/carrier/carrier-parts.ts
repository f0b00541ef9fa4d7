import type { Batch } from "../../batch.ts"
import type { EpollLoop } from "../../epoll-loop.ts"
import type { RelayMemory } from "../../memory.ts"
import type { Traffic } from "../../traffic.ts"
import type { Outlet } from "./outlet.ts"

/** What outlets are made of, and whom they tell. */
export interface CarrierParts {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  /** For what comes in; empty between wake-ups. */
  inbound: Batch
  /** Hot. Messages came in; the column of peers has the outlet's numbers. */
  received(batch: Batch, outlet: Outlet): void
  /** It takes no more for now, or again. */
  full(outlet: Outlet, on: boolean): void
  wakeAt(when: number): void
  /** The peer answers our own probes: nobody else measures the way to it. */
  isProbed(place: number): boolean
}
