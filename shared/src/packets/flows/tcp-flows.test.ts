import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ethernet, ipv4, type TcpParts, tcp, zeros } from "../samples/build.ts"
import { bytesOf } from "../samples/sample.ts"
import { samples } from "../samples/samples.ts"
import { summarize } from "../summarize.ts"
import { TcpFlows } from "./tcp-flows.ts"

const client = [10, 0, 0, 1]
const server = [10, 0, 0, 2]
const flag = { fin: 1, syn: 2, rst: 4, ack: 0x10 } as const
const scaleBy128 = [1, 3, 3, 7]

/** One connection: each call is the next packet, a millisecond after the one before unless it says later. */
function connection(flows = new TcpFlows(), port = 40_000) {
  let now = 0
  const say = (isClient: boolean, length: number, parts: TcpParts, waitMs = 1) => {
    now += waitMs
    const segment = isClient ? tcp(port, 9999, zeros(length), parts) : tcp(9999, port, zeros(length), parts)
    const [source, destination] = isClient ? [client, server] : [server, client]
    const bytes = Uint8Array.from(ipv4(6, segment, { source, destination }))
    return flows.summarize(bytes, bytes.length, "ip", now).info
  }
  const from =
    (isClient: boolean) =>
    (sequence: number, acknowledgment: number, length = 0, more: TcpParts & { waitMs?: number } = {}) =>
      say(isClient, length, { flags: flag.ack, window: 500, sequence, acknowledgment, ...more }, more.waitMs)
  return { a: from(true), b: from(false) }
}

function opened() {
  const { a, b } = connection()
  a(1000, 0, 0, { flags: flag.syn, options: scaleBy128 })
  b(0xffff_ffff, 1001, 0, { flags: flag.syn | flag.ack, options: scaleBy128 })
  a(1001, 0)
  return { a, b }
}

test("flows: numbers count from the connection's beginning, through their wrap; the window is scaled once both said how", () => {
  const { a, b } = connection()
  expect(a(1000, 0, 0, { flags: flag.syn, options: scaleBy128 })).toBe("40000 → 9999 [SYN] seq=0 win=500 len=0 ws=128")
  expect(b(0xffff_ffff, 1001, 0, { flags: flag.syn | flag.ack, options: scaleBy128 })).toBe(
    "9999 → 40000 [SYN, ACK] seq=0 ack=1 win=500 len=0 ws=128",
  )
  expect(a(1001, 0, 100)).toBe("40000 → 9999 [ACK] seq=1 ack=1 win=64000 len=100")
  expect(b(0, 1101)).toBe("9999 → 40000 [ACK] seq=1 ack=101 win=64000 len=0")
})

test("flows: a connection that was there before counts from what was seen of it", () => {
  const { a, b } = connection()
  expect(a(70_000, 90_000, 10)).toBe("40000 → 9999 [ACK] seq=1 ack=1 win=500 len=10")
  expect(b(90_000, 70_010, 20)).toBe("9999 → 40000 [ACK] seq=1 ack=11 win=500 len=20")
})

