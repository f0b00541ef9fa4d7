import { dropNumber, type TunnelConfig, tunnelConfig } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { MemoryTunnel } from "./memory-tunnel.ts"

const base = { id: "t_1", name: "lab", interface: "tun0", autostart: true, security: { kind: "none" } }
const config = (change: object = {}): TunnelConfig =>
  tunnelConfig.parse({ ...base, transport: { kind: "tcp", connect: "10.0.0.2:55555" }, ...change })
const tun = { kind: "tun", addresses: ["10.77.0.1/24"] } as const
const hub = (...enabled: boolean[]) =>
  config({
    transport: { kind: "udp", listen: "0.0.0.0:55555" },
    security: {
      kind: "none",
      peers: enabled.map((is, i) => ({ name: `p${i}`, address: `10.0.0.${i + 2}`, enabled: is })),
    },
  })

function started(of: TunnelConfig, kind: "tun" | "tap" = "tun", chance = 0.5): MemoryTunnel {
  const tunnel = new MemoryTunnel(of, { kind, addresses: [...tun.addresses] }, () => chance)
  tunnel.move("up")
  return tunnel
}

describe("a memory tunnel", () => {
  it("connects anew over another transport, and keeps what it counted", () => {
    const tunnel = started(config())
    tunnel.pings(1000, 10)
    const roundTripMs = tunnel.status.stats.roundTripMs
    expect(tunnel.change(config({ transport: { kind: "udp", connect: "10.0.0.2:55555" } }))).toBe(true)
    expect(tunnel.status).toMatchObject({ state: "connecting", remote: null, peersConnected: 0 })
    tunnel.move("up")
    tunnel.pings(1000, 10)
    expect(tunnel.status).toMatchObject({ largestPacket: 1472, stats: { outbound: { packets: 20 } } })
    expect(tunnel.status.stats.roundTripMs).not.toBe(roundTripMs)
  })

  it.each([
    ["tcp", undefined, 2000],
    ["tcp", "trains", 65_535],
    ["udp", undefined, 1472],
    ["icmp", undefined, 1464],
  ])("says the largest packet of %s %s", (kind, framing, bytes) => {
    const transport = { kind, connect: "10.0.0.2:55555", ...(framing && { framing }) }
    expect(started(config({ transport })).status.largestPacket).toBe(bytes)
  })

  it("drops what its faults drop, each with its verdict", () => {
    const tunnel = started(config({ faults: { outbound: { lossPercent: 50.1 } } }))
    const records = tunnel.pings(1000, 4)
    expect(records.map(({ direction, verdict }) => [direction, verdict])).toEqual(
      Array(4).fill(["outbound", dropNumber("fault-injected")]),
    )
    expect(tunnel.status.stats).toMatchObject({
      outbound: { packets: 0, dropped: 4 },
      inbound: { packets: 0 },
      drops: [{ direction: "outbound", reason: "fault-injected", packets: 4 }],
    })
  })

  it("delays, duplicates and corrupts", () => {
    const inbound = { duplicatePercent: 100, corruptPercent: 100, delayMs: 20, jitterMs: 10 }
    const tunnel = started(config({ faults: { outbound: { duplicatePercent: 100 }, inbound } }))
    const whole = started(config()).pings(1000, 1)
    const records = tunnel.pings(1000, 1)
    expect(records.map(({ direction }) => direction)).toEqual(["outbound", "inbound", "inbound"])
    expect(records[1]?.bytes).not.toEqual(whole[1]?.bytes)
    expect(tunnel.status.stats.roundTripMs).toBe(25.31)
  })

  it("carries a transfer as fast as its transport and its faults let it", () => {
    const bytes = (change: object) => {
      const tunnel = started(config(change))
      tunnel.flow(1000)
      return tunnel.status.stats.outbound.bytes
    }
    const udp = { kind: "udp", connect: "10.0.0.2:55555" }
    expect(bytes({ transport: udp })).toBeGreaterThan(bytes({}))
    expect(bytes({ faults: { outbound: { rateKbps: 8000 } } })).toBeLessThanOrEqual(1_000_000)
    const limited = started(config({ faults: { outbound: { rateKbps: 8000 } } }))
    limited.flow(1000)
    expect(limited.status.stats.drops).toMatchObject([{ reason: "rate-limited" }])
  })
})

describe("a memory hub", () => {
  it("has two of three of its enabled peers, and shares the packets among them", () => {
    const tunnel = started(hub(true, true, true, false))
    expect(tunnel.status).toMatchObject({ peersConnected: 2, remote: null })
    tunnel.pings(1000, 4)
    expect(tunnel.peers().map(({ connected, outbound }) => [connected, outbound.packets])).toEqual([
      [true, 2],
      [true, 2],
      [false, 0],
      [false, 0],
    ])
  })

  it("keeps those who stay when its peers change", () => {
    const tunnel = started(hub(true, true))
    tunnel.pings(1000, 4)
    expect(tunnel.change(hub(true, false))).toBe(false)
    expect(tunnel.status).toMatchObject({ state: "up", peersConnected: 1 })
    expect(tunnel.peers().map(({ outbound }) => outbound.packets)).toEqual([2, 0])
  })

  it("nobody there: what it sends is dropped", () => {
    const tunnel = started(hub())
    tunnel.pings(1000, 1)
    expect(tunnel.status.stats.drops).toEqual([{ direction: "outbound", reason: "no-peer", packets: 1 }])
  })

  it("over tap it has learned addresses, over tun none", () => {
    expect(started(hub(true, true)).macs()).toEqual([])
    const macs = started(hub(true, true), "tap").macs()
    expect(macs.map(({ peer }) => peer)).toEqual([null, "p0", "p0", "p1", "p1"])
    expect(new Set(macs.map(({ mac }) => mac)).size).toBe(macs.length)
    expect(macs.every(({ mac }) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac))).toBe(true)
  })
})
