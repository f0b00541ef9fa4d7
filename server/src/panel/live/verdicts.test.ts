import { readFileSync } from "node:fs"
import { dropReasons } from "@tundeck/shared"
import { expect, it } from "vitest"

const text = readFileSync(new URL("../../../../docs/verdicts.md", import.meta.url), "utf8")
const sections = text.split("\n### ").slice(1)

it("docs/verdicts.md has one heading for each reason, in the order of the table", () => {
  expect(sections.map((section) => section.split("\n")[0])).toEqual(dropReasons.map(({ code }) => code))
})

it.each(dropReasons)("docs/verdicts.md: $code has its title, why, and what to do", ({ code, title, remedy }) => {
  const section = sections.find((candidate) => candidate.startsWith(`${code}\n`)) ?? ""
  expect(section).toContain(`*${title}.*`)
  expect(section).toMatch(/\*\*Why:\*\* \S/)
  expect(section).toContain(`**What to do:** ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`)
})
