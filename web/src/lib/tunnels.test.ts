import type { TunnelView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { mergeTunnels, replaceTunnels } from "./tunnels.ts"

const tunnel = (id: string, state: TunnelView["state"] = "stopped") => ({ id, state }) as TunnelView // what is merged

test("a changed tunnel takes the place of the known one, a new one comes last, a deleted one goes", () => {
  const merged = mergeTunnels([tunnel("a"), tunnel("b")], [tunnel("a", "up"), tunnel("c")], ["b"])
  expect(merged).toEqual([tunnel("a", "up"), tunnel("c")])
})

test("when all tunnels come, one that is not among them was deleted elsewhere and goes", () => {
  const replaced = replaceTunnels([tunnel("a"), tunnel("b")], [tunnel("c"), tunnel("b", "up")])
  expect(replaced).toEqual([tunnel("b", "up"), tunnel("c")])
})
