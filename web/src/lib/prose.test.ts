import { expect, test } from "vitest"
import { proseParts } from "./prose.ts"

test("prose: commands stand in backticks", () => {
  expect(proseParts("`timedatectl set-ntp true`, or `date -s`.")).toEqual([
    { text: "timedatectl set-ntp true", isCode: true },
    { text: ", or ", isCode: false },
    { text: "date -s", isCode: true },
    { text: ".", isCode: false },
  ])
})

test("prose: without commands it is one part, a lone backtick is text", () => {
  expect(proseParts("All is well.")).toEqual([{ text: "All is well.", isCode: false }])
  expect(proseParts("Run `id`, not ` alone")).toEqual([
    { text: "Run ", isCode: false },
    { text: "id", isCode: true },
    { text: ", not ` alone", isCode: false },
  ])
})
