import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  keyOfUrl,
  moveNetworks,
  peerNameOf,
  wireguardKey,
  wireguardPeerCreate,
  wireguardPeerPatch,
} from "./wireguard.ts"

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((key) => key.some((byte) => byte !== 0))
const base64 = (key: Uint8Array) => Buffer.from(key).toString("base64")
const keys = bytes.map(base64)

describe("a key", () => {
  it("is 32 bytes in base64, in the one way that they are written, and not zero", () => {
    fc.assert(fc.property(keys, (key) => wireguardKey.parse(key) === key))
    expect(wireguardKey.safeParse(base64(new Uint8Array(32))).success).toBe(false)
  })

  it("what is no key is refused: another length, another alphabet, another last character", () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 64 }).map(base64),
      fc.tuple(keys, fc.nat(43), fc.string({ minLength: 1, maxLength: 1 })).map(([key, at, character]) => {
        return key.slice(0, at) + character + key.slice(at + 1)
      }),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        const decoded = Buffer.from(text, "base64")
        const isKey = decoded.length === 32 && base64(decoded) === text && decoded.some((byte) => byte !== 0)
        expect(wireguardKey.safeParse(text).success).toBe(isKey)
      }),
      { numRuns: 1000 },
    )
  })

  it("stands in URLs in base64url, with its sign or without", () => {
    fc.assert(
      fc.property(bytes, (key) => {
        const urlSafe = Buffer.from(key).toString("base64url")
        for (const text of [urlSafe, `${urlSafe}=`, base64(key)]) expect(keyOfUrl(text)).toBe(base64(key))
      }),
    )
  })
})

describe("a network is one peer's", () => {
  const networks = fc.array(fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "::/0", "fd00::/8"), { maxLength: 6 })
  const peers = fc.uniqueArray(fc.record({ name: fc.constantFrom("a", "b", "c", "d"), allowedIps: networks }), {
    selector: ({ name }) => name,
  })

  it("the last peer that names it has it, once, and nobody else; what it is taken from is told", () => {
    fc.assert(
      fc.property(peers, (given) => {
        const { peers: settled, moved } = moveNetworks(given)
        expect(settled.map(({ name }) => name)).toEqual(given.map(({ name }) => name))
        for (const network of new Set(given.flatMap(({ allowedIps }) => allowedIps))) {
          const owners = settled.filter(({ allowedIps }) => allowedIps.includes(network)).map(({ name }) => name)
          const wanting = given.filter(({ allowedIps }) => allowedIps.includes(network)).map(({ name }) => name)
          expect(owners).toEqual(wanting.slice(-1))
          const told = moved.filter((move) => move.network === network).map(({ from, to }) => [from, to])
          expect(told).toEqual(wanting.slice(1).map((to, i) => [wanting[i], to]))
        }
        for (const { allowedIps } of settled) expect(new Set(allowedIps).size).toBe(allowedIps.length)
      }),
    )
  })
})

describe("a peer", () => {
  it("without a name gets one that is allowed and not taken", () => {
    fc.assert(
      fc.property(keys, fc.nat(3), (publicKey, before) => {
        const taken = new Set<string>()
        for (let i = 0; i < before; i++) taken.add(peerNameOf(publicKey, taken))
        const name = peerNameOf(publicKey, taken)
        expect(taken.size).toBe(before)
        expect(taken.has(name)).toBe(false)
        expect(wireguardPeerPatch.safeParse({ name }).success).toBe(true)
      }),
    )
  })

  const publicKey = base64(new Uint8Array(32).fill(7))

  it("is enabled, quiet and without networks, unless it is said", () => {
    expect(wireguardPeerCreate.parse({ publicKey })).toEqual({
      publicKey,
      allowedIps: [],
      keepaliveSeconds: 0,
      enabled: true,
    })
  })

  it.each<[object, string]>([
    [{ keepaliveSeconds: 65_536 }, "keepaliveSeconds"],
    [{ keepaliveSeconds: 1.5 }, "keepaliveSeconds"],
    [{ expiresAt: -1 }, "expiresAt"],
    [{ endpoint: "10.0.0.1" }, "endpoint"],
    [{ allowedIps: ["10.0.0.1/8"] }, "allowedIps.0"],
    [{ allowedIps: Array.from({ length: 257 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`) }, "allowedIps"],
    [{ name: "Road Warrior" }, "name"],
    [{ privateKey: publicKey }, ""],
  ])("%j is refused at its field", (change, path) => {
    const issues = wireguardPeerCreate.safeParse({ publicKey, ...change }).error?.issues ?? []
    expect(issues.map((issue) => issue.path.join("."))).toEqual([path])
  })
})
