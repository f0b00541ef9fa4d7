import fc from "fast-check"
import { expect, it } from "vitest"
import { LineReader, longestLine } from "./line-reader.ts"

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = []
  const reader = new LineReader()
  for (const chunk of chunks) expect(reader.push(chunk, (line) => lines.push(line))).toBe(true)
  return lines
}

it("lines are the same however the stream is cut", () => {
  const text = fc.array(fc.string({ unit: fc.constantFrom("a", "=", "\n", "\0"), maxLength: 40 }), { maxLength: 20 })
  fc.assert(
    fc.property(text, (pieces) => {
      const whole = pieces.join("")
      const lines = linesOf(pieces.map((piece) => Buffer.from(piece, "latin1")))
      expect(lines).toEqual(whole.split("\n").slice(0, -1))
    }),
  )
})

it("a line of the longest length passes, in one piece or byte by byte; one byte more ends the stream", () => {
  const longest = `${"x".repeat(longestLine)}\n`
  expect(linesOf([Buffer.from(longest)])).toHaveLength(1)
  expect(linesOf([...longest].map((byte) => Buffer.from(byte)))).toHaveLength(1)
  expect(new LineReader().push(Buffer.from(`x${longest}`), () => {})).toBe(false)
  expect(new LineReader().push(Buffer.alloc(longestLine + 1, "x"), () => {})).toBe(false)
})
