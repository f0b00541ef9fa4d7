import type { TunnelStatus } from "@tundeck/shared"
import { beforeEach, expect, it } from "vitest"
import { TransportSwaps } from "./transport-swaps.ts"
import { noStats } from "./tunnel-states.ts"

let now = 0
let bytes = 0
let swaps: TransportSwaps
beforeEach(() => {
  now = 1_000_000
  bytes = 0
  swaps = new TransportSwaps(() => now)
})

function status(change: Partial<TunnelStatus> = {}, roundTripMs: number | null = null): TunnelStatus {
  const stats = { ...noStats, outbound: { packets: 0, bytes, dropped: 0 }, roundTripMs }
  const up = { state: "up", reason: null, since: 0, remote: null, peersConnected: 1, largestPacket: null } as const
  return { id: "t_1", ...up, stats, ...change }
}

function carry(seconds: number, bitsPerSecond: number, roundTripMs: number | null): void {
  for (let i = 0; i < seconds; i++) {
    now += 1000
    bytes += bitsPerSecond / 8
    swaps.sample(status({}, roundTripMs))
  }
}

function swap(): void {
  swaps.record(status({ state: "connecting" }), { from: "tcp", to: "udp", before: swaps.average("t_1") })
}

it("none before the transport changed", () => {
  carry(40, 8000, 2)
  expect(swaps.get("t_1")).toBeNull()
})

it("before stands, after begins at the change and grows", () => {
  carry(40, 8000, 2)
  swap()
  const before = { seconds: 30, outboundBitsPerSecond: 8000, inboundBitsPerSecond: 0, roundTripMs: 2 }
  const after = { seconds: 0, outboundBitsPerSecond: 0, inboundBitsPerSecond: 0, roundTripMs: null }
  expect(swaps.get("t_1")).toEqual({ time: now, from: "tcp", to: "udp", before, after })
  const time = now
  carry(10, 24_000, 1)
  expect(swaps.get("t_1")).toEqual({
    time,
    from: "tcp",
    to: "udp",
    before,
    after: { seconds: 10, outboundBitsPerSecond: 24_000, inboundBitsPerSecond: 0, roundTripMs: 1 },
  })
  carry(60, 800, 1)
  expect(swaps.get("t_1")?.after).toMatchObject({ seconds: 30, outboundBitsPerSecond: 800 })
})

it("another change takes its place", () => {
  carry(5, 8000, 2)
  swap()
  carry(5, 16_000, 1)
  swaps.record(status(), { from: "udp", to: "icmp", before: swaps.average("t_1") })
  expect(swaps.get("t_1")).toMatchObject({ from: "udp", to: "icmp", before: { outboundBitsPerSecond: 16_000 } })
})

it("a round trip is that of a tunnel that is up: what is told while it connects is the old one", () => {
  carry(5, 8000, 2)
  swap()
  now += 1000
  swaps.sample(status({ state: "connecting" }, 2))
  expect(swaps.get("t_1")?.after.roundTripMs).toBeNull()
})

it.each<[string, () => void]>([
  ["stopped", () => swaps.sample(status({ state: "stopped" }))],
  ["forgotten", () => swaps.forget("t_1")],
  [
    "started anew unheard: its counters begin at 0",
    () => {
      bytes = 0
      carry(1, 0, null)
    },
  ],
])("dropped when the tunnel is %s", (_what, end) => {
  carry(5, 8000, 2)
  swap()
  carry(5, 8000, 2)
  end()
  expect(swaps.get("t_1")).toBeNull()
  carry(5, 8000, 2)
  expect(swaps.get("t_1")).toBeNull()
})
