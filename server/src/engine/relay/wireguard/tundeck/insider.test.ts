import fc from "fast-check"
import { expect, it } from "vitest"
import { Wire } from "../testing/session-lab.ts"
import { feature } from "./features.ts"
import { createHello } from "./hello.ts"
import { uses } from "./testing/talk.ts"
import { all, TundeckEnd } from "./testing/tundeck-pair.ts"

// A peer that has the keys and says what it likes.

const { trains } = feature

it("every bit of a hello that an insider flips: nothing thrown, nothing unencrypted, packets pass as before", () => {
  const hello = createHello(all)
  for (let bit = 0; bit < hello.length * 8; bit++) {
    const wire = new Wire(bit)
    const a = new TundeckEnd(wire, "a", 0)
    const b = new TundeckEnd(wire, "b", all)
    a.send("first")
    wire.run(10)
    const flipped = Uint8Array.from(hello)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    a.sendBytes(flipped)
    wire.run(10)
    a.send("packet")
    wire.run(10)
    b.send("packet")
    wire.run(10)
    expect(a.got.at(-1)).toBe("0:packet")
    expect(b.got.at(-1)).toBe("0:packet")
    expect(uses(b, wire)).toBe(0)
    const spoken = wire.sent.filter(({ from }) => from === "b:1")
    expect(spoken.every(({ bytes }) => [2, 4].includes(bytes[0] ?? 0))).toBe(true)
  }
})

it("what an insider says that is no hello and no probe is silence", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(10)
  a.sendBytes(createHello(all))
  wire.run(10)
  const before = wire.sent.length
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 60 }), (rest) => {
      if (rest[0] === 1 || rest[0] === 3) return
      a.sendBytes(Uint8Array.of(0x54, 0x44, ...rest))
      wire.run(1)
    }),
  )
  wire.run(10)
  expect(wire.sent.slice(before).filter(({ from }) => from === "b:1")).toEqual([])
})

it("a hello again under the same keys is answered and changes nothing", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  const b = new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(10)
  for (const features of [trains, all, 0]) {
    a.sendBytes(createHello(features))
    wire.run(10)
    a.sendBytes(Uint8Array.of(1, ...new Uint8Array(40)))
    wire.run(10)
    expect(uses(b, wire)).toBe(trains)
  }
  expect(a.got.filter((text) => text.startsWith("0:TD"))).toHaveLength(3)
})
