import { describe, expect, test } from "vitest"
import { bytesOf } from "../samples/sample.ts"
import { packetSpan } from "../span.ts"
import { readName, skipName } from "./dns-name.ts"

function read(hex: string, offset = 0) {
  const bytes = bytesOf(hex)
  return readName(packetSpan(bytes, bytes.length), offset)
}

test("readName: labels, the root, and a pointer back", () => {
  expect(read("0361626302646500")).toEqual({ text: "abc.de", next: 8 })
  expect(read("00")).toEqual({ text: "<Root>", next: 1 })
  expect(read("0361626300 0178c000", 5)).toEqual({ text: "x.abc", next: 9 })
})

test("skipName: ends where readName ends, and does not follow pointers", () => {
  const skip = (hex: string, offset = 0) => skipName(packetSpan(bytesOf(hex), 99), offset)
  expect(skip("0361626302646500")).toBe(8)
  expect(skip("0361626300 0178c000", 5)).toBe(9)
  expect(skip("c000")).toBe(2)
  expect(skip("4161 00")).toBeUndefined()
  expect(skip("0161")).toBeUndefined()
})

test("readName: a dot within a label does not look like two labels", () => {
  expect(read("03612e6200")?.text).toBe("a\\.b")
})

describe("readName: what has no end is no name", () => {
  test.each([
    ["a pointer to itself", "c000", 0],
    ["two pointers at each other", "c002c000", 2],
    ["a label before a pointer to that label", "0161c000", 0],
    ["a pointer forwards", "c00203616263 00", 0],
    ["a label longer than the message", "0561", 0],
    ["no end", "0161", 0],
    ["half a pointer", "c0", 0],
    ["a reserved label type", "4161 00", 0],
  ])("%s", (_what, hex, offset) => {
    expect(read(hex, offset)).toBeUndefined()
  })

  test("more than 255 bytes", () => {
    const label = `3f${"61".repeat(63)}`
    expect(read(`${label.repeat(4)}00`)).toBeUndefined()
    expect(read(`${label.repeat(3)}00`)?.text).toHaveLength(191)
  })
})
