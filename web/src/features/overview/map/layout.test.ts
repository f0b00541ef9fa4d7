import type { InterfaceView, TunnelView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { layoutMap, lineWidth } from "./layout.ts"
import { networksBehind } from "./rows.ts"

type Device = Parameters<typeof layoutMap>[0][number]
type Tunnel = Parameters<typeof layoutMap>[1][number]

const device = (name: string, routes: string[] = []): Device => ({
  name,
  kind: "tun",
  addresses: ["10.77.0.1/24"],
  routes: routes.map((destination) => ({ destination })),
  actual: { up: true, carrier: true } as InterfaceView["actual"], // what a state is told from
})
const tunnel = (id: string, over: string, state: TunnelView["state"] = "up"): Tunnel => ({
  id,
  name: id,
  interface: over,
  state,
  transport: { kind: "tcp", connect: "192.168.1.7:55555" },
  security: { kind: "none" },
  remote: null,
  peersConnected: 0,
  faulty: false,
  insecure: true,
})
const hub = (id: string, over: string, peers: number, peersConnected = peers, net = 0): Tunnel => ({
  ...tunnel(id, over),
  transport: { kind: "udp", listen: "0.0.0.0:55555" },
  security: {
    kind: "none",
    peers: Array.from({ length: peers }, (_, i) => ({
      name: `p${i}`,
      address: `10.${net}.${i >> 8}.${i & 255}`,
      allowedIps: [`10.77.${i >> 8}.${i & 255}/32`],
      enabled: true,
    })),
  },
  peersConnected,
})
const ids = (map: ReturnType<typeof layoutMap>) => map.boxes.map(({ id }) => id)

test("left to right: host, interface, tunnel, peer, networks; each further right", () => {
  const map = layoutMap([device("tun0")], [tunnel("lab", "tun0")], 1200)
  expect(ids(map)).toEqual(["host", "interface tun0", "tunnel lab", "peer 192.168.1.7", "networks lab 0"])
  const xs = map.boxes.map(({ x }) => x)
  expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  expect(map.lines).toHaveLength(4)
})

test("a narrow page leaves out the host and the networks, and no line leads nowhere", () => {
  const map = layoutMap([device("tun0")], [tunnel("lab", "tun0")], 343)
  expect(ids(map)).toEqual(["interface tun0", "tunnel lab", "peer 192.168.1.7"])
  expect(map.lines).toHaveLength(2)
  for (const { x, width } of map.boxes) expect(x + width).toBeLessThanOrEqual(343.01)
})

test("two tunnels to one peer share its box, and no two boxes overlap", () => {
  const map = layoutMap([device("tun0"), device("tun1")], [tunnel("a", "tun0"), tunnel("b", "tun1")], 1200)
  expect(ids(map).filter((id) => id.startsWith("peer"))).toHaveLength(1)
  for (const a of map.boxes) {
    for (const b of map.boxes) {
      if (a === b || a.column !== b.column) continue
      expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(a.height)
    }
  }
})

test("a tunnel over an interface that is gone is drawn with it missing", () => {
  const map = layoutMap([], [tunnel("old", "tun9", "failed")], 1200)
  expect(map.boxes.find(({ id }) => id === "interface tun9")?.content.kind).toBe("missing")
  expect(map.lines.every(({ state }) => state === "failed")).toBe(true)
})

test("with many tunnels those that are not well are drawn, the rest is counted", () => {
  const tunnels = Array.from({ length: 1000 }, (_, i) => tunnel(`t${i}`, `tun${i}`, i === 999 ? "failed" : "up"))
  const map = layoutMap([], tunnels, 1200)
  expect(ids(map)).toContain("tunnel t999")
  expect(map.left).toBe(1000 - map.boxes.filter(({ content }) => content.kind === "tunnel").length)
})

test("a hub shows its first peers with what is behind each, and counts the rest", () => {
  const map = layoutMap([device("tun0")], [hub("hub", "tun0", 998)], 1200)
  const peers = map.boxes.filter(({ column }) => column === 3)
  expect(peers.map(({ id }) => id)).toEqual(["peer 10.0.0.0", "peer 10.0.0.1", "peer 10.0.0.2", "peers hub"])
  expect(peers.at(-1)?.content).toEqual({ kind: "peers", count: 995, isRest: true })
  expect(map.boxes.filter(({ content }) => content.kind === "networks")).toHaveLength(3)
  expect(map.height).toBe(4 * layoutMap([device("tun0")], [tunnel("lab", "tun0")], 1200).height)
})

test("a hub of few peers shows them all, one without any says so", () => {
  expect(ids(layoutMap([], [hub("hub", "tun0", 4)], 1200)).filter((id) => id.startsWith("peer"))).toHaveLength(4)
  const empty = layoutMap([], [hub("hub", "tun0", 0)], 1200)
  expect(empty.boxes.at(-1)?.content).toEqual({ kind: "peers", count: 0, isRest: false })
})

test.each([12, 6, 3])("%i hubs take no more room than twelve tunnels, and no peer is lost", (count) => {
  const hubs = Array.from({ length: count }, (_, i) => hub(`h${i}`, `tun${i}`, 5, 5, i))
  const twelve = Array.from({ length: 12 }, (_, i) => tunnel(`t${i}`, `tun${i}`))
  const map = layoutMap([], hubs, 1200)
  expect(map.height).toBe(layoutMap([], twelve, 1200).height)
  const peers = map.boxes.map(({ content }) =>
    content.kind === "peers" ? content.count : content.kind === "peer" ? 1 : 0,
  )
  expect(peers.reduce((sum, each) => sum + each, 0)).toBe(5 * count)
})

test("a line to a hub's peer is green only when all of them are there, and none tells the hub's rate as its own", () => {
  const lines = (connected: number) =>
    layoutMap([], [hub("hub", "tun0", 3, connected)], 1200).lines.filter(({ from }) => from === "tunnel hub")
  expect(lines(3).map(({ state }) => state)).toEqual(["up", "up", "up"])
  expect(lines(2).map(({ state }) => state)).toEqual(["some", "some", "some"])
  expect(lines(0).map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"])
  expect(lines(3).map(({ tunnel: rate }) => rate)).toEqual([undefined, undefined, undefined])
})

test("networks behind a peer: allowed IPs before routes before the interface's own networks", () => {
  const none = { kind: "none" } as const
  expect(networksBehind(device("tun0"), { security: none })).toEqual(["10.77.0.0/24"])
  expect(networksBehind(device("tun0", ["10.1.0.0/16"]), { security: none })).toEqual(["10.1.0.0/16"])
  expect(
    networksBehind(device("tun0", ["10.1.0.0/16"]), { security: { ...none, allowedIps: ["10.9.0.0/24"] } }),
  ).toEqual(["10.9.0.0/24"])
})

test("a line is wider with more traffic, within bounds", () => {
  expect(lineWidth(0)).toBe(1.5)
  expect(lineWidth(1e6)).toBeGreaterThan(lineWidth(1e4))
  expect(lineWidth(1e12)).toBe(12)
})
