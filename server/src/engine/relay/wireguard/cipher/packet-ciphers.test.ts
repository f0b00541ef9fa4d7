import { type Aead, createAead } from "@tundeck/native-bindings"
import { expect, it } from "vitest"
import { RelayMemory } from "../../memory.ts"
import { cipherContract } from "./cipher.contract.ts"
import { createPacketCiphers } from "./create-packet-ciphers.ts"
import { EvpCiphers } from "./evp-ciphers.ts"
import { NodeCiphers } from "./node-ciphers.ts"

function aeadOfThisNode(): Aead {
  const aead = createAead()
  if (aead === undefined) throw new Error("this Node has no EVP")
  return aead
}

cipherContract("EVP", (memory) => new EvpCiphers(aeadOfThisNode(), memory))
cipherContract("node:crypto", (memory) => new NodeCiphers(memory))

const memory = new RelayMemory(64 * 1024, true)

it("EVP is taken where it is, and answers right", () => {
  expect(createPacketCiphers(memory).name).toBe("evp")
})

it.each<[string, Partial<Aead> | undefined]>([
  ["is missing", undefined],
  ["refuses a kind", { createOpening: () => 0 }],
  ["seals nothing", { seal: () => 1 }],
  ["mixes the halves up", { seal: (c, a, l, low, high) => aeadOfThisNode().seal(c, a, l, high, low) }],
  ["opens what is not authentic", { open: (...args) => Math.max(aeadOfThisNode().open(...args), 1) as 1 }],
  ["opens nothing", { open: () => 0 }],
  [
    "throws",
    {
      seal: () => {
        throw new Error("no")
      },
    },
  ],
])("node:crypto is taken where EVP %s", (_name, wrong) => {
  const ciphers = createPacketCiphers(memory, () => wrong && { ...aeadOfThisNode(), ...wrong })
  expect(ciphers.name).toBe("node")
})
