import type { InterfaceView, TunnelView } from "@tundeck/shared"
import { expect, test } from "vitest"
import { layoutMap, lineWidth, networksBehind } from "./layout.ts"

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
})
const ids = (map: ReturnType<typeof layoutMap>) => map.boxes.map(({ id }) => id)

test("left to right: host, interface, tunnel, peer, networks; each further right", () => {
  const map = layoutMap([device("tun0")], [tunnel("lab", "tun0")], 1200)
  expect(ids(map)).toEqual(["host", "interface tun0", "tunnel lab", "peer 192.168.1.7", "networks lab"])
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
