import { expect, it } from "vitest"
import { writeQuestion } from "../../transport/probe.ts"
import { Wire } from "../testing/session-lab.ts"
import { feature } from "./features.ts"
import { createHello } from "./hello.ts"
import { connect, second, uses } from "./testing/talk.ts"
import { all, TundeckEnd } from "./testing/tundeck-pair.ts"

// Questions and answers that measure the round trip, and what they keep alive.

const { trains, aes256Gcm, probes } = feature

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
