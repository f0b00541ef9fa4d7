import { expect, it } from "vitest"
import { refusal } from "../refusal.ts"
import { createConnectedPair, createPair, peerOf, privateKey, Wire } from "../testing/session-lab.ts"

const second = 1_000

it("a peer that is disabled, removed, replaced or given another preshared key loses its keys at once", () => {
  const key = privateKey(1)
  for (const peers of [
    [peerOf(key, { enabled: false })],
    [null],
    [],
    [peerOf(privateKey(8))],
    [peerOf(key, { presharedKey: privateKey(9) })],
  ]) {
    const wire = new Wire()
    const { a, b } = createConnectedPair(wire)
    b.session.setPeers(peers)
    expect(b.told.at(-1)).toBe("ended 0")
    a.send("still there?")
    wire.run(100)
    expect(b.verdicts.at(-1)).toBe(-refusal.unknownIndex)
    expect(b.got).toEqual(["0:hello"])
    b.session.setPeers([peerOf(key, { presharedKey: null })])
    wire.run(20 * second)
    a.send("again")
    wire.run(second)
    expect(b.got.at(-1)).toBe("0:again")
  }
})

it("a disabled peer: nothing is sent to it, and its initiations get no answer", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire, { b: { enabled: false, keepaliveSeconds: 5 } })
  a.send("hello")
  wire.run(20 * second)
  expect(b.send("no")).toBe(-refusal.noPeer)
  b.session.initiate(0, wire.now)
  expect(wire.typesSent("b:1")).toEqual([])
  expect(new Set(b.verdicts)).toEqual(new Set([-refusal.noPeer]))
})

it("a peer that stays keeps its keys when others come and go", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.session.setPeers([peerOf(privateKey(1)), peerOf(privateKey(5)), null])
  b.session.setPeers([peerOf(privateKey(1)), null])
  a.send("same keys")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:same keys"])
  expect(b.told).not.toContain("ended 0")
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4])
})

it("expiry: at its date a peer's keys end, and it gets no new ones, until it has another date", () => {
  const wire = new Wire()
  const expiresAt = new Wire().now + 1_795_000_000_000 + 30_000
  const { a, b } = createConnectedPair(wire, { b: { expiresAt } })
  wire.run(29_898)
  a.send("last")
  wire.run(2)
  expect(b.got.at(-1)).toBe("0:last")
  expect(b.told.at(-1)).toBe("ended 0")
  wire.run(100)
  a.send("over")
  wire.run(200 * second)
  expect(b.got).toEqual(["0:hello", "0:last"])
  expect(b.send("over")).toBe(-refusal.noPeer)
  b.session.setPeers([peerOf(privateKey(1), { expiresAt: expiresAt + 1_000_000_000 })])
  a.send("back")
  wire.run(10 * second)
  expect(b.got.at(-1)).toBe("0:back")
})

it("expiry: a clock that is set is looked at within a minute", () => {
  const wire = new Wire()
  const { b } = createConnectedPair(wire, { b: { expiresAt: 1_795_000_000_000 + 500_000_000 } })
  b.clockMs = 600_000_000
  wire.run(60 * second)
  expect(b.told.at(-1)).toBe("ended 0")
})

it("expiry: no handshake begins or completes after the date, even before it was looked at", () => {
  const wire = new Wire()
  const expiresAt = 1_795_000_000_000 + 500_000_000
  const { a, b } = createPair(wire, { a: { expiresAt }, b: { expiresAt } })
  wire.passes = ({ bytes }) => bytes[0] !== 2
  a.send("x")
  wire.run(10)
  const response = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  const initiation = wire.sent[0]?.bytes ?? new Uint8Array(0)
  a.clockMs = b.clockMs = 600_000_000
  expect(a.receive(response, "b:1")).toBe(-refusal.unknownIndex)
  expect(b.receive(initiation, "a:1")).toBe(-refusal.noPeer)
  const idle = createPair(new Wire(), { a: { expiresAt } }).a
  idle.clockMs = 600_000_000
  idle.send("x")
  expect(idle.stamp).toBe(0n)
})

it("end: nothing is sent or opened any more", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.session.end()
  a.send("hello?")
  wire.run(second)
  expect(b.got).toEqual(["0:hello"])
  expect(b.send("no")).toBe(-refusal.noPeer)
  expect(b.session.alarm(wire.now)).toBe(Number.POSITIVE_INFINITY)
  expect(b.session.deriveKey(0, "label")).toBeUndefined()
})
