import { Batch } from "./batch.ts"
import { RelayMemory } from "./memory.ts"
import { Joiner } from "./offload/joiner.ts"
import { memorySize } from "./regions.ts"
import type { InboundParts } from "./road/inbound.ts"
import { createOutboundBatches, type OutboundBatches } from "./road/outbound.ts"
import type { PacketCiphers } from "./wireguard/cipher/cipher.ts"
import { createPacketCiphers } from "./wireguard/cipher/create-packet-ciphers.ts"

/** What the tunnels of one worker share. All of it is empty between wake-ups. */
export interface Workplace {
  memory: RelayMemory
  outbound: OutboundBatches
  inbound: InboundParts
  received: Batch
  ciphers: PacketCiphers
}

export function createWorkplace(): Workplace {
  const memory = new RelayMemory(memorySize, true)
  const joiners = { ip: new Joiner(memory, false), ethernet: new Joiner(memory, true) }
  return {
    memory,
    outbound: createOutboundBatches(),
    inbound: { joiners, cut: new Batch(2048) },
    received: new Batch(512),
    ciphers: createPacketCiphers(memory),
  }
}
