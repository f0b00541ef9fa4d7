import { describe, expect, it } from "vitest"
import { peersExpected } from "./security.ts"
import { tunnelCreate } from "./tunnel.ts"
import { clearPeer, clearPeerPatch, clearPeers } from "./tunnel-peer.ts"
import { mostPeers } from "./wireguard.ts"

const wrong = (result: { error?: { issues: { path: PropertyKey[] }[] } | undefined }) =>
  result.error?.issues.map(({ path }) => path.join(".")) ?? []

describe("a peer of a hub", () => {
  it("is enabled, and its addresses are written in one way", () => {
    expect(clearPeer.parse({ name: "a", address: "FD00::0:2", allowedIps: ["FD01::/64"] })).toEqual({
      name: "a",
      address: "fd00::2",
      allowedIps: ["fd01::/64"],
      enabled: true,
    })
  })

  it.each<[object, string]>([
    [{ name: "A", address: "10.0.0.2" }, "name"],
    [{ name: "a", address: "a.example.org" }, "address"],
    [{ name: "a", address: "10.0.0.2:55555" }, "address"],
    [{ name: "a", address: "10.0.0.2", allowedIps: ["10.0.0.1/24"] }, "allowedIps.0"],
    [{ name: "a", address: "10.0.0.2", publicKey: "x" }, ""],
  ])("%j is refused at its field", (peer, path) => expect(wrong(clearPeer.safeParse(peer))).toEqual([path]))

  it("a change says what changes, and nothing beside it", () => {
    expect(clearPeerPatch.parse({ address: "10.0.0.3" })).toEqual({ address: "10.0.0.3" })
    expect(clearPeerPatch.parse({ allowedIps: null })).toEqual({ allowedIps: null })
  })
})

describe("the peers of a hub", () => {
  const peer = (name: string, address: string, ...allowedIps: string[]) => ({ name, address, allowedIps })

  it("differ in name, in address and in allowed IPs; the later one is told", () => {
    const peers = [peer("a", "10.0.0.2", "10.1.0.0/16"), peer("a", "10.0.0.2", "10.1.0.0/16")]
    expect(wrong(clearPeers.safeParse(peers))).toEqual(["1.name", "1.address", "1.allowedIps"])
  })

  it("a network within another's is no conflict: the longest prefix decides", () => {
    const peers = [peer("a", "10.0.0.2", "10.1.0.0/16"), peer("b", "10.0.0.3", "10.1.2.0/24")]
    expect(wrong(clearPeers.safeParse(peers))).toEqual([])
  })

  it("are 1,000 at most", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: `p${i}`, address: `10.0.${i >> 8}.${i & 255}` }))
    expect(wrong(clearPeers.safeParse(many(mostPeers)))).toEqual([])
    expect(wrong(clearPeers.safeParse(many(mostPeers + 1)))).toEqual([""])
  })
})

describe("what transport and security can only say together", () => {
  const listening = { kind: "udp", listen: "0.0.0.0:55555" }
  const hub = { kind: "none", peers: [{ name: "a", address: "10.0.0.2" }] }
  const body = (transport: object, security: object) => ({ name: "lab", interface: "tun0", transport, security })

  it.each<[string, object, object, string[]]>([
    ["a hub", listening, hub, []],
    ["a hub without peers as yet", listening, { kind: "none", peers: [] }, []],
    ["one that listens for nobody", listening, { kind: "none" }, ["transport.peer"]],
    ["a hub that calls", { kind: "udp", connect: "10.0.0.2:1" }, hub, ["transport.listen"]],
    ["neither end", { kind: "udp" }, { kind: "none" }, ["transport.connect"]],
    ["both ends", { ...listening, connect: "10.0.0.2:1" }, { kind: "none" }, ["transport.connect", "transport.peer"]],
    ["falling back in clear text", { ...listening, fallback: true }, hub, ["transport.fallback"]],
    ["a hub with one peer more", { ...listening, peer: "10.0.0.3" }, hub, ["transport.peer"]],
    ["a hub with networks of nobody", listening, { ...hub, allowedIps: ["10.0.0.0/8"] }, ["security.allowedIps"]],
  ])("%s", (_what, transport, security, paths) => {
    expect(wrong(tunnelCreate.safeParse(body(transport, security)))).toEqual(paths)
  })

  it("of x of y peers, y is those that are enabled", () => {
    expect(peersExpected({ security: {} })).toBe(1)
    expect(peersExpected({ security: { peers: [] } })).toBe(0)
    expect(peersExpected({ security: { peers: [{ enabled: true }, { enabled: false }] } })).toBe(1)
  })
})
