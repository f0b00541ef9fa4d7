import type { TunnelReconfigured } from "@tundeck/shared"
import fc from "fast-check"
import { beforeEach, expect, it } from "vitest"
import { networks, peerChange, setRequest, wireguardPeer, wireguardTunnel } from "../testing/wireguard-tunnel.ts"
import type { SetRequest } from "../wireguard-socket/configuration.ts"
import { Reconfigurations } from "./reconfigurations.ts"
import { isWireguard, reconfigure, type WireguardTunnel } from "./wireguard-device.ts"

let told: TunnelReconfigured[]
let kept: Reconfigurations
beforeEach(() => {
  told = []
  kept = new Reconfigurations((report) => told.push(report))
})

function done(tunnel: WireguardTunnel, request: SetRequest): WireguardTunnel {
  const reconfigured = reconfigure(tunnel, request, { now: Date.now(), mayBeKeyless: false })
  if ("errno" in reconfigured) throw new Error(`errno ${reconfigured.errno}`)
  return reconfigured.tunnel
}

/** A change over the socket. */
function changed(tunnel: WireguardTunnel, request: SetRequest): WireguardTunnel {
  const after = done(tunnel, request)
  kept.note(after, request)
  return after
}

/** What the panel saves. */
function saved(tunnel: WireguardTunnel, { security, listen, firewallMark }: TunnelReconfigured): WireguardTunnel {
  const { listen: _, firewallMark: __, ...rest } = tunnel.transport
  const ends = { ...(listen != null && { listen }), ...(firewallMark != null && { firewallMark }) }
  return { ...tunnel, security, transport: { ...rest, ...ends } }
}

function rebased(tunnel: WireguardTunnel): WireguardTunnel {
  const config = kept.rebase(tunnel)
  if (!isWireguard(config)) throw new Error("it is in clear text")
  return config
}

const addA = setRequest(peerChange("a", { allowedIps: networks("10.0.0.0/8") }))
const before = wireguardTunnel([wireguardPeer("b")])

it("an older configuration does not undo a change that was not taken", () => {
  const after = changed(before, { ...addA, listenPort: 51_820 })
  expect(rebased(before)).toEqual(after)
  expect(rebased(before)).toEqual(after)
  expect(kept.list()).toEqual([
    { id: "t", revision: 1, security: after.security, listen: "[::]:51820", firewallMark: null },
  ])
  expect(told).toEqual(kept.list())
})

it("once it was taken the panel's word counts, and other tunnels are not concerned", () => {
  changed(before, addA)
  expect(rebased({ ...before, id: "other" })).toEqual({ ...before, id: "other" })
  kept.taken("t", 1)
  expect(rebased(before)).toEqual(before)
  expect(kept.list()).toEqual([])
  kept.taken("t", 1)
  kept.taken("nobody", 1)
})

it("a change that came after the one that was taken stays", () => {
  const once = changed(before, addA)
  const twice = changed(once, { ...setRequest(), listenPort: 7 })
  kept.taken("t", 1)
  expect(rebased(once)).toEqual(twice)
  expect(kept.list()).toMatchObject([{ revision: 2 }])
})

it("what the panel changed meanwhile stays, too, and the panel is told of both together", () => {
  const after = changed(before, addA)
  const panels = { ...before, security: { ...before.security, peers: [wireguardPeer("b", { keepaliveSeconds: 9 })] } }
  const both = rebased(panels)
  expect(both.security.peers).toEqual([wireguardPeer("b", { keepaliveSeconds: 9 }), ...after.security.peers.slice(1)])
  expect(told.map(({ revision }) => revision)).toEqual([1, 2])
  kept.taken("t", 1)
  expect(kept.list()).toMatchObject([{ revision: 2, security: both.security }])
  kept.taken("t", 2)
  expect(kept.list()).toEqual([])
})

it("a change that the panel has saved, and not said so yet, is not done twice", () => {
  const ignored = setRequest(peerChange("a", { updateOnly: true, allowedIps: networks("10.0.0.0/8") }))
  const after = changed(changed(before, ignored), setRequest(peerChange("a")))
  const [report] = kept.list()
  expect(report && rebased(saved(before, report))).toEqual(after)
  const later = changed(after, { ...setRequest(), listenPort: 7 })
  expect(report && rebased(saved(before, report))).toEqual(later)
})

it("a new time stamp alone is no other configuration", () => {
  changed(before, addA)
  rebased({ ...before, security: { ...before.security, stampedAfter: "5" } })
  expect(told).toHaveLength(1)
})

it("however many changes wait for the panel, they are few to keep", () => {
  let tunnel = before
  for (let port = 1; port <= 500; port++) tunnel = changed(tunnel, { ...addA, listenPort: port })
  expect(rebased(before)).toEqual(tunnel)
  expect(kept.list()).toHaveLength(1)
  // Of so many the outcome is kept, which says all of every peer.
  const panels = { ...before, security: { ...before.security, peers: [wireguardPeer("b", { keepaliveSeconds: 9 })] } }
  expect(rebased(panels)).toEqual(tunnel)
})

const change = fc.constantFrom("a", "b", "c").chain((letter) =>
  fc.record({
    ...{ publicKey: fc.constant(peerChange(letter).publicKey), remove: fc.boolean(), updateOnly: fc.boolean() },
    replaceAllowedIps: fc.boolean(),
    allowedIps: fc.array(fc.record({ network: fc.constantFrom("10.0.0.0/8", "::/0"), remove: fc.boolean() })),
  }),
)
const request = fc.record(
  { replacePeers: fc.boolean(), listenPort: fc.nat(3), peers: fc.array(change, { maxLength: 3 }) },
  { requiredKeys: ["replacePeers", "peers"] },
)
const step = fc.oneof(
  request.map((set) => ({ kind: "socket" as const, set })),
  fc.constantFrom({ kind: "restart" as const }, { kind: "save" as const }, { kind: "take" as const }),
)

it("in whatever order the panel saves, takes and starts: nothing is lost, and both agree in the end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      told = []
      kept = new Reconfigurations((report) => told.push(report))
      let running = before
      let store = before
      let savedRevision = 0
      const save = () => {
        const [report] = kept.list()
        if (report === undefined) return
        store = saved(store, report)
        savedRevision = report.revision
      }
      for (const { kind, ...rest } of steps) {
        if (kind === "socket" && "set" in rest) running = changed(running, rest.set)
        else if (kind === "restart") {
          const after = rebased(store)
          expect(after.security.peers).toEqual(running.security.peers)
          expect(after.transport).toEqual(running.transport)
        } else if (kind === "save") save()
        else if (kind === "take") kept.taken("t", savedRevision)
      }
      save()
      kept.taken("t", savedRevision)
      expect(kept.list()).toEqual([])
      expect(rebased(store)).toEqual(store)
      expect(store.security).toEqual(running.security)
    }),
    { numRuns: 400 },
  )
})
