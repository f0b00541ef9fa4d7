import { expect, test } from "vitest"
import * as build from "../samples/build.ts"
import { ipv4 } from "../samples/build.ts"
import { summarize } from "../summarize.ts"

const encoder = new TextEncoder()

function udp(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.from(ipv4(17, build.udp(sourcePort, destinationPort, [...payload])))
}

function tcp(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.from(ipv4(6, build.tcp(sourcePort, destinationPort, [...payload])))
}

function told(packet: Uint8Array): string {
  const { protocol, info } = summarize(packet, packet.length, "ip")
  return `${protocol}: ${info}`
}

test("dispatch: a port alone proves nothing", () => {
  const noise = new Uint8Array(64).fill(0xee)
  for (const port of [53, 67, 123, 443, 547, 1194, 5353, 51820, 55555])
    expect(told(udp(40_000, port, noise))).toMatch(/^UDP: /)
  for (const port of [22, 53, 80, 443, 1194, 55555]) expect(told(tcp(40_000, port, noise))).toMatch(/^TCP: /)
})

test("dispatch: first bytes that prove it count on any port", () => {
  expect(told(tcp(40_000, 8123, encoder.encode("GET / HTTP/1.1\r\n\r\n")))).toBe("HTTP: GET / HTTP/1.1")
  expect(told(tcp(40_000, 2222, encoder.encode("SSH-2.0-x\r\n")))).toBe("SSH: Protocol (SSH-2.0-x)")
})

test("dispatch: words that only look like HTTP stay TCP", () => {
  for (const text of ["GET RICH NOW\r\n", "ABC", "HTTP/2 200\r\n", "get / HTTP/1.1\r\n"]) {
    expect(told(tcp(40_000, 80, encoder.encode(text)))).toMatch(/^TCP: /)
  }
})

test("dispatch: escapes, HTML and right-to-left marks from the wire are text", () => {
  expect(told(tcp(40_000, 22, encoder.encode("SSH-2.0-\u001b]0;owned\u0007\u202e<b>\r\n")))).toBe(
    "SSH: Client: Protocol (SSH-2.0-␛]0;owned␇\ufffd<b>)",
  )
})

test("dispatch: a DNS name that loops ends as malformed", () => {
  const message = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]
  expect(told(udp(40_000, 53, Uint8Array.from(message)))).toBe("DNS: Standard query 0x0001 [malformed]")
})