describe("flows: what stands out is marked", () => {
  test("sent again, and sent again though it was acknowledged", () => {
    const { a, b } = opened()
    a(1001, 0, 100)
    expect(a(1001, 0, 100, { waitMs: 300 })).toMatch(/^\[TCP Retransmission\] 40000/)
    b(0, 1101)
    expect(a(1001, 0, 100, { waitMs: 300 })).toMatch(/^\[TCP Spurious Retransmission\] /)
  })

  test("one that is missing, the acknowledgments that ask for it, and the one that comes fast", () => {
    const { a, b } = opened()
    a(1001, 0, 100)
    b(0, 1101)
    expect(a(1201, 0, 100)).toMatch(/^\[TCP Previous segment not captured\] /)
    expect(b(0, 1101)).toMatch(/^\[TCP Dup ACK #1\] /)
    expect(b(0, 1101)).toMatch(/^\[TCP Dup ACK #2\] /)
    expect(a(1101, 0, 100, { waitMs: 19 })).toMatch(/^\[TCP Fast Retransmission\] /)
    expect(b(0, 1301)).toMatch(/^9999 /)
  })

  test("one that was overtaken on its way", () => {
    const { a } = opened()
    a(1101, 0, 100)
    expect(a(1001, 0, 100)).toMatch(/^\[TCP Out-Of-Order\] /)
    expect(a(1201, 0, 100)).toMatch(/^40000 /)
  })

  test("a window that closes, is probed, and opens", () => {
    const { a, b } = opened()
    a(1001, 0, 100)
    expect(b(0, 1101, 0, { window: 0 })).toMatch(/^\[TCP ZeroWindow\] /)
    expect(a(1101, 0, 1, { waitMs: 200 })).toMatch(/^\[TCP ZeroWindowProbe\] /)
    expect(b(0, 1101, 0, { window: 9 })).toMatch(/^\[TCP Window Update\] /)
  })

  test("a sign of life, asked for and given", () => {
    const { a, b } = opened()
    b(0, 1001, 5)
    a(1001, 5)
    expect(a(1000, 5, 0, { waitMs: 9_000 })).toMatch(/^\[TCP Keep-Alive\] /)
    b(5, 1001)
    a(1000, 5, 0, { waitMs: 9_000 })
    expect(b(5, 1001)).toMatch(/^\[TCP Keep-Alive ACK\] /)
  })

  test("what is acknowledged and was never seen", () => {
    const { b } = opened()
    expect(b(0, 5001)).toMatch(/^\[TCP ACKed unseen segment\] /)
  })

  test("the same ports for another connection", () => {
    const { a } = opened()
    expect(a(777, 0, 0, { flags: flag.syn })).toMatch(/^\[TCP Port numbers reused\] 40000 → 9999 \[SYN\] seq=0 /)
  })
})

describe("flows: after packets that nobody saw nothing is marked for what they may have been", () => {
  function interrupted() {
    const flows = new TcpFlows()
    const { a, b } = connection(flows)
    a(1000, 0, 0, { flags: flag.syn, options: scaleBy128 })
    b(0xffff_ffff, 1001, 0, { flags: flag.syn | flag.ack, options: scaleBy128 })
    a(1001, 0, 100)
    b(0, 1101)
    flows.missed()
    return { a, b }
  }

  test("neither what was jumped over nor what is acknowledged; numbers and windows go on", () => {
    const { a, b } = interrupted()
    expect(b(0, 9001)).toBe("9999 → 40000 [ACK] seq=1 ack=8001 win=64000 len=0")
    expect(a(9001, 0, 100)).toBe("40000 → 9999 [ACK] seq=8001 ack=1 win=64000 len=100")
    expect(b(0, 9101)).toMatch(/^9999 /)
  })

  test("nor an acknowledgment that was there before, nor one sent again, nor where it goes on from", () => {
    const { a, b } = interrupted()
    expect(b(0, 1101)).toMatch(/^9999 /)
    expect(a(901, 0, 100)).toMatch(/^40000 /)
    expect(a(5001, 0, 100)).toMatch(/^40000 /)
  })

  test("what both saw after it is marked again", () => {
    const { a, b } = interrupted()
    a(5001, 0, 100)
    expect(a(5001, 0, 100, { waitMs: 300 })).toMatch(/^\[TCP Retransmission\] /)
    a(5201, 0, 100)
    expect(a(5501, 0, 100)).toMatch(/^\[TCP Previous segment not captured\] /)
    b(0, 5101)
    expect(b(0, 5101)).toMatch(/^\[TCP Dup ACK #1\] /)
  })

  test("another connection between the same ports begins anew, whichever of its packets comes first", () => {
    const far = 3_000_000_000
    expect(interrupted().b(77, far + 1, 0, { flags: flag.syn | flag.ack })).toMatch(/^9999 .* seq=0 ack=1 /)
    expect(interrupted().a(far, 1, 9)).toMatch(/^40000 .* seq=1 /)
    expect(interrupted().a(far, 0, 0, { flags: flag.syn })).toMatch(/^\[TCP Port numbers reused\] .* seq=0 /)
  })
})

test("flows: a packet that comes in and goes out again is no retransmission", () => {
  const flows = new TcpFlows()
  const packet = Uint8Array.from(ipv4(6, tcp(1, 2, zeros(9), { sequence: 5, flags: flag.ack })))
  const infos = (["inbound", "outbound", "inbound"] as const).map(
    (way, turn) => flows.summarize(packet, packet.length, "ip", turn * 300, way).info,
  )
  expect(infos).toEqual([
    expect.stringMatching(/^1 → 2/),
    expect.stringMatching(/^1 → 2/),
    expect.stringMatching(/^\[TCP Retransmission\]/),
  ])
})

test("flows: a segment's place is told apart from the words", () => {
  const flows = new TcpFlows()
  const packet = Uint8Array.from(ipv4(6, tcp(1, 2, zeros(9), { sequence: 5, flags: flag.ack })))
  flows.summarize(packet, packet.length, "ip", 0)
  expect(flows.summarize(packet, packet.length, "ip", 300).tcp).toEqual({
    sequence: 1,
    acknowledgment: 1,
    marks: ["Retransmission"],
  })
})

test("flows: no more than they may be, and the longest silent is forgotten", () => {
  const flows = new TcpFlows(3)
  const many = [1, 2, 3].map((port) => connection(flows, port))
  for (const { a } of many) a(500, 0, 10)
  many[0]?.a(510, 0, 10)
  connection(flows, 4).a(500, 0, 10)
  expect(flows.size).toBe(3)
  expect(many[0]?.a(510, 0, 10, { waitMs: 99 })).toMatch(/^\[TCP Retransmission\] /)
  expect(many[1]?.a(500, 0, 10)).toMatch(/^2 → 9999 \[ACK\] seq=1 /)
})

test("flows: a frame's VLAN and an application's words stay", () => {
  const frame = (sequence: number) => Uint8Array.from(ethernet(0x0800, ipv4(6, tcp(1, 2, zeros(9), { sequence })), [7]))
  const flows = new TcpFlows()
  expect(flows.summarize(frame(5), 99, "ethernet", 0).info).toBe(
    "1 → 2 [PSH, ACK] seq=1 ack=1 win=65535 len=9 [VLAN 7]",
  )
  const hello = bytesOf(samples.find(({ name }) => name === "HTTP request")?.hex ?? "")
  flows.summarize(hello, hello.length, "ip", 0)
  expect(flows.summarize(hello, hello.length, "ip", 500).info).toBe("[TCP Retransmission] GET /index.html HTTP/1.1")
})

test("flows: any bytes give the summary's facts, but for TCP's info", () => {
  const flows = new TcpFlows(8)
  const tail = fc.uint8Array({ maxLength: 60 })
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(80), tail, ({ hex, link }, from, end) => {
      const bytes = Uint8Array.from([...bytesOf(hex).subarray(0, from), ...end])
      const { info, tcp, ...facts } = flows.summarize(bytes, bytes.length, link, 0)
      for (const mark of tcp?.marks ?? []) expect(info).toContain(`[TCP ${mark}] `)
      expect({ ...facts, info: "" }).toEqual({ ...summarize(bytes, bytes.length, link), info: "" })
      expect(flows.size).toBeLessThanOrEqual(8)
      expect(info).not.toBe("")
    }),
    { numRuns: 2_000 },
  )
})
