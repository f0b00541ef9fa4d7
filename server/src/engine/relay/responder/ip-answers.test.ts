import fc from "fast-check"
import { afterEach, beforeEach, expect, it } from "vitest"
import {
  changed,
  echo,
  facts,
  foldedSum,
  isSoundIp,
  made,
  openResponder,
  udp,
  v4,
  v6,
  withHeaderChecksum,
} from "./testing/responder-lab.ts"

let lab: ReturnType<typeof openResponder>
beforeEach(() => {
  lab = openResponder(false)
})
afterEach(() => lab.close())

it.each([
  ["ping", echo({ identifier: 5, sequence: 6 })],
  ["ping over IPv6", echo({ ...v6, identifier: 5, sequence: 6 })],
  ["a ping without data", echo({ dataBytes: 0 })],
  ["a ping of an odd length", echo({ ...v6, dataBytes: 33 })],
  ["the largest ping", echo({ dataBytes: 65_000 })],
  ["UDP echo", udp()],
  ["UDP echo over IPv6", udp(v6)],
  ["UDP echo of nothing", udp({ data: "" })],
  ["UDP echo without a checksum, which IPv4 may leave out", changed(changed(udp(), 26, 0), 27, 0)],
])("%s is answered with the same data, and right checksums", (_what, asked) => {
  const [answer, ...more] = lab.ask(asked)
  if (answer === undefined) throw new Error("no answer")
  expect(more).toEqual([])
  const [before, after] = [facts(asked), facts(answer)]
  expect([after?.source, after?.destination]).toEqual([before?.destination, before?.source])
  expect(answer.length).toBe(asked.length)
  const header = (asked[0] ?? 0) >> 4 === 4 ? 20 : 40
  expect(Buffer.from(answer.subarray(header + 8))).toEqual(Buffer.from(asked.subarray(header + 8)))
  const isUnchecked = asked[26] === 0 && asked[27] === 0
  if (!isUnchecked) expect(isSoundIp(answer)).toBe(true)
  expect(lab.verdicts()).toEqual([1])
})

it("an answer has the asker's identifier, sequence and class of service", () => {
  const asked = withHeaderChecksum(changed(echo({ identifier: 0x1234, sequence: 0x5678 }), 1, 0xb8))
  const [answer] = lab.ask(asked)
  expect(facts(answer)?.info).toContain("reply")
  expect(answer?.[1]).toBe(0xb8)
  expect([...(answer?.subarray(24, 28) ?? [])]).toEqual([0x12, 0x34, 0x56, 0x78])
})

it("a packet with options is answered without them", () => {
  const plain = echo()
  const options = [7, 4, 4, 0] // record route, with room for none
  const asked = withHeaderChecksum(
    Uint8Array.from([0x46, 0, 0, plain.length + 4, ...plain.subarray(4, 20), ...options, ...plain.subarray(20)]),
  )
  expect(lab.ask(asked)[0]?.length).toBe(plain.length)
})

it.each([
  ["this host's own address", echo({ destination: "10.77.0.1" })],
  ["its own address of IPv6", echo({ ...v6, destination: "fd77::1" })],
  ["the network's broadcast address", echo({ destination: "10.77.0.255" })],
  ["the network itself", echo({ destination: "10.77.0.0" })],
  ["everybody", echo({ destination: "255.255.255.255" })],
  ["a group", echo({ destination: "224.0.0.1" })],
  ["a group of IPv6", echo({ ...v6, destination: "ff02::1" })],
  ["any router", echo({ ...v6, destination: "fd77::" })],
  ["another network", echo({ destination: "10.78.0.9" })],
  ["another network of IPv6", echo({ ...v6, destination: "fd78::9" })],
  ["an asker who is nobody", echo({ source: "0.0.0.0" })],
  ["an asker who is everybody", echo({ source: "10.77.0.255" })],
  ["an asker who is a group", echo({ source: "239.1.1.1" })],
  ["an asker who is nobody of IPv6", echo({ ...v6, source: "::" })],
  ["an asker who is a group of IPv6", echo({ ...v6, source: "ff02::1" })],
  ["an asker on loopback", echo({ source: "127.0.0.1" })],
  ["a fragment", withHeaderChecksum(changed(echo(), 6, 0x20))],
  ["another UDP port", udp({ destinationPort: 53 })],
  ["a UDP server, which would answer the answer", udp({ sourcePort: 7 })],
  ["TCP", made({ kind: "tcp-syn", ...v4, destinationPort: 80 })],
  ["an unknown protocol", withHeaderChecksum(changed(echo(), 9, 200))],
])("%s is not answered", (_what, asked) => {
  expect(lab.ask(asked)).toEqual([])
  expect(lab.verdicts()).toEqual([0, "1 not-answered"])
})

it("its own answers are not answered", () => {
  const replies = lab.ask(echo(), echo(v6), udp())
  expect(lab.ask(...replies)).toEqual([])
})

it.each([
  ["a wrong header checksum", changed(echo(), 8, 63)],
  ["a wrong ICMP checksum", changed(echo(), 40, 1)],
  ["a wrong ICMPv6 checksum", changed(echo(v6), 60, 1)],
  ["a wrong UDP checksum", changed(udp(), 30, 1)],
  ["no UDP checksum over IPv6", changed(changed(udp(v6), 46, 0), 47, 0)],
  ["a UDP length above the packet's", changed(udp(), 25, 200)],
  ["a UDP length below its header's", changed(udp(), 25, 7)],
  ["a length above what is there", withHeaderChecksum(changed(echo(), 2, 0xff))],
  ["half a header", echo().subarray(0, 19)],
  ["half an ICMP header", withHeaderChecksum(changed(echo().subarray(0, 24), 3, 24))],
  ["version 0", changed(echo(), 0, 0x05)],
  ["nothing", new Uint8Array(0)],
])("%s is a bad packet", (_what, asked) => {
  expect(lab.ask(asked)).toEqual([])
  expect(lab.verdicts()).toEqual([0, "1 bad-packet"])
})

it("no bytes whatever make it throw, and every packet has one verdict", () => {
  let sent = 0
  const flipped = fc
    .tuple(fc.constantFrom(echo(), echo(v6), udp(), udp(v6)), fc.nat(), fc.nat(255), fc.nat(100))
    .map(([packet, at, value, cut]) =>
      changed(packet, at % packet.length, value).subarray(0, packet.length - (cut % packet.length)),
    )
  fc.assert(
    fc.property(fc.oneof(flipped, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      for (const answer of lab.ask(bytes)) expect(foldedSum(answer)).toBeGreaterThan(0)
      sent += 1
    }),
    { numRuns: 2000 },
  )
  const [passed, ...drops] = lab.verdicts()
  const dropped = drops.reduce<number>((sum, text) => sum + Number.parseInt(String(text), 10), 0)
  expect(Number(passed) + dropped).toBe(sent)
})
