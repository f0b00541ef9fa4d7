import { expect, test } from "vitest"
import { printable } from "./printable.ts"

test("printable: plain text stays as it is, in any script", () => {
  for (const text of ["443 → 51234 [SYN]", "Björn’s Drucker", "日本語", "<b onclick=x>", ""])
    expect(printable(text)).toBe(text)
})

test("printable: terminal escapes and line ends become visible", () => {
  expect(printable("\u001b[2Ja\r\nb\tc\u007f")).toBe("␛[2Ja␍␊b␉c␡")
})

test("printable: marks that turn, hide or break text are replaced", () => {
  const marks = [
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u2029",
    "\u009b",
    "\u00ad",
    "\u{e0041}",
  ]
  for (const mark of marks) expect(printable(`a${mark}b`), mark.codePointAt(0)?.toString(16)).toBe("a\ufffdb")
})

test("printable: half a character is replaced", () => {
  expect(printable("a\ud800b")).toBe("a\ufffdb")
})

test("printable: long text is cut and says so, never in the middle of a character", () => {
  expect(printable("x".repeat(201))).toBe(`${"x".repeat(199)}…`)
  expect(printable("x".repeat(200))).toBe("x".repeat(200))
  expect(printable("😀😀😀", 4).isWellFormed()).toBe(true)
})
