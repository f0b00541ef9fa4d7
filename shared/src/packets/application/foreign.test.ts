import { expect, test } from "vitest"
import * as build from "../samples/build.ts"
import { ipv4, long, text, zeros } from "../samples/build.ts"
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
