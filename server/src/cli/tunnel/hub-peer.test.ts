import { expect, it } from "vitest"
import { parseHubPeer } from "./hub-peer.ts"

it.each([
  ["a=192.0.2.7", { name: "a", address: "192.0.2.7" }],
  ["a=fd00::7,fd01::/64, 10.0.0.0/24", { name: "a", address: "fd00::7", allowedIps: ["fd01::/64", "10.0.0.0/24"] }],
])("the peer %j", (text, peer) => expect(parseHubPeer(text)).toEqual(peer))

it.each(["", "a", "a=", "=192.0.2.7", "192.0.2.7,10.0.0.0/24"])("%j is no peer", (text) =>
  expect(() => parseHubPeer(text)).toThrow("Write a peer as"),
)
