import type { TunnelConfig } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { withoutWireguard } from "../testing/without-wireguard.ts"
import { literalPeers, publicPeerReason } from "./public-peer.ts"
import { createTunnelManager } from "./tunnel-manager.ts"

const config = (transport: Partial<TunnelConfig["transport"]>): TunnelConfig => ({
  id: "t",
  name: "lab",
  interface: "tun0",
  transport: { kind: "tcp", ...transport },
  security: { kind: "none" },
  autostart: false,
})

describe("a peer on the Internet", () => {
  it.each([
    ["a private address", {}, ["192.168.1.7"], true],
    ["one public address among private ones", {}, ["192.168.1.7", "2a00::1"], false],
    ["a public address, with an explicit yes", { allowPublicPeer: true }, ["8.8.8.8"], true],
    ["a public address, with an explicit no", { allowPublicPeer: false }, ["8.8.8.8"], false],
    ["a name without addresses", {}, [], true],
  ])("%s", (_, transport, addresses, passes) => {
    expect(publicPeerReason(config(transport), addresses) === null).toBe(passes)
  })
})

it("the literal peer is the one that may call, or the one that is called; a name is none", () => {
  expect(literalPeers(config({ listen: "0.0.0.0:1", peer: "8.8.8.8" }))).toEqual(["8.8.8.8"])
  expect(literalPeers(config({ connect: "[2a00::1]:1" }))).toEqual(["2a00::1"])
  expect(literalPeers(config({ connect: "peer.example.org:1" }))).toEqual([])
  const peers = ["8.8.8.8", "10.0.0.2"].map((address, i) => ({ name: `p${i}`, address, enabled: i > 0 }))
  const hub = { ...config({ listen: "0.0.0.0:1" }), security: { kind: "none", peers } } as const
  expect(literalPeers(hub)).toEqual(["8.8.8.8", "10.0.0.2"])
})

it("the engine refuses to start such a tunnel, whatever the panel let pass", async () => {
  const devices = {
    attach: () => {
      throw new Error("nothing is attached before the peer was looked at")
    },
    detach: () => {},
    facts: () => undefined,
    onChange: () => () => {},
  }
  const manager = createTunnelManager({
    devices,
    onStatus: () => {},
    onEvent: () => {},
    onPackets: () => {},
    wireguard: withoutWireguard,
  })
  expect(() => manager.start(config({ connect: "8.8.8.8:55555" }))).toThrow(
    expect.objectContaining({ code: "public-peer-refused" }),
  )
  expect(manager.list()).toEqual([])
  await manager.close()
})
