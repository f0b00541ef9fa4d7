import type { TunnelConfig } from "@tundeck/shared"
import { expect, it } from "vitest"
import type { InterfaceFacts } from "../ports.ts"
import { allowedSources } from "./allowed-sources.ts"

const facts: InterfaceFacts = {
  kind: "tun",
  mtu: 1500,
  mac: null,
  up: true,
  addresses: ["10.0.0.1/24", "fd00::1/64"],
  routes: [{ destination: "10.9.0.0/16" }, { destination: "10.0.0.0/24" }],
}
const config = (allowedIps?: string[]): TunnelConfig => ({
  id: "t",
  name: "lab",
  interface: "tun0",
  transport: { kind: "tcp", connect: "192.0.2.1:55555" },
  security: { kind: "none", ...(allowedIps && { allowedIps }) },
  autostart: false,
})

it("on tun the peer may use what this host routes into the interface", () => {
  expect(allowedSources(config(), facts)).toEqual(["10.0.0.0/24", "10.9.0.0/16", "fd00::/64"])
})
it("on tap any, since there may be any network behind a bridge", () => {
  expect(allowedSources(config(), { ...facts, kind: "tap" })).toBeNull()
})
it("what the tunnel names goes before", () => {
  expect(allowedSources(config(["10.1.0.0/16"]), { ...facts, kind: "tap" })).toEqual(["10.1.0.0/16"])
})
it("an interface without addresses lets nobody speak", () => {
  expect(allowedSources(config(), { ...facts, addresses: [], routes: [] })).toEqual([])
})
