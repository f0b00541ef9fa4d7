import { expect, it } from "vitest"
import { refusal } from "../refusal.ts"
import { createConnectedPair, createPair, peerOf, privateKey, Wire } from "../testing/session-lab.ts"

const second = 1_000

it("unanswered initiations: every 5 seconds and a little, for 90 seconds, then it is given up", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.passes = () => false
  a.send("anyone?")
  wire.run(200 * second)
  const times = wire.sent.map(({ at }) => at - 1_000)
  expect(times).toHaveLength(18)
  times.slice(1).forEach((at, i) => {
    const gap = at - (times[i] ?? 0)
    expect(gap).toBeGreaterThanOrEqual(5_000)
    expect(gap).toBeLessThanOrEqual(5_333)
  })
  expect(new Set(times.slice(1).map((at, i) => at - (times[i] ?? 0))).size).toBeGreaterThan(5)
  expect(new Set(wire.sent.map(({ bytes }) => Buffer.from(bytes.subarray(4, 40)).toString("hex"))).size).toBe(18)
  expect(a.told).toEqual(["ended 0"])
  wire.passes = () => true
  a.send("now?")
  wire.run(100)
  expect(a.told.slice(1)).toEqual(["authenticated 0 b:1", "established 0", "ready 0"])
})

it("giving up is 90 seconds after the last packet that wanted out", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.passes = () => false
  a.send("one")
  wire.run(60 * second)
  a.send("two")
  wire.run(89_999)
  expect(a.told).toEqual([])
  wire.run(1)
  expect(a.told).toEqual(["ended 0"])
})

it("a lost response is asked for again", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  wire.passes = ({ bytes, at }) => bytes[0] !== 2 || at > 6_000
  a.send("ping")
  wire.run(6 * second)
  expect(b.got).toEqual(["0:ping"])
})

it("rekey: who asked asks again when it sends under keys of 120 seconds, not before, and nothing is lost", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.run(119 * second)
  a.send("119")
  b.send("119")
  wire.run(second)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(1)
  b.send("120")
  wire.run(100)
  expect(wire.typesSent("b:1").filter((type) => type === 1)).toHaveLength(0)
  a.send("120")
  wire.run(100)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(2)
  a.send("under new keys")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:119", "0:120", "0:under new keys"])
  expect(a.told.filter((told) => told === "established 0")).toHaveLength(2)
  expect(b.told.filter((told) => told === "authenticated 0 a:1")).toHaveLength(1)
})

it.each([
  [164_999, 1],
  [165_000, 2],
])("rekey: who asked and receives under keys of %i ms has asked %i times then", (age, times) => {
  const wire = new Wire()
  const { b } = createConnectedPair(wire)
  // The handshake took 2 ms, the message takes one.
  wire.run(age + 2 - 1 - 100)
  b.send("tick")
  wire.run(100)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(times)
})

it("rekey: who answered does not ask, however old the keys that it receives under", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.run(166 * second)
  wire.passes = ({ bytes }) => bytes[0] !== 1
  a.send("old keys")
  wire.run(second)
  expect(wire.typesSent("b:1").filter((type) => type === 1)).toEqual([])
})

it("what was sent under the previous keys still arrives after a rekey", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const late: Uint8Array[] = []
  wire.passes = ({ bytes, from }) => {
    if (from === "a:1" && bytes[0] === 4) late.push(bytes)
    return from !== "a:1" || bytes[0] !== 4
  }
  a.send("late")
  wire.passes = () => true
  wire.run(121 * second)
  a.send("new")
  wire.run(second)
  for (const bytes of late) b.receive(bytes, "a:1")
  expect(b.got).toEqual(["0:hello", "0:new", "0:late"])
})

it("reject: keys of 180 seconds neither send nor receive, and both ends hear that they are over", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const sealed: Uint8Array[] = []
  wire.passes = ({ bytes }) => {
    if (bytes[0] === 4) sealed.push(bytes)
    return false
  }
  wire.run(179_800)
  b.send("in time")
  const old = sealed.at(-1) ?? new Uint8Array(0)
  expect(old).toHaveLength(48)
  wire.run(300)
  expect(a.receive(old, "b:1")).toBe(-refusal.unknownIndex)
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(["ended 0", "ended 0"])
  expect(b.send("too late")).toBe(0)
  expect(wire.typesSent("b:1").at(-1)).toBe(1)
})

