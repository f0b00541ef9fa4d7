import fc from "fast-check"
import { expect, it } from "vitest"
import { publicKeyOf } from "../../wireguard/keys.ts"
import { applySet } from "./apply-set.ts"
import type { DeviceConfiguration, PeerChange, PeerConfiguration, SetRequest } from "./configuration.ts"
import { clampKey } from "./keys.ts"

const privateKey = clampKey(Buffer.alloc(32, 7).toString("base64"))
const own = publicKeyOf(privateKey)
const [a, b, c] = ["a", "b", "c"].map((name) => Buffer.alloc(32, name).toString("base64")) as [string, string, string]

const empty: DeviceConfiguration = { privateKey, listenPort: 0, firewallMark: 0, peers: [] }

function peer(publicKey: string, ...allowedIps: string[]): PeerConfiguration {
  return { publicKey, presharedKey: null, endpoint: null, keepaliveSeconds: 0, allowedIps }
}

function change(publicKey: string, parts: Partial<PeerChange> = {}): PeerChange {
  return { publicKey, remove: false, updateOnly: false, replaceAllowedIps: false, allowedIps: [], ...parts }
}

const add = (...networks: string[]) => networks.map((network) => ({ network, remove: false }))
const take = (...networks: string[]) => networks.map((network) => ({ network, remove: true }))

function set(current: DeviceConfiguration, ...peers: PeerChange[]): DeviceConfiguration {
  return applySet(current, { replacePeers: false, peers }).next
}

it("what is left out stays", () => {
  const full = { ...empty, listenPort: 51_820, firewallMark: 5, peers: [peer(a, "10.0.0.0/8")] }
  expect(applySet(full, { replacePeers: false, peers: [] })).toEqual({ next: full, moved: [] })
  expect(set(full, change(a))).toEqual(full)
})

it("a new peer comes last, with what is said of it", () => {
  const said = { presharedKey: c, endpoint: "10.0.0.1:1", keepaliveSeconds: 25 }
  const next = set({ ...empty, peers: [peer(a)] }, change(b, { ...said, allowedIps: add("10.1.0.0/16") }))
  expect(next.peers).toEqual([peer(a), { publicKey: b, ...said, allowedIps: ["10.1.0.0/16"] }])
})

it("update_only makes no peer, and takes no network from another", () => {
  const current = { ...empty, peers: [peer(a, "10.0.0.0/8")] }
  expect(set(current, change(b, { updateOnly: true, allowedIps: add("10.0.0.0/8") }))).toEqual(current)
  expect(set(current, change(a, { updateOnly: true, keepaliveSeconds: 1 })).peers[0]?.keepaliveSeconds).toBe(1)
})

it("a removed peer is gone, its networks are free, and it may come again as a new one", () => {
  const current = { ...empty, peers: [{ ...peer(a, "10.0.0.0/8"), presharedKey: c }] }
  expect(set(current, change(a, { remove: true, keepaliveSeconds: 1 })).peers).toEqual([])
  expect(set(current, change(a, { remove: true }), change(a)).peers).toEqual([peer(a)])
  expect(set(current, change(b, { remove: true }))).toEqual(current)
})

it("replace_peers begins with none", () => {
  const current = { ...empty, peers: [peer(a, "10.0.0.0/8"), peer(b)] }
  const request = { replacePeers: true, peers: [change(b, { updateOnly: true }), change(c)] }
  expect(applySet(current, request).next.peers).toEqual([peer(c)])
})

it("a network moves to the peer that asks for it last, and the answer says so", () => {
  const current = { ...empty, peers: [peer(a, "10.0.0.0/8", "fd00::/8"), peer(b)] }
  const applied = applySet(current, { replacePeers: false, peers: [change(b, { allowedIps: add("10.0.0.0/8") })] })
  expect(applied.next.peers).toEqual([peer(a, "fd00::/8"), peer(b, "10.0.0.0/8")])
  expect(applied.moved).toEqual([{ network: "10.0.0.0/8", from: a, to: b }])
  expect(
    applySet(current, { replacePeers: true, peers: [change(b, { allowedIps: add("10.0.0.0/8") })] }).moved,
  ).toEqual([])
})

