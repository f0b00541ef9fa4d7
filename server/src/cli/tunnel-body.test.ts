import { tunnelCreate } from "@tundeck/shared"
import { expect, it } from "vitest"
import { tunnelBody } from "./tunnel-body.ts"

it("a listening tunnel with everything", () => {
  const body = tunnelBody({
    name: "lab",
    interface: "tun0",
    listen: "0.0.0.0:55555",
    peer: "192.0.2.7",
    allowPublicPeer: true,
    security: "none",
    allowedIp: ["10.0.0.0/24"],
    autostart: true,
  })
  expect(tunnelCreate.parse(body)).toEqual({
    name: "lab",
    interface: "tun0",
    transport: { kind: "tcp", listen: "0.0.0.0:55555", peer: "192.0.2.7", allowPublicPeer: true },
    security: { kind: "none", allowedIps: ["10.0.0.0/24"] },
    autostart: true,
  })
})

it("a calling tunnel with nothing more", () => {
  const options = { name: "lab", interface: "tun0", connect: "192.0.2.7:55555", security: "none" } as const
  expect(tunnelBody(options)).toEqual({
    name: "lab",
    interface: "tun0",
    transport: { kind: "tcp", connect: "192.0.2.7:55555" },
    security: { kind: "none" },
  })
})
