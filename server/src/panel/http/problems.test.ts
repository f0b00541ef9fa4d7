import { readFileSync } from "node:fs"
import { problemCodes, problems } from "@tundeck/shared"
import { expect, it } from "vitest"

const text = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8")
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
)

it("docs/errors.md has one heading for each problem, in the order of the table", () => {
  expect([...sections.keys()]).toEqual(problemCodes)
})

it.each(problemCodes)("docs/errors.md: %s has its status and title, why, and what to do", (code) => {
  const { status, title } = problems[code]
  const section = sections.get(code) ?? ""
  expect(section).toContain(`\n${status}, *${title.replace(/\.$/, "")}.*\n`)
  expect(section).toMatch(/\*\*Why:\*\* \S.*\n/)
  expect(section).toMatch(/\*\*What to do:\*\* \S/)
})
