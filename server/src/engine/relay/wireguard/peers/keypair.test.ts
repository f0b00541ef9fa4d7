import { expect, it } from "vitest"
import type { PacketCipher } from "../cipher/cipher.ts"
import { Identity } from "../noise/keys.ts"
import { IndexTable } from "./index-table.ts"
import { Keypair } from "./keypair.ts"
import { Keypairs } from "./keypairs.ts"

const identity = new Identity(new Uint8Array(32).fill(1))

class FakeCipher implements PacketCipher {
  isEnded = false
  seal = () => !this.isEnded
  open = () => !this.isEnded
  end(): void {
    this.isEnded = true
  }
}

function keypair(localIndex: number, isInitiator: boolean, createdAt = 0) {
  const ciphers = { sending: new FakeCipher(), receiving: new FakeCipher() }
  const material = { sending: new Uint8Array(32).fill(3), receiving: new Uint8Array(32).fill(4) }
  const spec = { place: 0, localIndex, remoteIndex: 9, isInitiator, identity, createdAt }
  return { pair: new Keypair(spec, material, ciphers), ciphers, material }
}

function createKeypairs() {
  const table = new IndexTable<Keypair>()
  const keys = new Keypairs(table)
  const places = () => [keys.previous, keys.current, keys.next].map((pair) => pair?.localIndex ?? null)
  const known = () => [1, 2, 3, 4, 5].filter((index) => table.find(index) !== null)
  return { keys, places, known }
}

it("we asked: new keys are current, the current ones previous, the previous ones end", () => {
  const { keys, places, known } = createKeypairs()
  for (const index of [1, 2, 3]) keys.add(keypair(index, true).pair)
  expect(places()).toEqual([2, 3, null])
  expect(known()).toEqual([2, 3])
})

it("we answered: new keys are next until they are used", () => {
  const { keys, places, known } = createKeypairs()
  keys.add(keypair(1, false).pair)
  expect(places()).toEqual([null, null, 1])
  keys.confirm()
  keys.add(keypair(2, false).pair)
  expect(places()).toEqual([null, 1, 2])
  keys.confirm()
  expect(places()).toEqual([1, 2, null])
  keys.add(keypair(3, false).pair)
  expect(places()).toEqual([null, 2, 3])
  keys.add(keypair(4, false).pair)
  expect(places()).toEqual([null, 2, 4])
  expect(known()).toEqual([2, 4])
})

it("we asked while we had answered: both handshakes' keys stay", () => {
  const { keys, places, known } = createKeypairs()
  keys.add(keypair(1, true).pair)
  keys.add(keypair(2, false).pair)
  keys.add(keypair(3, true).pair)
  expect(places()).toEqual([2, 3, null])
  expect(known()).toEqual([2, 3])
})

it("what falls out is zeroed: ciphers, the second pair, and the material", () => {
  const { keys } = createKeypairs()
  const { pair, ciphers, material } = keypair(1, true)
  const second = { sending: new FakeCipher(), receiving: new FakeCipher() }
  pair.second = second
  keys.add(pair)
  keys.end()
  const all = [ciphers.sending, ciphers.receiving, second.sending, second.receiving]
  expect(all.map((cipher) => cipher.isEnded)).toEqual([true, true, true, true])
  expect([material.sending, material.receiving]).toEqual([new Uint8Array(32), new Uint8Array(32)])
})

it("keys end by age, each for itself", () => {
  const { keys, places } = createKeypairs()
  keys.add(keypair(1, true, 10).pair)
  keys.add(keypair(2, true, 20).pair)
  expect(keys.oldestAt).toBe(10)
  keys.endUntil(9)
  expect(places()).toEqual([1, 2, null])
  keys.endUntil(10)
  expect(places()).toEqual([null, 2, null])
  keys.endUntil(20)
  expect(places()).toEqual([null, null, null])
  expect(keys.oldestAt).toBe(Number.POSITIVE_INFINITY)
})

it.each<[string, bigint, boolean, boolean]>([
  ["0", 0n, false, true],
  ["2^60 - 1", (1n << 60n) - 1n, false, true],
  ["2^60", 1n << 60n, true, true],
  ["2^63", 1n << 63n, true, true],
  ["2^64 - 2^13 - 2", (1n << 64n) - (1n << 13n) - 2n, true, true],
  ["2^64 - 2^13 - 1", (1n << 64n) - (1n << 13n) - 1n, true, false],
  ["2^64 - 1", (1n << 64n) - 1n, true, false],
])("counter %s: new keys are due, it passes", (_name, counter, isDue, passes) => {
  const { pair } = keypair(1, false)
  pair.counterLow = Number(BigInt.asIntN(32, counter))
  pair.counterHigh = Number(BigInt.asIntN(32, counter >> 32n))
  expect(pair.isDue(0, 120)).toBe(isDue)
  expect(pair.sends(0, 180)).toBe(passes)
  expect(keypair(1, false).pair.receives(pair.counterLow, pair.counterHigh, 0, 180)).toBe(passes)
})

it.each([
  [0, false, true],
  [119, false, true],
  [120, true, true],
  [179, true, true],
  [180, true, false],
])("age %i: new keys are due to who asked for these, they pass", (age, isDue, passes) => {
  const { pair } = keypair(1, true, 1_000)
  expect(pair.isDue(1_000 + age, 120)).toBe(isDue)
  expect(keypair(1, false, 1_000).pair.isDue(1_000 + age, 120)).toBe(false)
  expect(pair.sends(1_000 + age, 180)).toBe(passes)
  expect(pair.receives(0, 0, 1_000 + age, 180)).toBe(passes)
})

it.each<[bigint, bigint]>([
  [0n, 1n],
  [0x7fff_ffffn, 0x8000_0000n],
  [0xffff_ffffn, 0x1_0000_0000n],
  [0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n],
])("after counter %i comes %i", (counter, next) => {
  const { pair } = keypair(1, true)
  pair.counterLow = Number(BigInt.asIntN(32, counter))
  pair.counterHigh = Number(BigInt.asIntN(32, counter >> 32n))
  pair.countUp()
  expect((BigInt(pair.counterHigh >>> 0) << 32n) | BigInt(pair.counterLow >>> 0)).toBe(next)
  expect(pair.isUnused).toBe(false)
})
