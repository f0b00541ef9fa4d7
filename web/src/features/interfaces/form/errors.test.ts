import { Problem } from "@tundeck/shared"
import { expect, test } from "vitest"
import { interfaceErrors } from "./errors.ts"

test("form errors: a refusal that is about one field stands beside it", () => {
  expect(interfaceErrors(new Problem("interface-exists", "tun0 exists already."))).toEqual({
    name: "tun0 exists already.",
  })
  expect(interfaceErrors(new Problem("owner-not-found"))).toEqual({ owner: "There is no such user" })
})

test("form errors: fields that the panel names come first", () => {
  const named = new Problem("interface-exists", undefined, [{ path: "name", message: "Taken." }])
  expect(interfaceErrors(named)).toEqual({ name: "Taken." })
})

test("form errors: a refusal that is about no field marks none", () => {
  expect(interfaceErrors(new Problem("engine-unavailable"))).toEqual({})
  expect(interfaceErrors(new Error("x"))).toEqual({})
})
