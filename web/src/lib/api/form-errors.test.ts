import { interfaceCreate, Problem } from "@tundeck/shared"
import { expect, test } from "vitest"
import { problemErrors, schemaErrors } from "./form-errors.ts"

test("form errors: a fault of the contract stands at its field's path, the first one of each field", () => {
  const errors = schemaErrors(interfaceCreate, { addresses: ["10.0.0.1/24", "010.0.0.1/24"], mtu: 67 })
  expect(Object.keys(errors).sort()).toEqual(["addresses.1", "mtu"])
  expect(errors.mtu).toBe("The kernel takes an MTU from 68 to 65,535 bytes.")
})

test("form errors: what is right has none", () => {
  expect(schemaErrors(interfaceCreate, {})).toEqual({})
})

test("form errors: the panel's own, and none from other errors", () => {
  expect(
    problemErrors(new Problem("validation-failed", undefined, [{ path: "owner", message: "No such user." }])),
  ).toEqual({
    owner: "No such user.",
  })
  expect(problemErrors(new Error("x"))).toEqual({})
})
