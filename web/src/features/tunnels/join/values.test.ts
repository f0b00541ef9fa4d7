import { inviteAccept, tunnelName, wgQuickImport } from "@tundeck/shared"
import { expect, test } from "vitest"
import { acceptBody, emptyJoin, importBody, joinField, nameOfFile } from "./values.ts"

test("what is left empty is left to the panel; a file wants a name", () => {
  expect(acceptBody({ ...emptyJoin, text: " code \n" })).toEqual({ code: "code", autostart: true })
  expect(importBody({ ...emptyJoin, text: "[Interface]", name: " lab " })).toEqual({
    conf: "[Interface]",
    name: "lab",
    autostart: true,
  })
  const all = { text: "x", name: "lab", interface: "lab0", autostart: false }
  expect(inviteAccept.parse(acceptBody(all))).toEqual({ code: "x", name: "lab", interface: "lab0", autostart: false })
  expect(wgQuickImport.safeParse(importBody({ ...all, name: "" })).success).toBe(false)
})

test("what is wrong with the code or the file stands beside it", () => {
  expect(["code", "conf", "name", "interface"].map(joinField)).toEqual(["text", "text", "name", "interface"])
})

test.each([
  ["wg0.conf", "wg0"],
  ["Office VPN (new).conf", "office-vpn-new"],
  ["_.conf", ""],
  [`${"a".repeat(60)}.conf`, "a".repeat(32)],
])("the file %s is the tunnel %s", (file, name) => {
  expect(nameOfFile(file)).toBe(name)
  if (name !== "") expect(tunnelName.safeParse(name).success).toBe(true)
})
