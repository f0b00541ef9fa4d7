import { expect, test } from "vitest"
import { decodeSocketAddress, encodeSocketAddress } from "./socket-address.ts"

test("an IPv4 address is 16 bytes: host order family, network order port", () => {
  const bytes = encodeSocketAddress({ address: "10.1.2.3", port: 55_555 })
  expect(Buffer.from(bytes).toString("hex")).toBe("0200d9030a0102030000000000000000")
})

test("an IPv6 address is 28 bytes and ends with its scope", () => {
  const bytes = encodeSocketAddress({ address: "fe80::1", port: 80, scopeId: 7 })
  expect(Buffer.from(bytes).toString("hex")).toBe("0a00005000000000fe80000000000000000000000000000107000000")
})

test.each([
  { address: "0.0.0.0", port: 0 },
  { address: "2001:db8::1", port: 65_535 },
  { address: "fe80::2", port: 1, scopeId: 3 },
  { address: "::ffff:10.0.0.1", port: 8080 },
])("$address is decoded as it was encoded", (address) => {
  expect(decodeSocketAddress(encodeSocketAddress(address))).toEqual(address)
})

test("every cut and every other family is no address, and nothing throws", () => {
  for (const address of ["10.0.0.1", "::1"]) {
    const bytes = encodeSocketAddress({ address, port: 1 })
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeSocketAddress(bytes.subarray(0, length))).toBeUndefined()
    }
    bytes[0] = 1
    expect(decodeSocketAddress(bytes)).toBeUndefined()
  }
})

test.each([
  { address: "10.0.0.01", port: 1 },
  { address: "localhost", port: 1 },
  { address: "::1", port: -1 },
  { address: "::1", port: 65_536 },
  { address: "::1", port: 1.5 },
])("$address port $port is refused", (address) => {
  expect(() => encodeSocketAddress(address)).toThrow(RangeError)
})
