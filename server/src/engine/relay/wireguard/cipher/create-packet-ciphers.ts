import { type Aead, createAead } from "@tundeck/native-bindings"
import type { RelayMemory } from "../../memory.ts"
import type { NamedCiphers } from "./cipher.ts"
import { EvpCiphers } from "./evp-ciphers.ts"
import { NodeCiphers } from "./node-ciphers.ts"
import { passesSelfTest } from "./self-test.ts"

/**
 * A worker's packet ciphers, once at its start, while its memory is empty: OpenSSL's by address where this process has them
 * and they answer as they should, else node:crypto's.
 */
export function createPacketCiphers(memory: RelayMemory, find: () => Aead | undefined = createAead): NamedCiphers {
  const aead = find()
  if (aead === undefined) return new NodeCiphers(memory)
  const ciphers = new EvpCiphers(aead, memory)
  return passesSelfTest(ciphers, memory.bytes) ? ciphers : new NodeCiphers(memory)
}
