import { expect, test } from "vitest"
import { setupToken } from "./setup-token.ts"

test("setup link: the token stands behind the #", () => {
  expect(setupToken("#token=abc-123_X")).toBe("abc-123_X")
})

test.each(["", "#", "#token=", "#other=1"])("setup link: %j has none", (hash) => {
  expect(setupToken(hash)).toBeUndefined()
})
