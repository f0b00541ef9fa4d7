import fc from "fast-check"
import { expect, it } from "vitest"
import { refusal } from "../refusal.ts"
import { Wire } from "../testing/session-lab.ts"
import { dataTypes, second, uses } from "./testing/talk.ts"
import { all, type TundeckEnd, tundeckPair } from "./testing/tundeck-pair.ts"

// Hellos that cross, are lost, come twice or late.

/** Both speak, three times a second. */
function talk(wire: Wire, ends: { a: TundeckEnd; b: TundeckEnd }, seconds: number): void {
  for (let i = 0; i < seconds; i += 0.3) {
    ends.a.send(`a${i}`)
    ends.b.send(`b${i}`)
    wire.run(300)
  }
}

const hasKeys = (end: TundeckEnd) => end.told.includes("established 0")
const lossyWire = (seed: number, lossPercent: number) =>
  new Wire(seed, { loss: lossPercent / 100, duplicate: 0.2, delayMs: 50 })
const anyWire = [fc.nat(), fc.integer({ min: 0, max: 40 })] as const

it("both ends ask at once: each keypair is agreed on, and both use it", () => {
  for (let apart = 0; apart < 12; apart++) {
    const wire = new Wire(apart, { delayMs: 10 })
    const { a, b } = tundeckPair(wire)
    b.endpoints[0] = "a:1"
    a.send("one")
    wire.run(apart)
    b.send("two")
    wire.run(100)
    a.send("three")
    b.send("four")
    wire.run(100)
    expect([uses(a, wire), uses(b, wire)], `${apart} ms`).toEqual([all, all])
    expect(a.got.toSorted()).toEqual(["0:four", "0:two"])
    expect(b.got.toSorted()).toEqual(["0:one", "0:three"])
  }
})

it("lost hellos are repeated, and the answer too", () => {
  const wire = new Wire()
  const left = { "a:1": 2, "b:1": 1 }
  wire.passes = ({ from, bytes }) => bytes[0] !== 4 || (from !== "a:1" && from !== "b:1") || left[from]-- <= 0
  const { a, b } = tundeckPair(wire)
  a.session.initiate(0, wire.now)
  wire.run(60 * second)
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
})

it("who answered does not use what it is not known to take: its hello was lost", () => {
  const wire = new Wire()
  const { a, b } = tundeckPair(wire)
  wire.passes = ({ from, bytes }) => from !== "b:1" || bytes[0] === 2
  a.session.initiate(0, wire.now)
  wire.run(500)
  wire.passes = () => true
  b.send("packet")
  wire.run(1)
  expect(dataTypes(wire, "b:1").at(-1)).toBe(4)
  wire.run(2 * second)
  b.send("packet")
  wire.run(1)
  expect(dataTypes(wire, "b:1").at(-1)).toBe(5)
  wire.run(100)
  expect(a.got).toEqual(["0:packet", "0:packet"])
  expect(a.verdicts.every((verdict) => verdict >= 0)).toBe(true)
})

it("on wires that lose, repeat and reorder, every packet that arrives is read, and in the end all is agreed on", () => {
  fc.assert(
    fc.property(...anyWire, (seed, lossPercent) => {
      const wire = lossyWire(seed, lossPercent)
      const ends = tundeckPair(wire)
      const { a, b } = ends
      a.send("begin")
      talk(wire, ends, 30)
      // All that they said to each other may have been lost; under the next keys they say it again.
      wire.heal()
      talk(wire, ends, 130)
      // Nothing but what came twice or late was refused.
      const allowed = [-refusal.replayed, -refusal.oldInitiation, -refusal.unknownIndex]
      for (const end of [a, b]) expect(end.verdicts.filter((n) => n < 0 && !allowed.includes(n))).toEqual([])
      expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
    }),
    { numRuns: 40 },
  )
})

it("on a wire that heals while they greet each other all is agreed on, and waits for no other keys", () => {
  fc.assert(
    fc.property(...anyWire, fc.integer({ min: 0, max: 6 }), fc.boolean(), (seed, lossPercent, healAfter, bothAsk) => {
      const wire = lossyWire(seed, lossPercent)
      const ends = tundeckPair(wire)
      const { a, b } = ends
      if (bothAsk) b.endpoints[0] = "a:1"
      while (!hasKeys(a) && !hasKeys(b)) talk(wire, ends, 0.3)
      talk(wire, ends, healAfter)
      wire.heal()
      talk(wire, ends, 20)
      expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
    }),
    { numRuns: 60 },
  )
})

it("both ends ask at once, and one hello is lost: it is said again, whatever was agreed on under the other keys", () => {
  const wire = new Wire()
  const { a, b } = tundeckPair(wire)
  b.endpoints[0] = "a:1"
  let isLost = false
  wire.passes = ({ from, bytes }) => {
    if (isLost || from !== "a:1" || bytes[0] !== 4) return true
    isLost = true
    return false
  }
  a.session.initiate(0, wire.now)
  b.session.initiate(0, wire.now)
  wire.run(500)
  expect([uses(a, wire), uses(b, wire)]).toEqual([0, all])
  wire.run(1 * second)
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
})
