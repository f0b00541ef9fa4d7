import { expect, it } from "vitest"
import { mutantsOf, mutated } from "./mutants.ts"

const becomes = (source: string) => mutantsOf(source).map((mutant) => mutant.becomes)

it("comparisons turn, and come to mean one more or one less", () => {
  expect(becomes("x = a < b")).toEqual(["not x = a < b", "x = a <= b", "x = a >= b"])
  expect(becomes("const x = a === b")).toEqual(["const x = a !== b"])
})

it("numbers are one off, and nothing is below 0", () => {
  expect(becomes("const x = 7")).toEqual(["const x = 8", "const x = 6"])
  expect(becomes("const x = 0x7ff_ffff")).toEqual(["const x = 134217728", "const x = 134217726"])
  expect(becomes("const x = 0")).toEqual(["const x = 1"])
})

it("conditions always or never hold, and what stands behind them is not done", () => {
  expect(becomes("if (a) b()")).toEqual(["if (true) b()", "if (false) b()", "if (a) ;"])
  expect(becomes("const x = a && !b")).toEqual(["const x = a || !b", "const x = a && b"])
  expect(becomes("const x = a ? b : c")).toEqual(["const x = true ? b : c", "const x = false ? b : c"])
})

it("methods and functions within classes are looked into, types are not", () => {
  const source = "class A { b(c: 1 | 2): boolean { return Math.min(c, d) as 3 } }"
  expect(mutantsOf(source).map(({ text }) => text)).toEqual([";", "max"])
})

it("places are those of bytes, whatever letters come before", () => {
  const source = "// 5 µs, “so”\nconst x =\n  a +\n  b"
  const [mutant] = mutantsOf(source)
  expect(mutant).toMatchObject({ line: 3, becomes: "a -" })
  expect(mutant && mutated(source, mutant)).toBe("// 5 µs, “so”\nconst x =\n  a -\n  b")
})
