import { expect, it } from "vitest"
import { Wire } from "../testing/session-lab.ts"
import { feature } from "./features.ts"
import { createHello } from "./hello.ts"
import { connect, dataTypes, lastOf, second, uses } from "./testing/talk.ts"
import { all, TundeckEnd, tundeckPair } from "./testing/tundeck-pair.ts"

// What two ends say hello with, when, and what they then use.

const { trains, aes256Gcm, ethernet, probes } = feature

it("who asked for the keys says hello before all, who answered says it in answer, and both use what both have", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  expect(a.got).toEqual([])
  expect(b.got).toEqual(["0:first"])
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
  const [hello, packet] = wire.sent.filter(({ from, bytes }) => from === "a:1" && bytes[0] === 4)
  expect(hello?.bytes).toHaveLength(48)
  expect(packet?.bytes).toHaveLength(48)
  a.send("second")
  b.send("answer")
  wire.run(100)
  expect([a.got, b.got]).toEqual([["0:answer"], ["0:first", "0:second"]])
  expect(dataTypes(wire, "a:1").at(-1)).toBe(5)
  expect(dataTypes(wire, "b:1").at(-1)).toBe(5)
  for (const end of [a, b]) {
    expect(end.session.status(0)).toMatchObject({ isTundeck: true, cipher: "aes-256-gcm" })
    expect(end.verdicts.every((verdict) => verdict >= 0)).toBe(true)
  }
})

it("who asked without a packet confirms the keys with its hello: there is no empty message", () => {
  const wire = new Wire()
  const { a, b } = tundeckPair(wire)
  a.session.initiate(0, wire.now)
  wire.run(100)
  expect(wire.sent.every(({ bytes }) => bytes.length !== 32)).toBe(true)
  expect(b.told).toContain("ready 0")
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
})

it.each([
  [trains | probes, all],
  [all, aes256Gcm | probes],
  [aes256Gcm | ethernet, aes256Gcm | trains],
  [trains, ethernet],
])("only what both have is used: %i and %i", (ours, theirs) => {
  const wire = new Wire()
  const { a, b } = connect(wire, { a: ours, b: theirs })
  a.send("packet")
  wire.run(100)
  b.send("packet")
  wire.run(100)
  expect(uses(a, wire)).toBe(ours & theirs)
  // Without probes only a packet tells who answered that its hello came.
  const isProven = (ours & theirs & (probes | aes256Gcm)) !== 0
  expect(uses(b, wire)).toBe(isProven ? ours & theirs : 0)
  const type = (ours & theirs & aes256Gcm) === 0 ? 4 : 5
  expect([dataTypes(wire, "a:1").at(-1), dataTypes(wire, "b:1").at(-1)]).toEqual([type, type])
  expect([a.got, b.got]).toEqual([["0:packet"], ["0:first", "0:packet"]])
})

it("features that nobody knows yet, and a longer hello of a later version, change nothing of what is known", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  const b = new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(100)
  const hello = Uint8Array.from([...createHello(0xffff_fff0 | trains), ...new Uint8Array(64).fill(7)])
  hello[3] = 9
  a.sendBytes(hello)
  wire.run(100)
  expect(b.session.status(0)?.isTundeck).toBe(true)
  a.sendBytes(Uint8Array.of(1, ...new Uint8Array(40)))
  wire.run(100)
  expect(uses(b, wire)).toBe(trains)
})

it("new keys begin anew: hello, and only then what both have", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  const before = wire.sent.length
  wire.run(6 * second)
  wire.passes = ({ from, bytes }) => from === "a:1" || bytes[0] !== 4
  a.session.initiate(0, wire.now, true)
  wire.run(100)
  expect(uses(a, wire)).toBe(0)
  a.send("under the new keys")
  wire.passes = () => true
  wire.run(2 * second)
  const types = wire.sent.slice(before).flatMap(({ from, bytes }) => (from === "a:1" ? [bytes[0]] : []))
  const rekeyed = types.slice(types.lastIndexOf(1))
  expect(rekeyed.slice(0, 3)).toEqual([1, 4, 4])
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
  a.send("and agreed")
  wire.run(100)
  expect(b.got).toEqual(["0:first", "0:under the new keys", "0:and agreed"])
  expect(lastOf(wire, 5).at).toBeGreaterThan(wire.now - 200)
})

it("a stock peer hears four hellos after each of three handshakes, none of them empty, and then none any more", () => {
  const wire = new Wire()
  const { a, b } = connect(wire, { b: 0 })
  const hellos = () => b.got.filter((text) => text.startsWith("0:TD")).length
  wire.run(100 * second)
  expect(hellos()).toBe(4)
  expect(a.session.status(0)).toMatchObject({ isTundeck: false, cipher: "chacha20-poly1305" })
  for (let handshakes = 2; handshakes <= 6; handshakes++) {
    a.session.initiate(0, wire.now, true)
    wire.run(60 * second)
    expect(hellos()).toBe(4 * Math.min(handshakes, 3))
  }
  expect(new Set(wire.typesSent("a:1"))).toEqual(new Set([1, 4]))
  expect(uses(a, wire)).toBe(0)
  // Now the first message under new keys is the empty one again.
  a.session.initiate(0, wire.now, true)
  wire.run(100)
  expect(wire.sent.at(-1)?.bytes).toHaveLength(32)
})

it("a peer that was not greeted any more is greeted again when it is configured anew, and when it says hello itself", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  wire.passes = ({ bytes }) => bytes.length !== 48 || bytes[0] !== 4
  for (let handshakes = 0; handshakes < 4; handshakes++) {
    a.session.initiate(0, wire.now, true)
    wire.run(60 * second)
  }
  // It answered before: it is greeted on.
  wire.passes = () => true
  a.session.initiate(0, wire.now, true)
  wire.run(100)
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
})

it("who answers never says hello of its own accord", () => {
  const wire = new Wire()
  const { a, b } = connect(wire, { a: 0 })
  wire.run(100 * second)
  b.send("packet")
  wire.run(100)
  expect(a.got).toEqual(["0:packet"])
  expect(b.session.status(0)?.isTundeck).toBe(false)
})