it("reject: keys that nothing was sent with die as well", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  a.session.initiate(0, wire.now)
  wire.run(180_003)
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(["ended 0", "ended 0"])
})

it("reject: not even before the alarm was called", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.send("kept")
  const kept = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  wire.suspend(179_890)
  b.send("just in time")
  wire.suspend(10 * second)
  expect(a.receive(kept, "b:1")).toBe(-refusal.expired)
  expect(a.send("again")).toBe(0)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 1])
})

it("suspend: after a jump of the clock the next packet makes new keys", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.suspend(3_600 * second)
  b.send("awake")
  wire.run(100)
  expect(a.got).toEqual(["0:awake"])
})

it("passive keepalive: who received data and has nothing to say says so after 10 seconds, once", () => {
  const wire = new Wire()
  createConnectedPair(wire)
  wire.run(9_800)
  expect(wire.typesSent("b:1")).toEqual([2])
  wire.run(300)
  expect(wire.typesSent("b:1")).toEqual([2, 4])
  expect(wire.sent.at(-1)?.bytes).toHaveLength(32)
  wire.run(60 * second)
  expect(wire.sent).toHaveLength(4)
})

it("passive keepalive: data that came meanwhile wants another; an answer makes it needless", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.run(5 * second)
  a.send("more")
  wire.run(60 * second)
  expect(wire.typesSent("b:1")).toEqual([2, 4, 4])
  a.send("question")
  wire.run(second)
  b.send("answer")
  wire.run(9_500)
  expect(wire.typesSent("b:1")).toEqual([2, 4, 4, 4])
})

it("silence: who sent data and hears nothing for 15 seconds makes new keys", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.run(60 * second)
  wire.passes = ({ from }) => from !== "b:1"
  const before = wire.sent.length
  a.send("hello?")
  wire.run(14_900)
  expect(wire.typesSent("a:1").slice(2)).toEqual([4])
  wire.run(500)
  expect(wire.sent.slice(before).map(({ from, bytes }) => from + bytes[0])).toEqual(["a:14", "b:14", "a:11", "b:12"])
})

it("persistent keepalive: makes keys by itself, then an empty message whenever nothing passed for so long", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire, { a: { keepaliveSeconds: 25 } })
  wire.run(100)
  expect(b.told).toContain("ready 0")
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  wire.run(25 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4])
  wire.run(20 * second)
  a.send("data")
  wire.run(20 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4, 4])
  wire.run(600 * second)
  expect(a.told.filter((told) => told === "ended 0")).toEqual([])
})

it("persistent keepalive: set later it begins at once, unset it ends", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.run(second)
  expect(wire.sent).toEqual([])
  a.session.setPeers([peerOf(privateKey(2), { keepaliveSeconds: 10 })])
  wire.run(second)
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  a.session.setPeers([peerOf(privateKey(2))])
  wire.run(100 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4])
})

it("keys that die while others are asked for: it is over when that is given up, not before", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.passes = () => false
  wire.run(170 * second)
  const told = a.told.length
  a.send("new keys, please")
  // Its silence, 15 seconds later, is the last wish.
  wire.run(104_999)
  expect(a.told.slice(told)).toEqual([])
  wire.run(1 + 333)
  expect(a.told.slice(told)).toEqual(["ended 0"])
})

it("persistent keepalive: while there are no keys to send it with, and none may be asked for yet, it waits", () => {
  const wire = new Wire()
  const { a } = createPair(wire, { b: { keepaliveSeconds: 1 } })
  wire.passes = ({ bytes }) => bytes[0] !== 4
  a.session.initiate(0, wire.now)
  wire.run(4_900)
  expect(wire.typesSent("b:1")).toEqual([2])
})

it("giving up while the old keys live ends nothing: they may still be good for what comes", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.run(30 * second)
  wire.passes = () => false
  const told = a.told.length
  a.send("hello?")
  wire.run(149 * second)
  expect(a.told.slice(told)).toEqual([])
  wire.run(second)
  expect(a.told.slice(told)).toEqual(["ended 0"])
})
