import { Problem, readFilter } from "@tundeck/shared"
import { expect, test } from "vitest"
import { markedFault } from "./check-filter.ts"
import { formatError } from "./output.ts"

test("the fault of a filter is marked under it", () => {
  const text = "tcp and prot 80"
  const { fault } = readFilter(text)
  expect(fault && markedFault(text, fault)).toEqual(["  tcp and prot 80", "          ^^^^"])
})

test("a filter that a terminal cannot show in one line is not marked", () => {
  expect(markedFault("x".repeat(200), { at: 0, length: 1, message: "" })).toBeUndefined()
  expect(markedFault("a\u202eb", { at: 0, length: 1, message: "" })).toBeUndefined()
})

test("an error of a filter names its column", () => {
  const problem = new Problem("filter-invalid", undefined, [
    { path: "filter", message: "Wrong.", column: 9, length: 4 },
  ])
  expect(formatError(problem)).toBe("The filter cannot be read.\n  filter, column 9: Wrong.\n  (filter-invalid)")
})
