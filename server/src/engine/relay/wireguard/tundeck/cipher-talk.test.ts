import { expect, it } from "vitest"
import { sealByNode } from "../cipher/self-test.ts"
import { refusal } from "../refusal.ts"
import { Wire } from "../testing/session-lab.ts"
import { feature } from "./features.ts"
import { createHello } from "./hello.ts"
import { connect, dataTypes, lastOf, second, uses } from "./testing/talk.ts"
import { all, TundeckEnd } from "./testing/tundeck-pair.ts"

// Messages of type 5, which are sealed with AES-256-GCM, beside those of type 4.

const { aes256Gcm } = feature

/** A message of type 5 as nobody but who has the keys can make it. */
function aesMessage(from: TundeckEnd, index: Uint8Array, counter: number, text: string): Uint8Array {
  const key = from.session.deriveKey(0, "tundeck aes-256-gcm")?.sending ?? new Uint8Array(32)
  const counterBytes = new Uint8Array(new BigUint64Array([BigInt(counter)]).buffer)
  const sealed = sealByNode("aes-256-gcm", key, counterBytes, new TextEncoder().encode(text))
  return Uint8Array.from([5, 0, 0, 0, ...index, ...counterBytes, ...sealed])
}

it("AES-256-GCM before it was agreed on is refused, sealed well or not, and nobody answers", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  const b = new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(100)
  const index = lastOf(wire, 4).bytes.slice(4, 8)
  const before = wire.sent.length
  expect(b.receive(aesMessage(a, index, 9, "made well"), "a:1")).toBe(-refusal.malformed)
  const flipped = Uint8Array.from(lastOf(wire, 4).bytes)
  flipped[0] = 5
  expect(b.receive(flipped, "a:1")).toBe(-refusal.malformed)
  expect(wire.sent).toHaveLength(before)
  // The same after a hello.
  a.sendBytes(createHello(aes256Gcm))
  wire.run(100)
  expect(b.receive(aesMessage(a, index, 9, "made well"), "a:1")).toBeGreaterThan(0)
  expect(b.got.at(-1)).toBe("0:made well")
})

it("AES-256-GCM that only one of two hellos had is refused, sealed well or not", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  const b = new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(100)
  a.sendBytes(createHello(all & ~aes256Gcm))
  wire.run(100)
  const index = lastOf(wire, 4).bytes.slice(4, 8)
  expect(b.receive(aesMessage(a, index, 9, "made well"), "a:1")).toBe(-refusal.malformed)
  expect(b.got).toEqual(["0:first"])
})

it("what is said to the session stays in type 4, whatever packets are sealed with", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  for (const end of [a, b]) end.session.initiate(0, wire.now)
  wire.run(60 * second)
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
  for (const from of ["a:1", "b:1"]) expect(new Set(dataTypes(wire, from))).toEqual(new Set([4]))
})

it("types 4 and 5 share counters and window, and neither opens as the other", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  a.send("sealed")
  wire.run(100)
  const { bytes } = lastOf(wire, 5)
  expect(b.receive(bytes, "a:1")).toBe(-refusal.replayed)
  const other = Uint8Array.from(bytes)
  other[0] = 4
  expect(b.receive(other, "a:1")).toBe(-refusal.notAuthentic)
  const tampered = Uint8Array.from(bytes)
  tampered[20] = (tampered[20] ?? 0) ^ 1
  expect(b.receive(tampered, "a:1")).toBe(-refusal.notAuthentic)
  const counters = wire.sent.flatMap(({ from, bytes: one }) => {
    return from === "a:1" && (one[0] ?? 0) > 3 ? [new DataView(one.buffer).getUint32(8, true)] : []
  })
  expect(counters).toEqual(counters.map((_, i) => i))
})
