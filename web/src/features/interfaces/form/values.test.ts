import { type InterfaceView, interfaceCreate } from "@tundeck/shared"
import { expect, test } from "vitest"
import { createBodyOf, freshValues, patchOf, valuesOf } from "./values.ts"

test("form: untouched, it asks for the contract's own defaults", () => {
  expect(interfaceCreate.parse(createBodyOf(freshValues()))).toEqual(interfaceCreate.parse({}))
})

test("form: an owner of digits is a number, of letters a name, none is null", () => {
  const owner = (text: string) => createBodyOf({ ...freshValues(), owner: text }).owner
  expect([owner("1000"), owner(" alice "), owner("")]).toEqual([1000, "alice", null])
})

test("form: what belongs to tap alone is left out on tun", () => {
  const typed = { ...freshValues(), mac: "02:00:00:00:00:01", bridge: "br0" }
  expect(createBodyOf({ ...typed, kind: "tun" })).toMatchObject({ mac: null, bridge: null })
  expect(createBodyOf({ ...typed, kind: "tap" })).toMatchObject({ mac: "02:00:00:00:00:01", bridge: "br0" })
})

test("form: an emptied MTU is refused by the schema, not taken as zero", () => {
  const parsed = interfaceCreate.safeParse(createBodyOf({ ...freshValues(), mtu: "" }))
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toEqual(["mtu"])
})

const saved: InterfaceView = {
  ...interfaceCreate.parse({ addresses: ["10.0.0.1/24"], owner: "alice" }),
  name: "tun0",
  managed: true,
  actual: null,
  drift: [],
  holders: [],
}

test("form: an edit that changes nothing asks for nothing", () => {
  expect(patchOf(valuesOf(saved), saved)).toEqual({})
})

test("form: an edit asks for what changed, and for nothing else", () => {
  const edited = { ...valuesOf(saved), name: "lab0", owner: "", mtu: 1400, addresses: ["10.0.0.2/24"], up: false }
  expect(patchOf(edited, saved)).toEqual({
    name: "lab0",
    owner: null,
    mtu: 1400,
    addresses: ["10.0.0.2/24"],
    up: false,
  })
})
