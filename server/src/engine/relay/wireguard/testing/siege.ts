import { CookieMaker } from "../noise/cookies.ts"
import { StaticKey } from "../noise/keys.ts"
import type { hostileMessages } from "./hostile.ts"
import { createConnectedPair, privateKey, publicKey, type SessionEnd, Wire, type WireMessage } from "./session-lab.ts"

const keyOf = (byte: number) => new StaticKey(publicKey(privateKey(byte)))
const bytesOf = (message: WireMessage | undefined) => message?.bytes ?? new Uint8Array(0)

/** Both are connected, know an older handshake, and `a` has asked for new keys; nothing that is sent from now on arrives. */
export function besiege(seed: number) {
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

/**
 * Lets `count` of them come, 4 ms apart, from many addresses. Answers what the end did that it should not have: the first
 * message that it took, answered, told or delivered.
 */
export function endure(wire: Wire, end: SessionEnd, messages: ReturnType<typeof hostileMessages>, count: number) {
  const sent = wire.sent.length
  const told = end.told.length
  const got = end.got.length
  const surprises: string[] = []
  for (let i = 0; i < count; i++) {
    const { name, bytes } = messages.next().value
    wire.now += 4
    const verdict = end.receive(bytes, `evil:${i % 7}`)
    if (verdict >= 0 || wire.sent.length > sent || end.told.length > told || end.got.length > got) {
      surprises.push(`${name}: ${verdict} ${end.told.slice(told)}`)
      break
    }
  }
  end.verdicts.length = 0
  return surprises
}
