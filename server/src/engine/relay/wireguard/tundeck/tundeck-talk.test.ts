import fc from "fast-check"
import { expect, it } from "vitest"
import { writeQuestion } from "../../transport/probe.ts"
import { sealByNode } from "../cipher/self-test.ts"
import { refusal } from "../refusal.ts"
import { Wire } from "../testing/session-lab.ts"
import { feature } from "./features.ts"
import { createHello } from "./hello.ts"
import { all, TundeckEnd, tundeckPair } from "./testing/tundeck-pair.ts"

const second = 1_000
const { trains, aes256Gcm, ethernet, probes } = feature

function connect(wire: Wire, offers: { a?: number; b?: number } = {}) {
  const pair = tundeckPair(wire, offers)
  pair.a.send("first")
  wire.run(100)
  return pair
}

/** Types of the messages with packets or what was said, in order. */
const dataTypes = (wire: Wire, from: string) => wire.typesSent(from).filter((type) => type > 3)
const uses = (end: TundeckEnd, wire: Wire) => end.session.uses(0, wire.now)

/** A message of type 5 as nobody but who has the keys can make it. */
function aesMessage(from: TundeckEnd, index: Uint8Array, counter: number, text: string): Uint8Array {
  const key = from.session.deriveKey(0, "tundeck aes-256-gcm")?.sending ?? new Uint8Array(32)
  const counterBytes = new Uint8Array(new BigUint64Array([BigInt(counter)]).buffer)
  const sealed = sealByNode("aes-256-gcm", key, counterBytes, new TextEncoder().encode(text))
  return Uint8Array.from([5, 0, 0, 0, ...index, ...counterBytes, ...sealed])
}

/** Data that `a` sent last, of this type. */
const lastOf = (wire: Wire, type: number) => {
  const found = wire.sent.findLast(({ from, bytes }) => from === "a:1" && bytes[0] === type)
  if (found === undefined) throw new Error(`no message of type ${type}`)
  return found
}

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

it("questions are answered only where both have probes", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(10)
  const question = new Uint8Array(12)
  writeQuestion(new DataView(question.buffer), 0, 1, 0)
  const answers = () => wire.typesSent("b:1").filter((type) => type === 4).length
  a.sendBytes(question)
  wire.run(10)
  expect(answers()).toBe(0)
  a.sendBytes(createHello(trains))
  wire.run(10)
  expect(answers()).toBe(1)
  a.sendBytes(question)
  wire.run(10)
  expect(answers()).toBe(1)
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

it("the round trip: asked at once, every 2 seconds while packets pass, else every 10", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  expect(a.roundTrips).toEqual([2])
  expect(b.roundTrips).toEqual([2])
  for (let i = 0; i < 60; i++) {
    a.send("packet")
    wire.run(500)
  }
  // One at once, the next after 2 or 10 seconds, and then those of 20.
  for (const end of [a, b]) {
    expect(end.roundTrips.length).toBeGreaterThanOrEqual(11)
    expect(end.roundTrips.length).toBeLessThanOrEqual(16)
  }
  const before = a.roundTrips.length
  wire.run(60 * second)
  expect(a.roundTrips.length - before).toBeGreaterThanOrEqual(6)
  expect(a.roundTrips.length - before).toBeLessThanOrEqual(9)
})

it("probes keep no keys alive: an idle tunnel falls silent when they die", () => {
  const wire = new Wire()
  const { a, b } = connect(wire, { a: trains | aes256Gcm | probes, b: trains | aes256Gcm | probes })
  wire.run(200 * second)
  const before = wire.sent.length
  wire.run(600 * second)
  expect(wire.sent).toHaveLength(before)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(1)
  expect(a.told).toContain("ended 0")
  expect(b.told).toContain("ended 0")
})

it("a tunnel of Ethernet frames keeps its keys: a switch hears its ports", () => {
  const wire = new Wire()
  const { a, b } = connect(wire)
  wire.run(600 * second)
  expect([uses(a, wire), uses(b, wire)]).toEqual([all, all])
  expect(wire.typesSent("a:1").filter((type) => type === 1).length).toBeGreaterThanOrEqual(4)
})

it("an answer counts once, and only to the question that was asked last", () => {
  const wire = new Wire()
  const a = new TundeckEnd(wire, "a", 0)
  const b = new TundeckEnd(wire, "b", all)
  a.send("first")
  wire.run(10)
  a.sendBytes(createHello(probes))
  wire.run(10)
  const probe = (which: number, kind: number) => {
    const bytes = new Uint8Array(12)
    writeQuestion(new DataView(bytes.buffer), 0, which, (wire.now - 5) * 1000)
    bytes[2] = kind
    a.sendBytes(bytes)
    wire.run(10)
  }
  probe(1, 1)
  probe(7, 2)
  expect(b.roundTrips).toEqual([])
  probe(1, 2)
  probe(1, 2)
  expect(b.roundTrips).toHaveLength(1)
})
