import { expect, test } from "vitest"
import { linkToken } from "./link-token.ts"

test("setup link: the token stands behind the #", () => {
  expect(linkToken("#token=abc-123_X")).toBe("abc-123_X")
})

test.each(["", "#", "#token=", "#other=1"])("setup link: %j has none", (hash) => {
  expect(linkToken(hash)).toBeUndefined()
})
