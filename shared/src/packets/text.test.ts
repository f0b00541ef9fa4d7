import fc from "fast-check"
import { expect, test } from "vitest"
import { anyText } from "../testing/any-text.ts"
import { packetSpan } from "./span.ts"
import { lineAt, textAt } from "./text.ts"

const spanOf = (bytes: Uint8Array) => packetSpan(bytes, bytes.length)

test("textAt: well-formed UTF-8 comes back", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const bytes = new TextEncoder().encode(text)
      expect(textAt(spanOf(bytes), 0, bytes.length)).toBe(text)
    }),
  )
})

test("textAt: overlong forms, surrogates and stray bytes are U+FFFD, and the text is always well-formed", () => {
  for (const bytes of [
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xff],
    [0xe2, 0x82],
  ]) {
    expect(textAt(spanOf(Uint8Array.from(bytes)), 0, 9)).toBe("\ufffd".repeat(bytes.length))
  }
})

test("lineAt: the line without its end; undefined while the end is not in sight", () => {
  const span = spanOf(new TextEncoder().encode("a b\r\nc\nd"))
  expect(lineAt(span, 0, 99)).toBe("a b")
  expect(lineAt(span, 5, 99)).toBe("c")
  expect(lineAt(span, 7, 99)).toBeUndefined()
  expect(lineAt(span, 0, 3)).toBeUndefined()
})
