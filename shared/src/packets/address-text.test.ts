import { isIPv6 } from "node:net"
import fc from "fast-check"
import { expect, test } from "vitest"
import { endpointText, ipv4Text, ipv6Text, macText } from "./address-text.ts"
import { bytesOf } from "./samples/sample.ts"
import { packetSpan } from "./span.ts"

const spanOf = (bytes: Uint8Array) => packetSpan(bytes, bytes.length)

test.each([
  ["00000000000000000000000000000000", "::"],
  ["00000000000000000000000000000001", "::1"],
  ["fe800000000000000000000000000001", "fe80::1"],
  ["20010db8000000000000000000000000", "2001:db8::"],
  ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"], // one zero group is not shortened
  ["20010000000000010000000000000001", "2001:0:0:1::1"], // the longer run
  ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"], // the first of equal runs
  ["0001000200030004000500060007abcd", "1:2:3:4:5:6:7:abcd"],
  ["00000000000000000000ffff0a000001", "::ffff:10.0.0.1"],
  ["0001000000000000000000000000ffff", "1::ffff"],
])("ipv6Text: %s is %s", (hex, text) => {
  expect(ipv6Text(spanOf(bytesOf(hex)), 0)).toBe(text)
})

test("ipv6Text: agrees with the URL standard's serializer", () => {
  const group = fc.oneof(fc.constant(0), fc.nat(255), fc.nat(65_535))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from(groups.flatMap((value) => [value >> 8, value & 0xff]))
      const text = ipv6Text(spanOf(bytes), 0)
      expect(isIPv6(text)).toBe(true)
      if (!text.includes(".")) expect(new URL(`http://[${text}]`).hostname).toBe(`[${text}]`)
    }),
  )
})

test("addresses: MAC, IPv4 and endpoints", () => {
  expect(macText(spanOf(bytesOf("0200000000ab")), 0)).toBe("02:00:00:00:00:ab")
  expect(ipv4Text(spanOf(bytesOf("0aff0001")), 0)).toBe("10.255.0.1")
  expect(endpointText("10.0.0.1", 53)).toBe("10.0.0.1:53")
  expect(endpointText("fe80::1", 53)).toBe("[fe80::1]:53")
})
