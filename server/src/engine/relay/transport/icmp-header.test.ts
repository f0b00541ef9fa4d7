import { expect, test } from "vitest"
import { echo, echoMark, type Form, isEcho, writeChecksum, writeEcho } from "./icmp-header.ts"

const families = [4, 6] as const
const all: Form[] = ["request", "reply", "direct"]

test("the bytes are those of docs/wire-format.md", () => {
  const view = new DataView(new ArrayBuffer(16))
  writeEcho(view, 0, echoMark(4, "request", 0x01020304), 0, 0xabcd, 7)
  expect(Buffer.from(view.buffer).toString("hex")).toBe("08000000abcd00075444000001020304")
  writeEcho(view, 0, echoMark(6, "reply", 55_555), 0x81, 1, 0xffff)
  expect(Buffer.from(view.buffer).toString("hex")).toBe("810000000001ffff544481010000d903")
  writeEcho(view, 0, echoMark(4, "direct", 1), 0, 0, 0)
  expect(Buffer.from(view.buffer).toString("hex")).toBe("00000000000000005444000200000001")
})

/** RFC 1071, by the letter. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

test.each([0, 1, 0xffff, 0x1_0000, 0x1_ffff, 8 * 0x1_fffe])(
  "with its checksum a header over a payload that sums to %i is whole",
  (payload) => {
    const bytes = new Uint8Array(16)
    const view = new DataView(bytes.buffer)
    for (const number of [0, 1, 0x8000_0000, 0xffff_ffff]) {
      for (const sequence of [0, 0x7fff, 0xffff]) {
        writeEcho(view, 0, echoMark(4, "reply", number), 1, 0xffff - sequence, sequence)
        writeChecksum(view, 0, payload)
        const sum = sumOf(bytes) + payload
        expect(((sum & 0xffff) + (sum >>> 16)) % 0xffff).toBe(0)
      }
    }
  },
)

test("a message is its own, and nobody else's: not another form's, family's or number's", () => {
  const view = new DataView(new ArrayBuffer(64))
  for (const family of families) {
    for (const form of all) {
      writeEcho(view, 8, echoMark(family, form, 0xffff_fffe), 0, 1, 2)
      expect(isEcho(view, 8, 16, echoMark(family, form, 0xffff_fffe))).toBe(true)
      for (const other of all.filter((other) => other !== form)) {
        expect(isEcho(view, 8, 16, echoMark(family, other, 0xffff_fffe))).toBe(false)
      }
      expect(isEcho(view, 8, 16, echoMark(family, form, 0xffff_ffff))).toBe(false)
      for (const other of families.filter((other) => other !== family)) {
        expect(isEcho(view, 8, 16, echoMark(other, form, 0xffff_fffe))).toBe(false)
      }
    }
  }
})

test("a kernel's own answer, which turns the type and leaves the rest, is nobody's", () => {
  for (const family of families) {
    const view = new DataView(new ArrayBuffer(16))
    writeEcho(view, 0, echoMark(family, "request", 5), 0, 1, 2)
    view.setUint16(0, echoMark(family, "reply", 5).type)
    for (const form of all) expect(isEcho(view, 0, 16, echoMark(family, form, 5))).toBe(false)
  }
})

test("a message that is cut anywhere in its header is none", () => {
  const view = new DataView(new ArrayBuffer(64))
  const mark = echoMark(4, "request", 5)
  writeEcho(view, 0, mark, 0, 1, 2)
  for (const length of [-60, -1, ...Array(16).keys()]) expect(isEcho(view, 0, length, mark)).toBe(false)
  expect(isEcho(view, 0, 16, mark)).toBe(true)
})

test("each flipped bit of type, code, magic, form and number is seen; the others are for others to see", () => {
  const view = new DataView(new ArrayBuffer(16))
  const free = [
    echo.checksum,
    echo.checksum + 1,
    echo.identifier,
    echo.identifier + 1,
    echo.sequence,
    echo.sequence + 1,
  ]
  for (const family of families) {
    for (const form of all) {
      const mark = echoMark(family, form, 0x89abcdef)
      for (let bit = 0; bit < 128; bit++) {
        writeEcho(view, 0, mark, 0, 1, 2)
        const byte = bit >> 3
        view.setUint8(byte, view.getUint8(byte) ^ (1 << (bit & 7)))
        expect(isEcho(view, 0, 16, mark), `bit ${bit}`).toBe(free.includes(byte) || byte === echo.kind)
      }
    }
  }
})
