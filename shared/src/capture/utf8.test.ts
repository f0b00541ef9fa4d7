import fc from "fast-check"
import { expect, it } from "vitest"
import { utf8 } from "./utf8.ts"

it("any text is what TextEncoder makes of it, half a pair too", () => {
  const unit = fc.constantFrom("a", "é", "€", "😀", "\ud800", "\udfff", "\0", "\u{10ffff}")
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      expect(utf8(text, 1000)).toEqual(new TextEncoder().encode(text))
    }),
  )
})

it("it is cut between two characters", () => {
  expect(utf8("a€b", 3)).toEqual(Uint8Array.of(97))
  expect(utf8("a€b", 4)).toEqual(new TextEncoder().encode("a€"))
})
