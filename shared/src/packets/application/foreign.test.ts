import { expect, test } from "vitest"
import { dissect } from "../dissect.ts"
import * as build from "../samples/build.ts"
import { ipv4, ipv6, long, text, udp, word, zeros } from "../samples/build.ts"
import { summarize } from "../summarize.ts"

// What others' captures showed, as they have it.

function told(protocol: number, transport: readonly number[]): string {
  const packet = Uint8Array.from(ipv4(protocol, transport))
  const { protocol: name, info } = summarize(packet, packet.length, "ip")
  return `${name}: ${info}`
}
const overUdp = (from: number, to: number, payload: readonly number[]) => told(17, build.udp(from, to, payload))
const overTcp = (to: number, payload: readonly number[]) => told(6, build.tcp(40_000, to, payload))

test("QUIC: drafts and what was there before the standard are told by their version", () => {
  const initial = (version: number) => overUdp(40_000, 443, [0xc3, ...long(version), 4, 1, 2, 3, 4, 0, ...zeros(30)])
  expect(initial(0xff00_001d)).toBe("QUIC: Initial (draft 29), DCID=01020304")
  expect(initial(0xface_b002)).toBe("QUIC: Initial (Meta 0xfaceb002), DCID=01020304")
  expect(initial(0x5130_3530)).toBe("QUIC: Initial (Q050), DCID=01020304")
  expect(initial(0x1a2a_3a4a)).toBe("QUIC: Version 0x1a2a3a4a, to force a negotiation, DCID=01020304")
})

test("QUIC: a version that is none of them is no QUIC", () => {
  for (const version of [0xff00_0016, 0xff00_0023, 0x5130_3436, 0x1234_5678])
    expect(overUdp(40_000, 443, [0xc3, ...long(version), 4, 1, 2, 3, 4, 0, ...zeros(30)])).toMatch(/^UDP: /)
})

test("NTP: questions about the server itself are of the mode private", () => {
  expect(overUdp(40_000, 123, [0x17, 0, 3, 0x2a, ...zeros(4)])).toBe("NTP: NTP Version 2, private")
  expect(overUdp(40_000, 123, [0x17, 0, 3, 0x2a])).toMatch(/^UDP: /)
})

test("DHCP: a lease query names no hardware, the magic cookie proves it", () => {
  const query = (cookie: number) => [1, 0, 0, 0, ...zeros(232), ...long(cookie), 53, 1, 10, 255]
  expect(overUdp(67, 67, query(0x6382_5363))).toMatch(/^DHCP: DHCP Lease Query/)
  expect(overUdp(67, 67, query(0x6382_5364))).toMatch(/^UDP: /)
})

test("HTTP: blanks in a target hide no attack", () => {
  expect(overTcp(8080, text("GET /cgi-bin/x;cat /etc/passwd| HTTP/1.1\r\n"))).toBe(
    "HTTP: GET /cgi-bin/x;cat /etc/passwd| HTTP/1.1",
  )
  expect(overTcp(8080, text("GET  HTTP/1.1\r\n"))).toMatch(/^TCP: /)
})

test("WireGuard: data with a counter that no session reaches is something else", () => {
  const data = (counter: readonly number[]) => overUdp(8801, 60_653, [4, 0, 0, 0, 1, 2, 3, 4, ...counter, ...zeros(48)])
  expect(data([1, 0, 0, 0, 0, 0, 0, 0])).toMatch(/^WireGuard: Transport Data/)
  expect(data([0x37, 0x80, 1, 5, 0x40, 0x93, 0xd2, 0xea])).toMatch(/^UDP: /)
})

test("DNS: of a first fragment the rest comes later, and nothing is malformed", () => {
  const question = [1, 97, 0, 0, 1, 0, 1]
  const answer = (name: number) => [1, name, 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]
  const message = [0, 1, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, ...question, ...answer(98), ...answer(99), ...answer(100)]
  const datagram = udp(53, 40_000, message)
  for (const length of [32, 40, 48, 56]) {
    const packet = Uint8Array.from(ipv4(17, datagram.slice(0, length)))
    const saidWhole = summarize(packet, packet.length, "ip").info
    packet[6] = 0x20 // more fragments
    const { protocol, info } = summarize(packet, packet.length, "ip")
    expect({ length, protocol, info }).toMatchObject({
      protocol: "DNS",
      info: expect.not.stringContaining("malformed"),
    })
    expect(info).toMatch(/ \[cut short\] \[first fragment\]$/)
    expect(saidWhole).not.toContain("cut short")
    const names = JSON.stringify(dissect(packet, packet.length, "ip"))
    expect(names).not.toContain("Malformed")
    expect(names).toContain("Cut short")
  }
})

test("TLS: a draft of 1.3 is a version, GREASE and old extensions have names", () => {
  const extension = (type: number, data: readonly number[] = []) => [...word(type), ...word(data.length), ...data]
  const hello = (versions: readonly number[]) => {
    const extensions = [extension(0x2a2a), extension(13_172), extension(43, [versions.length, ...versions])].flat()
    const body = [3, 3, ...zeros(33), 0, 2, 0x13, 1, 1, 0, ...word(extensions.length), ...extensions]
    const packet = Uint8Array.from(
      ipv4(6, build.tcp(40_000, 443, [22, 3, 1, ...word(body.length + 4), 1, 0, ...word(body.length), ...body])),
    )
    return {
      info: summarize(packet, packet.length, "ip").info,
      tree: JSON.stringify(dissect(packet, packet.length, "ip")),
    }
  }
  expect(hello([0x7f, 20, 3, 3]).info).toBe("Client Hello (TLS 1.3 draft 20)")
  expect(hello([0x7f, 28, 3, 4]).info).toBe("Client Hello (TLS 1.3)")
  const { tree } = hello([0x7f, 20])
  expect(tree).toContain("GREASE (10794)")
  expect(tree).toContain("next_protocol_negotiation (13172)")
})

test("ICMPv6 and IGMP: seldom kinds have their names", () => {
  const renumbering = Uint8Array.from(ipv6(58, [138, 0, 0, 0, ...zeros(12)]))
  expect(summarize(renumbering, renumbering.length, "ip").info).toBe("Router Renumbering code=0 len=16")
  expect(told(2, [0x14, 0, 0, 0, ...zeros(4)])).toBe("IGMP: PIM, version 1 len=8")
})
