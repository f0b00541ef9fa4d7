import { expect, it } from "vitest"
import { declare } from "../libc/library.ts"
import { createLowArena } from "../libc/low-arena.ts"
import { createAead } from "./aead.ts"
import { findEvp } from "./evp-functions.ts"

const key = new Uint8Array(32)
const peekError: () => number = declare("ERR_peek_error", "ulong", [])

it("a process without one of the functions has none", () => {
  const without = (missing: string): typeof declare => {
    return (name, ...rest) => declare(name === missing ? "no_such_function" : name, ...rest)
  }
  expect(findEvp(without("EVP_aes_128_gcm"))).toBeDefined()
  expect(findEvp(without("EVP_DecryptInit_ex2"))).toBeUndefined()
  expect(createAead(() => findEvp(without("EVP_aes_256_gcm")))).toBeUndefined()
})

it.each(["chacha20-poly1305", "aes-256-gcm"] as const)(
  "%s: what is not authentic leaves no error in OpenSSL's queue",
  (kind) => {
    const aead = createAead()
    if (aead === undefined) throw new Error("this Node has no EVP")
    const { address, bytes } = createLowArena(2048)
    const [sealing, opening] = [aead.createSealing(kind, key), aead.createOpening(kind, key)]
    expect(aead.seal(sealing, address, 1000, 1, 0)).toBe(1)
    bytes[0] = ~(bytes[0] ?? 0)
    expect(aead.open(opening, address, 1000, 1, 0)).toBe(0)
    expect(peekError()).toBe(0)
    aead.free(sealing)
    aead.free(opening)
  },
)

it("a key of another length makes no context", () => {
  expect(createAead()?.createSealing("aes-256-gcm", new Uint8Array(31))).toBe(0)
})
