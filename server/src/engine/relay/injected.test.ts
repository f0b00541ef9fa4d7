import type { TunnelStats } from "@tundeck/shared"
import { expect, it } from "vitest"
import { fateOf } from "./injected.ts"

const side = (packets: number) => ({ packets, bytes: 0, dropped: 0 })
const stats = (outbound: number, inbound: number, drops: TunnelStats["drops"] = []): TunnelStats => {
  return { outbound: side(outbound), inbound: side(inbound), drops, reconnects: 0, roundTripMs: null }
}
const noPeer = (packets: number) => ({ direction: "outbound", reason: "no-peer", packets }) as const

it.each<[string, TunnelStats, TunnelStats, "outbound" | "inbound", object]>([
  ["sent", stats(1, 5), stats(2, 5), "outbound", { verdict: "sent" }],
  ["delivered", stats(1, 5), stats(1, 6), "inbound", { verdict: "delivered" }],
  ["sent, and answered at once", stats(1, 5), stats(2, 6), "outbound", { verdict: "sent" }],
  [
    "dropped for the first time",
    stats(1, 1),
    stats(1, 1, [noPeer(1)]),
    "outbound",
    { verdict: "dropped", reason: "no-peer" },
  ],
  [
    "dropped again",
    stats(1, 1, [noPeer(3)]),
    stats(1, 1, [noPeer(4)]),
    "outbound",
    { verdict: "dropped", reason: "no-peer" },
  ],
  ["held back", stats(1, 1, [noPeer(3)]), stats(1, 1, [noPeer(3)]), "outbound", { verdict: "waiting" }],
  ["held back while its answer's road drops", stats(1, 1), stats(1, 1, [noPeer(1)]), "inbound", { verdict: "waiting" }],
])("%s", (_what, before, after, direction, fate) => {
  expect(fateOf(before, after, direction)).toEqual(fate)
})
