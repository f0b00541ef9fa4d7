import type { Batch } from "../batch.ts"
import type { EpollLoop } from "../epoll-loop.ts"
import type { RelayMemory } from "../memory.ts"
import type { TransportOwner } from "../ports.ts"
import type { Traffic } from "../traffic.ts"

/** What every transport is made of. */
export interface TransportParts {
  loop: EpollLoop
  memory: RelayMemory
  traffic: Traffic
  owner: TransportOwner
  /** For what comes in; empty between wake-ups. */
  inbound: Batch
}
