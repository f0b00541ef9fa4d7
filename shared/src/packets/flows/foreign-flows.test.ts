import { expect, test } from "vitest"
import { ipv4, type TcpParts, tcp, zeros } from "../samples/build.ts"
import { TcpFlows } from "./tcp-flows.ts"

// What others' captures showed: connections of which only a part was seen, and ports that were not open yet.

const client = [10, 0, 0, 1]
const server = [10, 0, 0, 2]
const flag = { syn: 2, rst: 4, ack: 0x10 } as const

function connection() {
  const flows = new TcpFlows()
  let now = 0
  const say = (isClient: boolean, length: number, parts: TcpParts) => {
    const segment = isClient ? tcp(40_000, 9999, zeros(length), parts) : tcp(9999, 40_000, zeros(length), parts)
    const [source, destination] = isClient ? [client, server] : [server, client]
    const bytes = Uint8Array.from(ipv4(6, segment, { source, destination }))
    now += 10
    return flows.summarize(bytes, bytes.length, "ip", now).info
  }
  return {
    a: (length: number, parts: TcpParts) => say(true, length, { window: 500, ...parts }),
    b: (length: number, parts: TcpParts) => say(false, length, { window: 500, ...parts }),
  }
}

test("flows: an acknowledgment of what was not seen is marked once, not in each segment that repeats it", () => {
  const { a, b } = connection()
  a(100, { flags: flag.ack, sequence: 1_000, acknowledgment: 5_000 })
  b(100, { flags: flag.ack, sequence: 5_000, acknowledgment: 1_100 })
  const unseen = { flags: flag.ack, acknowledgment: 9_000 }
  expect(a(100, { ...unseen, sequence: 1_100 })).toMatch(/^\[TCP ACKed unseen segment\] 40000/)
  expect(a(100, { ...unseen, sequence: 1_200 })).toMatch(/^40000/)
  expect(a(100, { ...unseen, sequence: 1_300, acknowledgment: 9_001 })).toMatch(/^\[TCP ACKed unseen segment\] 40000/)
  expect(b(100, { flags: flag.ack, sequence: 9_001, acknowledgment: 1_400 })).toMatch(/^\[TCP Previous segment/)
  expect(a(0, { flags: flag.ack, sequence: 1_400, acknowledgment: 9_101 })).toMatch(/^40000/)
})

test("flows: behind resets of a port that was closed an answer counts from its own number", () => {
  const { a, b } = connection()
  const syn = { flags: flag.syn, sequence: 700, acknowledgment: 0 }
  a(0, syn)
  b(0, { flags: flag.rst | flag.ack, sequence: 0, acknowledgment: 701 })
  a(0, syn)
  const answer = { flags: flag.syn | flag.ack, sequence: 4_056_368_679, acknowledgment: 701 }
  expect(b(0, answer)).toBe("9999 → 40000 [SYN, ACK] seq=0 ack=1 win=500 len=0")
  expect(a(10, { flags: flag.ack, sequence: 701, acknowledgment: 4_056_368_680 })).toBe(
    "40000 → 9999 [ACK] seq=1 ack=1 win=500 len=10",
  )
  expect(b(0, answer)).toMatch(/^\[TCP (Spurious )?Retransmission\] 9999 → 40000 \[SYN, ACK\] seq=0 /)
})

test("flows: a SYN that comes behind its acknowledgment still says how its window is scaled", () => {
  const { a, b } = connection()
  const scaleBy128 = [1, 3, 3, 7]
  a(0, { flags: flag.syn, sequence: 700, acknowledgment: 0, options: scaleBy128 })
  a(0, { flags: flag.ack, sequence: 701, acknowledgment: 4_001 })
  const answer = { flags: flag.syn | flag.ack, sequence: 4_000, acknowledgment: 701, options: scaleBy128 }
  expect(b(0, answer)).toContain("[SYN, ACK] seq=0 ack=1 ")
  expect(b(10, { flags: flag.ack, sequence: 4_001, acknowledgment: 701 })).toContain("seq=1 ack=1 win=64000 ")
})
