import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, it } from "vitest"
import { hostileMessages } from "../testing/hostile.ts"
import { besiege, endure } from "../testing/siege.ts"

function createGc(): () => void {
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
}

it("25,000 hostile messages to whoever has asked for keys: none is taken or answered; then the right ones are", {
  timeout: 60_000,
}, () => {
  const { wire, a, b, ofA, response, reply } = besiege(1)
  expect(ofA.fresh.map((bytes) => bytes[0])).toEqual([2, 4, 3])
  expect(ofA.stale.map((bytes) => bytes[0])).toEqual([2, 4])
  expect(endure(wire, a, hostileMessages(ofA, wire.random), 25_000)).toEqual([])
  expect(a.receive(reply, "b:1")).toBe(0)
  wire.passes = () => true
  expect(a.receive(response, "b:1")).toBe(0)
  a.send("alive")
  wire.run(10)
  expect(b.got.at(-1)).toBe("0:alive")
})

it("25,000 hostile messages to whoever has answered: none is taken or answered; the tunnel lives, and memory is flat", {
  timeout: 60_000,
}, () => {
  const { wire, a, b, ofB } = besiege(2)
  const gc = createGc()
  expect(ofB.stale.map((bytes) => bytes[0])).toEqual([1, 4, 4, 1])
  const messages = hostileMessages(ofB, wire.random)
  expect(endure(wire, b, messages, 12_500)).toEqual([])
  gc()
  const before = process.memoryUsage().heapUsed
  expect(endure(wire, b, messages, 12_500)).toEqual([])
  gc()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(500_000)
  wire.passes = () => true
  a.send("alive")
  wire.run(10)
  expect(b.got.at(-1)).toBe("0:alive")
})

it("what was withheld is right as it is: the messages above fail by what was changed", () => {
  const { a, b, ofA, ofB } = besiege(3)
  const [response, data, reply] = ofA.fresh
  expect(a.receive(data ?? new Uint8Array(0), "b:1")).toBe(16)
  expect(a.receive(reply ?? new Uint8Array(0), "b:1")).toBe(0)
  expect(a.receive(response ?? new Uint8Array(0), "b:1")).toBe(0)
  expect(b.receive(ofB.fresh[0] ?? new Uint8Array(0), "a:1")).toBe(16)
})
