import type { PathMtuResult, ProbeAnswer } from "@tundeck/shared"
import { expect, it } from "vitest"
import { pathMtuLines, pingLines, traceLines } from "./probe-text.ts"

const sent = { destination: "10.0.0.9", source: "10.0.0.1", interface: "tun0", drops: [] }
const reply: ProbeAnswer = { kind: "reply", from: "10.0.0.9", timeMs: 1.25 }

it("a ping says each reply, their times, and what the tunnel dropped", () => {
  const items = [
    { sequence: 1, answer: reply },
    { sequence: 2, answer: { kind: "silence" } as const },
  ]
  const roundTripMs = { least: 1.25, average: 1.25, most: 1.25 }
  const drops = [{ direction: "outbound", reason: "no-peer", packets: 1 }] as const
  expect(pingLines({ ...sent, items, received: 1, roundTripMs, drops: [...drops] })).toEqual([
    "seq=1  10.0.0.9  1.25 ms",
    "seq=2  *  no answer",
    "2 sent, 1 received, 1.25 ms / 1.25 ms / 1.25 ms (least, mean, most)",
    "Meanwhile the tunnel dropped 1 outbound: No peer is connected (no-peer).",
  ])
})

it("a trace that does not arrive says so", () => {
  const items = [{ hop: 1, answer: { kind: "unreachable", from: "10.0.0.2", timeMs: 3, detail: "filtered" } as const }]
  expect(traceLines({ ...sent, items, reached: false })).toEqual([
    " 1  10.0.0.2  3.00 ms  filtered",
    "The destination did not answer.",
  ])
})

it.each<[string, Partial<PathMtuResult>, string[]]>([
  ["whole", { pathMtu: 1500 }, ["1500 bytes get there and back: all that tun0 sends."]],
  ["nothing", { pathMtu: null }, ["The destination does not even answer small packets."]],
  [
    "silent",
    { pathMtu: 1300, silent: true },
    [
      "1300 bytes get there and back; tun0 sends up to 1500.",
      "Larger packets vanish, and nobody tells the senders: transfers stall.",
      "Set the MTU of tun0 to 1300, or turn on MSS clamping.",
    ],
  ],
])("a path: %s", (_what, change, lines) => {
  const whole = { ...sent, interfaceMtu: 1500, pathMtu: 1500, exact: true, silent: false, items: [] }
  expect(pathMtuLines({ ...whole, ...change })).toEqual(lines)
})
