import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, it } from "vitest"
import { CookieMaker } from "../noise/cookies.ts"
import { StaticKey } from "../noise/keys.ts"
import { hostileMessages } from "../testing/hostile.ts"
import {
  createConnectedPair,
  privateKey,
  publicKey,
  type SessionEnd,
  Wire,
  type WireMessage,
} from "../testing/session-lab.ts"

const keyOf = (byte: number) => new StaticKey(publicKey(privateKey(byte)))
const bytesOf = (message: WireMessage | undefined) => message?.bytes ?? new Uint8Array(0)

function createGc(): () => void {
  setFlagsFromString("--expose-gc")
  return runInNewContext("gc")
}

/** Both are connected, know an older handshake, and `a` has asked for new keys; nothing that is sent from now on arrives. */
function besieged(seed: number) {
  const wire = new Wire(seed)
  const { a, b } = createConnectedPair(wire)
  b.send("answer")
  wire.run(121_000)
  wire.passes = ({ bytes }) => bytes[0] === 1
  const before = wire.sent.length
  a.send("never came")
  wire.run(10)
  b.send("never came")
  const [initiation, dataToB, response, dataToA] = wire.sent.slice(before)
  const old = wire.sent.slice(0, before)
  const reply = new CookieMaker((bytes) => bytes.fill(5), 120_000).reply(
    bytesOf(initiation),
    keyOf(2),
    new Uint8Array(16),
    1,
    wire.now,
  )
  const to = (address: string) => old.filter((message) => message.to === address).map(bytesOf)
  return {
    wire,
    a,
    b,
    response: bytesOf(response),
    reply,
    ofA: {
      target: keyOf(1),
      fresh: [bytesOf(response), bytesOf(dataToA), reply],
      stale: to("a:1"),
      reflected: [...to("b:1"), bytesOf(initiation), bytesOf(dataToB)],
    },
    ofB: {
      target: keyOf(2),
      fresh: [bytesOf(dataToB)],
      stale: [...to("b:1"), bytesOf(initiation)],
      reflected: [...to("a:1"), bytesOf(response)],
    },
  }
}

function endure(wire: Wire, end: SessionEnd, messages: ReturnType<typeof hostileMessages>, count: number) {
  const sent = wire.sent.length
  const told = end.told.length
  const got = end.got.length
  const surprises: string[] = []
  for (let i = 0; i < count; i++) {
    const { name, bytes } = messages.next().value
    wire.now += 1.5
    const verdict = end.receive(bytes, `evil:${i % 7}`)
    if (verdict >= 0 || wire.sent.length > sent || end.told.length > told || end.got.length > got) {
      surprises.push(`${name}: ${verdict} ${end.told.slice(told)}`)
      break
    }
  }
  end.verdicts.length = 0
  return surprises
}

it("25,000 hostile messages to whoever has asked for keys: none is taken or answered; then the right ones are", {
  timeout: 60_000,
}, () => {
  const { wire, a, b, ofA, response, reply } = besieged(1)
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
  const { wire, a, b, ofB } = besieged(2)
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
  const { a, b, ofA, ofB } = besieged(3)
  const [response, data, reply] = ofA.fresh
  expect(a.receive(data ?? new Uint8Array(0), "b:1")).toBe(16)
  expect(a.receive(reply ?? new Uint8Array(0), "b:1")).toBe(0)
  expect(a.receive(response ?? new Uint8Array(0), "b:1")).toBe(0)
  expect(b.receive(ofB.fresh[0] ?? new Uint8Array(0), "a:1")).toBe(16)
})
