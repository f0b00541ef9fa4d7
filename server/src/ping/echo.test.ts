import { expect, it } from "vitest"
import { decodeEchoReply, encodeEchoRequest } from "./echo.ts"

it("a request is type 8 with the checksum of RFC 1071 over IPv4", () => {
  const bytes = encodeEchoRequest(4, { identifier: 0x1234, sequence: 1 })
  expect([bytes[0], bytes[1], ...bytes.subarray(4, 8)]).toEqual([8, 0, 0x12, 0x34, 0, 1])
  const view = new DataView(bytes.buffer)
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += view.getUint16(i)
  expect(((sum & 0xffff) + (sum >>> 16)) & 0xffff).toBe(0xffff)
})

it("over IPv6 it is type 128 and the kernel's checksum", () => {
  const bytes = encodeEchoRequest(6, { identifier: 7, sequence: 2 })
  expect([...bytes.subarray(0, 8)]).toEqual([128, 0, 0, 0, 0, 7, 0, 2])
})

it("a reply is read behind an IP header of any length", () => {
  const reply = [0, 0, 0, 0, 0, 7, 0, 9]
  const longHeader = [0x46, ...new Array(23).fill(0)]
  expect(decodeEchoReply(4, Uint8Array.from(reply), false)).toEqual({ identifier: 7, sequence: 9 })
  expect(decodeEchoReply(4, Uint8Array.from([...longHeader, ...reply]), true)).toEqual({ identifier: 7, sequence: 9 })
})

it.each([
  ["a request", 4, [8, 0, 0, 0, 0, 7, 0, 9], false],
  ["an error about a request", 4, [3, 1, 0, 0, 0, 0, 0, 0], false],
  ["a reply that is cut", 4, [0, 0, 0, 0, 0, 7, 0], false],
  ["a header alone", 4, [0x45, 0, 0, 0], true],
  ["nothing", 6, [], false],
] as const)("%s is no reply", (_, family, bytes, hasHeader) => {
  expect(decodeEchoReply(family, Uint8Array.from(bytes), hasHeader)).toBeUndefined()
})
