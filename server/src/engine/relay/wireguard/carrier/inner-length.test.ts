import { dropNumber } from "@tundeck/shared"
import { expect, it } from "vitest"
import { innerLength } from "./inner-length.ts"

const bad = -dropNumber("bad-packet")

function packet(version: number, field: number, length: number): DataView {
  const view = new DataView(new ArrayBuffer(length + 8))
  view.setUint8(8, version << 4)
  if (length >= 8) view.setUint16(8 + (version === 6 ? 4 : 2), field)
  return view
}

it.each([
  ["IPv4 without padding", 4, 32, 32, 32],
  ["IPv4 with padding", 4, 21, 32, 21],
  ["IPv4 that says more than there is", 4, 33, 32, bad],
  ["IPv4 that says less than its header", 4, 19, 32, bad],
  ["IPv4 that is a header alone", 4, 20, 32, 20],
  ["IPv4 that is cut", 4, 20, 16, bad],
  ["IPv6 without padding", 6, 8, 48, 48],
  ["IPv6 with padding", 6, 1, 48, 41],
  ["IPv6 without payload", 6, 0, 48, 40],
  ["IPv6 that says more than there is", 6, 9, 48, bad],
  ["IPv6 that is cut", 6, 0, 32, bad],
  ["another version", 5, 32, 32, bad],
  ["zeros", 0, 0, 64, bad],
])("%s", (_what, version, field, length, expected) => {
  expect(innerLength(packet(version, field, length), 8, length)).toBe(expected)
})
