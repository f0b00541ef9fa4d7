import { Problem } from "@tundeck/shared"
import { expect, it } from "vitest"
import { escapeControls, formatError, formatTable } from "./output.ts"

it.each([
  ["\u001b[31mred", "\\x1b[31mred"],
  ["a\nb\u0000\u007f\u009b", "a\\x0ab\\x00\\x7f\\x9b"],
  ["evil\u202egnp", "evil\\u202egnp"],
  ["tün → ☃", "tün → ☃"],
])("%j is printed as %s", (text, shown) => expect(escapeControls(text)).toBe(shown))

it("a table has aligned columns, no frames, and no control characters", () => {
  const table = formatTable(
    ["NAME", "MTU"],
    [
      ["tun0", 1500],
      ["e\u001b[2J", null],
    ],
  )
  expect(table).toBe(["NAME      MTU", "tun0      1500", "e\\x1b[2J  -"].join("\n"))
})

it("a problem says title, detail, fields and code", () => {
  const problem = new Problem("validation-failed", "Look at the name.", [{ path: "name", message: "Give a name." }])
  expect(formatError(problem).split("\n")).toEqual([
    "Some fields are not right. Look at the name.",
    "  name: Give a name.",
    "  (validation-failed)",
  ])
})
