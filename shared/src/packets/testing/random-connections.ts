import fc from "fast-check"
import { ipv4, tcp, zeros } from "../samples/build.ts"

// A client that sends and a server that acknowledges, over a network that loses what it likes.

const client = [10, 0, 0, 1]
const server = [10, 0, 0, 2]
const serverPort = 60_001
const flag = { syn: 2, ack: 0x10 } as const
const tick = 1_000

export interface ConnectionPacket {
  readonly bytes: Uint8Array
  readonly microseconds: number
  /** All that was seen of the client is acknowledged by it. */
  readonly isIdle: boolean
}

const step = fc.record({
  kind: fc.constantFrom(
    "send",
    "send",
    "send",
    "acknowledge",
    "acknowledge",
    "lose",
    "resend",
    "recover",
    "close",
    "open",
  ),
  length: fc.integer({ min: 2, max: 1400 }),
  waitMs: fc.constantFrom(1, 50, 400),
})
const shape = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 30 }),
  clientBase: fc.nat(0xffff_ffff),
  serverBase: fc.nat(0xffff_ffff),
  scale: fc.nat(9),
  isWhole: fc.boolean(),
})
type Shape = typeof shape extends fc.Arbitrary<infer One> ? One : never

/** One after the other, the same for the same seed. */
export function randomConnections(count: number, seed: number): ConnectionPacket[] {
  const longest = 20_000_000
  return fc
    .sample(shape, { numRuns: count, seed })
    .flatMap((one, index) => packetsOf(one, 61_000 + index, index * longest))
}

function packetsOf({ steps, clientBase, serverBase, scale, isWhole }: Shape, port: number, from: number) {
  const packets: ConnectionPacket[] = []
  const first = clientBase + 1
  let microseconds = from
  let sent = first
  let received = first
  let seen = first
  let window = 500
  const lost: { sequence: number; length: number }[] = []
  let latest = { sequence: first, length: 0 }
  const say = (isClient: boolean, sequence: number, acknowledgment: number, length: number, flags: number) => {
    const options = flags & flag.syn ? [1, 3, 3, scale] : []
    const numbers = { sequence: sequence >>> 0, acknowledgment: acknowledgment >>> 0 }
    const parts = { ...numbers, flags, options, window: isClient ? 400 : window }
    const segment = isClient ? tcp(port, serverPort, zeros(length), parts) : tcp(serverPort, port, zeros(length), parts)
    const ends = isClient ? { source: client, destination: server } : { source: server, destination: client }
    const bytes = Uint8Array.from(ipv4(6, segment, ends))
    packets.push({ bytes, microseconds, isIdle: received >= seen })
    microseconds += tick
  }
  const send = (sequence: number, length: number) => {
    seen = Math.max(seen, sequence + length)
    if (received === sequence) received += length
    say(true, sequence, serverBase + 1, length, flag.ack)
  }
  if (isWhole) {
    say(true, clientBase, 0, 0, flag.syn)
    say(false, serverBase, first, 0, flag.syn | flag.ack)
    say(true, first, serverBase + 1, 0, flag.ack)
  }
  for (const { kind, length, waitMs } of steps) {
    microseconds += waitMs * tick
    const late = kind === "recover" ? lost.shift() : undefined
    if (late !== undefined) send(late.sequence, late.length)
    else if (kind === "resend") {
      if (latest.length > 0) send(latest.sequence, latest.length)
    } else if (kind === "send" || kind === "lose") {
      latest = { sequence: sent, length }
      if (kind === "send") send(sent, length)
      else lost.push(latest)
      sent += length
    } else if (kind !== "recover") {
      if (kind !== "acknowledge") window = kind === "close" ? 0 : 500 + length
      say(false, serverBase + 1, received, 0, flag.ack)
    }
  }
  return packets
}
