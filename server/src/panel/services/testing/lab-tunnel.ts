import type { TunnelView } from "@tundeck/shared"
import { expect } from "vitest"
import { eventually } from "../../../../../testing/wait.ts"
import type { TestPanel } from "../../../testing/panel.ts"

/** In clear text over tun7, which the test makes. */
export const lab = {
  name: "lab",
  interface: "tun7",
  transport: { kind: "tcp", connect: "10.0.0.2:55555" },
  security: { kind: "none" },
}

/** What tests ask of the tunnel `lab`, of the panel that there is at the time. */
export function labTunnel(test: () => TestPanel) {
  const read = async (id = "lab") => (await test().call<TunnelView>("GET", `/tunnels/${id}`)).body
  return {
    read,
    create: (change: object = {}) => test().call<TunnelView>("POST", "/tunnels", { ...lab, ...change }),
    untilUp: (id = "lab") => eventually(async () => expect((await read(id)).state).toBe("up")),
  }
}
