import type { PacketCiphers } from "../cipher/cipher.ts"
import type { Timers } from "../noise/protocol.ts"
import type { SessionOwner } from "../ports.ts"
import type { IndexTable } from "./index-table.ts"
import type { Keypair } from "./keypair.ts"
import type { Schedule } from "./schedule.ts"

/** What the parts of one session share. */
export interface SessionContext {
  readonly owner: SessionOwner
  readonly ciphers: PacketCiphers
  readonly timers: Timers
  readonly schedule: Schedule
  readonly random: (bytes: Uint8Array) => void
  /** Unix ms. */
  readonly time: () => number
  /** Handshakes begun by us: place of the peer, by our index. */
  readonly pending: IndexTable<number>
  readonly established: IndexTable<Keypair>
}