it("networks are added, taken away one by one, or replaced; nobody takes another's away", () => {
  const current = { ...empty, peers: [peer(a, "10.0.0.0/8", "fd00::/8"), peer(b)] }
  const networks = (...peers: PeerChange[]) => set(current, ...peers).peers.map(({ allowedIps }) => allowedIps)
  expect(networks(change(a, { allowedIps: take("10.0.0.0/8") }))).toEqual([["fd00::/8"], []])
  expect(networks(change(b, { allowedIps: take("10.0.0.0/8") }))).toEqual([["10.0.0.0/8", "fd00::/8"], []])
  expect(networks(change(a, { replaceAllowedIps: true, allowedIps: add("1.0.0.0/8") }))).toEqual([["1.0.0.0/8"], []])
  expect(networks(change(a, { replaceAllowedIps: true }))).toEqual([[], []])
})

it("nobody is a peer of itself: not asked for, and not after the key has become its own", () => {
  expect(set(empty, change(own, { allowedIps: add("10.0.0.0/8") })).peers).toEqual([])
  const current = { ...empty, privateKey: null, peers: [peer(own), peer(a)] }
  expect(applySet(current, { privateKey, replacePeers: false, peers: [] }).next.peers).toEqual([peer(a)])
  const keyless = applySet(empty, { privateKey: null, replacePeers: false, peers: [change(own)] }).next
  expect(keyless).toEqual({ ...empty, privateKey: null, peers: [peer(own)] })
})

const keys = [own, a, b, c]
const networks = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "::/0"]
const changeArbitrary: fc.Arbitrary<PeerChange> = fc.record({
  publicKey: fc.constantFrom(...keys),
  remove: fc.boolean(),
  updateOnly: fc.boolean(),
  replaceAllowedIps: fc.boolean(),
  allowedIps: fc.array(fc.record({ network: fc.constantFrom(...networks), remove: fc.boolean() }), { maxLength: 4 }),
})
const requestArbitrary: fc.Arbitrary<SetRequest> = fc.record(
  {
    privateKey: fc.constantFrom(null, privateKey),
    listenPort: fc.nat(65_535),
    replacePeers: fc.boolean(),
    peers: fc.array(changeArbitrary, { maxLength: 6 }),
  },
  { requiredKeys: ["replacePeers", "peers"] },
)

/** The naive model: pairs of network and owner, and a list of keys. */
class Model {
  ownKey: string | null = own
  keys: string[] = []
  pairs: [network: string, owner: string][] = []

  apply({ privateKey: key, replacePeers, peers }: SetRequest): void {
    if (key !== undefined) this.ownKey = key === null ? null : own
    if (replacePeers) this.keys = []
    this.keep(this.keys.filter((one) => one !== this.ownKey))
    for (const one of peers) this.change(one)
  }

  keep(left: string[]): void {
    this.keys = left
    this.pairs = this.pairs.filter(([, owner]) => left.includes(owner))
  }

  change({ publicKey, remove, updateOnly, replaceAllowedIps, allowedIps }: PeerChange): void {
    if (publicKey === this.ownKey) return
    if (remove) return this.keep(this.keys.filter((one) => one !== publicKey))
    if (!this.keys.includes(publicKey)) {
      if (updateOnly) return
      this.keys.push(publicKey)
    }
    if (replaceAllowedIps) this.pairs = this.pairs.filter(([, owner]) => owner !== publicKey)
    for (const { network, remove: isTaken } of allowedIps) {
      this.pairs = this.pairs.filter(([one, owner]) => one !== network || (isTaken && owner !== publicKey))
      if (!isTaken) this.pairs.push([network, publicKey])
    }
  }
}

it("any sequence of requests ends where the naive model ends", () => {
  fc.assert(
    fc.property(fc.array(requestArbitrary, { maxLength: 5 }), (requests) => {
      const model = new Model()
      let current = empty
      for (const request of requests) {
        model.apply(request)
        current = applySet(current, request).next
      }
      expect(current.peers.map(({ publicKey }) => publicKey)).toEqual(model.keys)
      const pairs = current.peers.flatMap((one) => one.allowedIps.map((network) => [network, one.publicKey]))
      expect(pairs.sort()).toEqual(model.pairs.sort())
    }),
    { numRuns: 500 },
  )
})

it("the same request twice is the same as once, unless it makes what it removes", () => {
  const withoutRemoval = requestArbitrary.map((request) => ({
    ...request,
    peers: request.peers.map((one) => ({ ...one, remove: false, updateOnly: false })),
  }))
  fc.assert(
    fc.property(requestArbitrary, withoutRemoval, (first, request) => {
      const once = applySet(applySet(empty, first).next, request).next
      const sorted = (device: DeviceConfiguration) => device.peers.map((one) => [...one.allowedIps].sort())
      expect(sorted(applySet(once, request).next)).toEqual(sorted(once))
    }),
  )
})
