import { expect, test } from "vitest"
import { capability, decodeCapabilities, encodeCapabilities, getCapabilities } from "./capabilities.ts"

test("NET_ADMIN and NET_RAW are bits 12 and 13 of the first half", () => {
  const data = encodeCapabilities({
    effective: [capability.netAdmin],
    permitted: [capability.netAdmin, capability.netRaw],
    inheritable: [],
  })
  expect(Buffer.from(data).toString("hex")).toBe("001000000030000000000000000000000000000000000000")
})

test("bits on both sides of the halves come back as they went", () => {
  const sets = { effective: [0, 31, 32, 40], permitted: [0, 31, 32, 40, 63], inheritable: [33] }
  expect(decodeCapabilities(encodeCapabilities(sets))).toEqual(sets)
})

test("what is effective here is permitted here", () => {
  const { effective, permitted } = getCapabilities()
  expect(permitted).toEqual(expect.arrayContaining(effective))
})
