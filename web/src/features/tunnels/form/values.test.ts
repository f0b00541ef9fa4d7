import type { TunnelView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { interfaceBody, patchBody, tunnelBody } from "./body.ts"
import { type FormWords, formErrors, inForm, tunnelField } from "./errors.ts"
import { emptyValues, freePort, type MoreValues, type TunnelFormValues, valuesOf } from "./values.ts"

const words: FormWords = {
  port: "port",
  number: "number",
  peer: "peer",
  peerFamily: "peerFamily",
  listenAddress: "listenAddress",
  connect: "connect",
  simpletun: "simpletun",
  publicPeer: "publicPeer",
  interface: "interface",
  firewallMark: "firewallMark",
  dscp: "dscp",
}
const values = (changes: Partial<TunnelFormValues> = {}): TunnelFormValues => ({
  ...emptyValues([{ name: "tun0" }]),
  name: "lab",
  peer: "192.168.1.7",
  port: 55_555,
  transport: "tcp",
  more: { ...emptyValues([]).more, clampMss: false },
  security: "none",
  ...changes,
})
const keyed = (changes: Partial<TunnelFormValues> = {}) => ({
  ...emptyValues([{ name: "tun0" }]),
  name: "lab",
  ...changes,
})
const more = (changes: Partial<MoreValues>): Partial<TunnelFormValues> => ({ more: { ...values().more, ...changes } })
const peer = (name: string, address: string, allowed = "") => ({ name, address, allowed, enabled: true })
const hub = (...peers: TunnelFormValues["peers"]): Partial<TunnelFormValues> => ({ role: "hub", peers })
const wrong = (changes: Partial<TunnelFormValues>) => Object.keys(formErrors(values(changes), words))

test.each<Partial<TunnelFormValues>>([
  {},
  { role: "listen" },
  { transport: "udp" },
  { transport: "icmp", role: "listen" },
  { framing: "trains" },
  hub(),
  { transport: "udp", ...hub(peer("a", "10.0.0.1", "10.77.0.2/32, 10.80.0.0/16"), peer("b", "10.0.0.2")) },
  { listenAddress: "::", ...hub(peer("a", "fd00::7")) },
  more({ sourceAddress: "10.0.0.9", sourceInterface: "eth1", firewallMark: "0xffffffff", dscp: 0, clampMss: true }),
])("a full form has no error: %j", (changes) => {
  expect(formErrors(values(changes), words)).toEqual({})
})

test.each<[string, Partial<TunnelFormValues>]>([
  ["name", { name: "Lab 1" }],
  ["interface", { interface: "" }],
  ["peer", { peer: "" }],
  ["peer", { peer: "10.1" }],
  ["peer", { role: "listen", peer: "peer.example.org" }],
  ["peer", { role: "listen", peer: "fd00::7" }],
  ["port", { port: "" }],
  ["port", { port: 65_536 }],
  ["listenAddress", { role: "listen", listenAddress: "eth0" }],
  ["listenAddress", { listenAddress: "", ...hub() }],
  ["allowPublicPeer", { peer: "8.8.8.8" }],
  ["allowPublicPeer", hub(peer("a", "8.8.8.8"))],
  ["peers.0.name", hub(peer("A peer", "10.0.0.1"))],
  ["peers.1.name", hub(peer("a", "10.0.0.1"), peer("a", "10.0.0.2"))],
  ["peers.0.address", hub(peer("a", ""))],
  ["peers.1.address", hub(peer("a", "10.0.0.1"), peer("b", "10.0.0.1"))],
  ["peers.0.address", hub(peer("a", "fd00::7"))],
  ["peers.0.allowed", hub(peer("a", "10.0.0.1", "10.77.0.2"))],
  ["peers.1.allowed", hub(peer("a", "10.0.0.1", "10.1.0.0/16"), peer("b", "10.0.0.2", "10.2.0.0/16,10.1.0.0/16"))],
  ["more.sourceAddress", more({ sourceAddress: "eth0" })],
  ["more.sourceAddress", more({ sourceAddress: "fd00::1" })],
  ["more.sourceInterface", more({ sourceInterface: "eth/0" })],
  ["more.firewallMark", more({ firewallMark: "0" })],
  ["more.firewallMark", more({ firewallMark: "0x1ffffffff" })],
  ["more.firewallMark", more({ firewallMark: "red" })],
  ["more.dscp", more({ dscp: 64 })],
  ["more.allowed", more({ allowed: "10.0.0.1/8" })],
  ["newInterface.name", { interfaceFrom: "new", newInterface: { name: "a/b", kind: "tun", address: "" } }],
  ["newInterface.address", { interfaceFrom: "new", newInterface: { name: "", kind: "tun", address: "10.0.0.1" } }],
])("the error stands beside %s: %j", (field, changes) => {
  expect(wrong(changes)).toEqual([field])
})

test("a wrong port is told at the port, not at the peer, and in the words of the transport", () => {
  expect(wrong({ port: 0 })).toEqual(["port"])
  expect(wrong({ port: 0, role: "listen" })).toEqual(["port"])
  expect(formErrors(values({ port: 0, transport: "icmp" }), words).port).toBe("number")
})

test("the body: a calling tunnel has connect alone, a waiting one listen and peer, a hub listen and peers", () => {
  expect(tunnelBody(values({ peer: "fd00::7" }), "tun0").transport).toEqual({ kind: "tcp", connect: "[fd00::7]:55555" })
  const listen = "0.0.0.0:55555"
  expect(tunnelBody(values({ role: "listen" }), "tun0").transport).toEqual({ kind: "tcp", listen, peer: "192.168.1.7" })
  expect(tunnelBody(values({ transport: "udp", ...hub(peer("a", "10.0.0.1", "10.1.0.0/16")) }), "tun0")).toMatchObject({
    transport: { kind: "udp", listen },
    security: { kind: "none", peers: [{ name: "a", address: "10.0.0.1", allowedIps: ["10.1.0.0/16"], enabled: true }] },
  })
})

test("the body: what does not fit the choice is left out, though it was filled in", () => {
  const calling = { framing: "trains", ...more({ sourceAddress: "10.0.0.9", allowed: "10.1.0.0/16" }) } as const
  const { transport, security } = tunnelBody(values({ transport: "udp", ...hub(), ...calling }), "tun0")
  expect(transport).toEqual({ kind: "udp", listen: "0.0.0.0:55555" })
  expect(security).toEqual({ kind: "none", peers: [] })
  expect(tunnelBody(values({ ...hub(peer("a", "10.0.0.1")), role: "connect" }), "tun0").security).toEqual({
    kind: "none",
  })
})

test.each<Partial<TunnelFormValues>>([
  {},
  { port: "" },
  { port: "", listenAddress: "" },
  { transport: "tcp" },
  { transport: "icmp", port: 7 },
  { listenAddress: "::" },
  { peer: "[fd00::1]:51820" },
])("encrypted: a full form has no error: %j", (changes) => {
  expect(formErrors(keyed(changes), words)).toEqual({})
})

test.each<[string, Partial<TunnelFormValues>]>([
  ["name", { name: "" }],
  ["port", { port: 65_536 }],
  ["listenAddress", { listenAddress: "eth0" }],
  ["peer", { peer: "fd00::1" }],
  ["invited", { invited: "simpletun" }],
])("encrypted: the error stands beside %s: %j", (field, changes) => {
  expect(Object.keys(formErrors(keyed(changes), words))).toEqual([field])
})

test("encrypted: the body has no key and no peers, and listens where a port is given; only udp falls back", () => {
  expect(tunnelBody(keyed(), "tun0")).toEqual({
    name: "lab",
    interface: "tun0",
    transport: { kind: "udp", listen: "0.0.0.0:51820", fallback: true, clampMss: true },
    security: { kind: "wireguard" },
    autostart: true,
  })
  const calling = keyed({ transport: "tcp", port: "", peer: "192.0.2.1:1" })
  expect(tunnelBody(calling, "tun0").transport).toEqual({ kind: "tcp", connect: "192.0.2.1:1", clampMss: true })
})

test("encrypted: what belongs to clear text is left out, though it was filled in, and the other way round", () => {
  const filled = {
    framing: "trains",
    role: "connect",
    allowPublicPeer: true,
    ...more({ sourceAddress: "10.0.0.9" }),
  } as const
  expect(tunnelBody(keyed({ transport: "tcp", ...filled }), "tun0").transport).toEqual({
    kind: "tcp",
    listen: "0.0.0.0:51820",
  })
  expect(tunnelBody(values({ transport: "udp", fallback: true }), "tun0").transport).not.toHaveProperty("fallback")
})

test("encrypted: an interface that is made with it leaves room for what a datagram needs", () => {
  expect(interfaceBody(keyed()).mtu).toBe(1420)
  expect(interfaceBody(keyed({ transport: "tcp" })).mtu).toBeUndefined()
})

test("a tunnel gets the first port from 51820 on that no other listens on", () => {
  expect(freePort([])).toBe(51_820)
  expect(freePort([{ listen: "0.0.0.0:51820" }, { listen: "[::]:51821" }, {}])).toBe(51_822)
})

test("an interface without a name or address leaves both to the kernel and to later", () => {
  expect(interfaceBody(values())).toEqual({ kind: "tun", addresses: [] })
})

test("a problem of the panel stands beside the field that it is about, the first of several", () => {
  const errors = { "security.peers.3.allowedIps.0": "first", "security.peers.3.allowedIps.1": "second", other: "none" }
  expect(inForm(errors, tunnelField)).toEqual({ "peers.3.allowed": "first" })
})

const saved = (fields: Partial<TunnelView>): TunnelView =>
  ({
    id: "1",
    name: "lab",
    interface: "tun0",
    transport: { kind: "tcp", connect: "192.168.1.7:55555" },
    security: { kind: "none" },
    autostart: true,
    ...fields,
  }) as TunnelView // what a form is filled from

const keyedSecurity: TunnelView["security"] = { kind: "wireguard", publicKey: "", previousPublicKey: null, peers: [] }

test.each<Partial<TunnelView>>([
  {},
  { transport: { kind: "tcp", connect: "[fd00::7]:1", framing: "trains", sourceAddress: "fd00::1" } },
  { transport: { kind: "icmp", listen: "[::]:7", peer: "fd00::7", firewallMark: 42, dscp: 46, clampMss: true } },
  { security: { kind: "none", allowedIps: ["10.1.0.0/16"] } },
  {
    transport: { kind: "udp", listen: "0.0.0.0:55555" },
    security: { kind: "none", peers: [{ name: "a", address: "10.0.0.1", enabled: false }] },
  },
  { transport: { kind: "udp", listen: "[::]:7", fallback: true }, security: keyedSecurity },
  { transport: { kind: "tcp" }, security: keyedSecurity },
  { transport: { kind: "icmp", connect: "peer.example.org:7", dscp: 46 }, security: keyedSecurity },
])("a form that nobody touched changes nothing: %j", (fields) => {
  expect(patchBody(valuesOf(saved(fields)), saved(fields))).toEqual({})
})

test("only what was changed is sent: peers that were added meanwhile stay", () => {
  const transport = { kind: "udp", listen: "0.0.0.0:55555" } as const
  const before = saved({ transport, security: { kind: "none", peers: [] } })
  const now = saved({
    transport,
    security: { kind: "none", peers: [{ name: "a", address: "10.0.0.1", enabled: true }] },
  })
  const patch = patchBody({ ...valuesOf(before), transport: "icmp" }, now)
  expect(patch).toEqual({ transport: { kind: "icmp", listen: "0.0.0.0:55555" } })
})

test("clear text becomes encrypted: a key is made, and nothing of who called whom is left", () => {
  const patch = patchBody({ ...valuesOf(saved({})), security: "wireguard", peer: "" }, saved({}))
  expect(patch).toEqual({ transport: { kind: "tcp", listen: "0.0.0.0:55555" }, security: { kind: "wireguard" } })
})

test("a hub that becomes point to point loses its peers, and back", () => {
  const transport = { kind: "udp", listen: "0.0.0.0:55555" } as const
  const before = saved({ transport, security: { kind: "none", peers: [] } })
  expect(patchBody({ ...valuesOf(before), role: "listen", peer: "10.0.0.1" }, before)).toEqual({
    transport: { ...transport, peer: "10.0.0.1" },
    security: { kind: "none" },
  })
  expect(patchBody({ ...valuesOf(saved({})), role: "hub" }, saved({})).security).toEqual({ kind: "none", peers: [] })
})
