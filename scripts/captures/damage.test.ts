import { expect, test } from "vitest"
import { bytesOf } from "../../shared/src/packets/samples/sample.ts"
import { samples } from "../../shared/src/packets/samples/samples.ts"
import { damage, noDamage } from "./damage.ts"

const packets = samples.map(({ hex, link }) => ({ bytes: bytesOf(hex), wireLength: bytesOf(hex).length, link }))

test("damage: each capture gives one packet, cut and flipped in all ways, to all four decoders", () => {
  const found = noDamage()
  for (const packet of packets.slice(0, 20)) damage({ name: "one", packets: [packet] }, 1, found)
  damage({ name: "empty", packets: [] }, 1, found)
  const ways = packets.slice(0, 20).map(({ bytes }) => 1 + bytes.length + Math.min(bytes.length * 8, 1_480))
  expect(found).toMatchObject({ packets: 20, thrown: [], decodings: 4 * ways.reduce((sum, count) => sum + count) })
})

test("damage: the same seed chooses the same packet, and leaves it as it was", () => {
  const before = packets.map(({ bytes }) => Buffer.from(bytes).toString("hex"))
  const [first, again] = [noDamage(), noDamage()]
  for (const found of [first, again]) for (let seed = 0; seed < 5; seed++) damage({ name: "all", packets }, seed, found)
  expect(first.decodings).toBe(again.decodings)
  expect(packets.map(({ bytes }) => Buffer.from(bytes).toString("hex"))).toEqual(before)
})
