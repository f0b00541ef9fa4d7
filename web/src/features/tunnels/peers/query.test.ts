import type { TunnelPeerStatus } from "@tundeck/shared"
import { expect, test } from "vitest"
import { withRates } from "./query.ts"

const peer = (name: string, outbound: number, inbound: number): TunnelPeerStatus => ({
  name,
  address: "10.0.0.1",
  enabled: true,
  connected: true,
  remote: "10.0.0.1:4000",
  since: 0,
  roundTripMs: null,
  outbound: { packets: 0, bytes: outbound, dropped: 0 },
  inbound: { packets: 0, bytes: inbound, dropped: 0 },
  publicKey: null,
  endpoint: null,
  lastHandshakeAt: null,
  carrier: null,
  cipher: null,
  isTundeck: null,
  expiresAt: null,
})
const rates = (reading: ReturnType<typeof withRates>) => reading.rows.map((row) => row.rates)

test("a peer's rate is what its counters grew by since the reading before; the first has none", () => {
  const first = withRates(1_000, [peer("a", 100, 0)], undefined)
  expect(rates(first)).toEqual([null])
  const second = withRates(3_000, [peer("a", 5_100, 300), peer("b", 9, 9)], first)
  expect(rates(second)).toEqual([{ outbound: 2_500, inbound: 150 }, null])
})

test("a counter that fell began anew", () => {
  const first = withRates(0, [peer("a", 9_000, 0)], undefined)
  expect(rates(withRates(1_000, [peer("a", 400, 0)], first))).toEqual([{ outbound: 400, inbound: 0 }])
})

test("two readings close together keep the rate of the one before", () => {
  const first = withRates(0, [peer("a", 0, 0)], undefined)
  const second = withRates(2_000, [peer("a", 2_000, 0)], first)
  expect(rates(withRates(2_010, [peer("a", 2_100, 0)], second))).toEqual([{ outbound: 1_000, inbound: 0 }])
})
