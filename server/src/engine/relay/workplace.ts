import { Batch } from "./batch.ts"
import { RelayMemory } from "./memory.ts"
import { Joiner } from "./offload/joiner.ts"
import { memorySize } from "./regions.ts"
import type { InboundParts } from "./road/inbound.ts"
import { createOutboundBatches, type OutboundBatches } from "./road/outbound.ts"
import type { PacketCiphers } from "./wireguard/cipher/cipher.ts"
import { createPacketCiphers } from "./wireguard/cipher/create-packet-ciphers.ts"
import type { Timers } from "./wireguard/noise/protocol.ts"
import { hasFastAes } from "./wireguard/tundeck/fast-aes.ts"

/** What the tunnels of one worker share. All of it is empty between wake-ups. */
export interface Workplace {
  memory: RelayMemory
  outbound: OutboundBatches
  inbound: InboundParts
  received: Batch
  ciphers: PacketCiphers
  /** This CPU seals faster with AES-256-GCM. */
  hasFastAes: boolean
  /** Of WireGuard, where they are not the published ones. */
  timers: Partial<Timers>
  /** Bits of what no peer is offered. */
  withheld: number
}

interface WireguardWishes {
  rekeyAfterMs?: number | undefined
  withheld?: number | undefined
}

export function createWorkplace({ rekeyAfterMs, withheld }: WireguardWishes = {}): Workplace {
  const memory = new RelayMemory(memorySize, true)
  const ciphers = createPacketCiphers(memory)
  const joiners = { ip: new Joiner(memory, false), ethernet: new Joiner(memory, true) }
  return {
    memory,
    outbound: createOutboundBatches(),
    inbound: { joiners, cut: new Batch(2048) },
    received: new Batch(512),
    ciphers,
    hasFastAes: hasFastAes(ciphers, memory),
    timers: rekeyAfterMs === undefined ? {} : { rekeyAfter: rekeyAfterMs },
    withheld: withheld ?? 0,
  }
}
