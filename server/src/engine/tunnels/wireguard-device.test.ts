import { errno } from "@tundeck/native-bindings"
import { mostPeers, tunnelConfig } from "@tundeck/shared"
import { expect, it } from "vitest"
import { keyOf, networks, peerChange, setRequest, wireguardPeer, wireguardTunnel } from "../testing/wireguard-tunnel.ts"
import type { SetRequest } from "../wireguard-socket/configuration.ts"
import { deviceOf, noPrivateKey, reconfigure, type WireguardTunnel } from "./wireguard-device.ts"

const now = 1_000_000

function done(tunnel: WireguardTunnel, request: SetRequest, mayBeKeyless = false): WireguardTunnel {
  const reconfigured = reconfigure(tunnel, request, { now, mayBeKeyless })
  if ("errno" in reconfigured) throw new Error(`errno ${reconfigured.errno}`)
  return reconfigured.tunnel
}

const refusal = (tunnel: WireguardTunnel, request: SetRequest) =>
  reconfigure(tunnel, request, { now, mayBeKeyless: false })

it("a request that says nothing changes nothing", () => {
  const peers = [wireguardPeer("a", { allowedIps: ["10.0.0.0/8"], expiresAt: now + 1 }), wireguardPeer("b")]
  const tunnel = wireguardTunnel(peers, { transport: { kind: "udp", listen: "10.0.0.1:51820", firewallMark: 7 } })
  expect(done(tunnel, setRequest())).toEqual(tunnel)
})

it("what a request makes of a tunnel is a tunnel that the model accepts", () => {
  const tunnel = done(wireguardTunnel(), {
    ...{ privateKey: keyOf("Q"), listenPort: 51_820, firewallMark: 0xffff_ffff, replacePeers: true },
    peers: [
      peerChange("a", { endpoint: "[fd00::1]:51820", keepaliveSeconds: 25, presharedKey: keyOf("s") }),
      peerChange("b", { allowedIps: networks("0.0.0.0/0", "::/0") }),
    ],
  })
  expect(tunnelConfig.parse(tunnel)).toEqual(tunnel)
  expect(tunnel.transport).toEqual({ kind: "udp", listen: "[::]:51820", firewallMark: 0xffff_ffff })
  expect(new Set(tunnel.security.peers.map(({ name }) => name)).size).toBe(2)
})

it("another port keeps the address; none is any port, and no mark is none", () => {
  const tunnel = wireguardTunnel([], { transport: { kind: "udp", listen: "10.0.0.1:1", firewallMark: 7 } })
  expect(done(tunnel, { ...setRequest(), listenPort: 2 }).transport.listen).toBe("10.0.0.1:2")
  expect(done(tunnel, { ...setRequest(), listenPort: 0, firewallMark: 0 }).transport).toEqual({ kind: "udp" })
  const sourced = wireguardTunnel([], { transport: { kind: "udp", sourceAddress: "10.0.0.1" } })
  expect(done(sourced, setRequest())).toEqual(sourced)
  expect(done(sourced, { ...setRequest(), listenPort: 5 }).transport).toEqual({ kind: "udp", listen: "10.0.0.1:5" })
})

it("a peer keeps its name, its date and its endpoint's name; where the only one is called stands with it from then on", () => {
  const peer = wireguardPeer("a", { name: "office", expiresAt: now + 1 })
  const tunnel = wireguardTunnel([peer], { transport: { kind: "udp", connect: "peer.example.org:51820" } })
  const { transport, security } = done(tunnel, setRequest(peerChange("a", { keepaliveSeconds: 5 })))
  expect(transport).toEqual({ kind: "udp" })
  expect(security.peers).toEqual([{ ...peer, endpoint: "peer.example.org:51820", keepaliveSeconds: 5 }])
})

it("a peer that is not let in is not seen, and stays; named, it is let in again", () => {
  const off = wireguardPeer("a", { enabled: false, allowedIps: ["10.0.0.0/8", "fd00::/8"] })
  const expired = wireguardPeer("b", { expiresAt: now })
  const tunnel = wireguardTunnel([off, expired])
  expect(deviceOf(tunnel, now).peers).toEqual([])
  const others = done(tunnel, {
    ...setRequest(peerChange("c", { allowedIps: networks("10.0.0.0/8") })),
    replacePeers: true,
  })
  expect(others.security.peers).toMatchObject([
    { ...off, allowedIps: ["fd00::/8"] },
    expired,
    { publicKey: keyOf("c") },
  ])
  const back = done(tunnel, setRequest(peerChange("a"), peerChange("b")))
  expect(back.security.peers).toEqual([wireguardPeer("a"), wireguardPeer("b")])
  expect(done(tunnel, setRequest(peerChange("a", { updateOnly: true })))).toEqual(tunnel)
})

it("another private key ends the previous one; the same one does not", () => {
  const tunnel = wireguardTunnel()
  const rotated = { ...tunnel, security: { ...tunnel.security, previousPrivateKey: keyOf("O") } }
  expect(done(rotated, { ...setRequest(), privateKey: keyOf("P") }).security).toEqual(rotated.security)
  const other = done(rotated, { ...setRequest(), privateKey: keyOf("Q") })
  expect(other.security).toEqual({ ...tunnel.security, privateKey: keyOf("Q") })
})

it("only where no panel keeps it may a tunnel be without a private key", () => {
  const request = { ...setRequest(), privateKey: null }
  expect(refusal(wireguardTunnel(), request)).toEqual({ errno: errno.EINVAL })
  const keyless = done(wireguardTunnel(), request, true)
  expect(keyless.security.privateKey).toBe(noPrivateKey)
  expect(deviceOf(keyless, now).privateKey).toBeNull()
})

it("more than a tunnel can have is refused", () => {
  const letters = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...peerChange("a"), publicKey: keyOf(`${i}`.padStart(4, "0")) }))
  expect(done(wireguardTunnel(), setRequest(...letters(mostPeers))).security.peers).toHaveLength(mostPeers)
  expect(refusal(wireguardTunnel(), setRequest(...letters(mostPeers + 1)))).toEqual({ errno: errno.E2BIG })
  const many = Array.from({ length: 257 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
  const peer = peerChange("a", { allowedIps: networks(...many) })
  expect(refusal(wireguardTunnel(), setRequest(peer))).toEqual({ errno: errno.E2BIG })
})
