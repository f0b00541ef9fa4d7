import type { TunnelStats } from "@tundeck/shared"
import { expect, test } from "vitest"
import { historySeconds, TrafficHistory } from "./history.ts"

function stats(outbound: number, inbound: number, noPeer = 0): TunnelStats {
  return {
    outbound: { packets: 0, bytes: outbound, dropped: noPeer },
    inbound: { packets: 0, bytes: inbound, dropped: 0 },
    drops: noPeer === 0 ? [] : [{ direction: "outbound", reason: "no-peer", packets: noPeer }],
    reconnects: 0,
    roundTripMs: null,
  }
}
const at = (second: number) => second * 1000

test("a rate is what the counter grew by over the true time between two samples", () => {
  const history = new TrafficHistory()
  history.record(at(0), [{ id: "a", stats: stats(1_000, 0) }])
  history.record(at(2), [{ id: "a", stats: stats(5_000, 300) }])
  expect(history.rates("a")).toEqual({ outbound: 2_000, inbound: 150 })
})

test("a counter that fell began anew", () => {
  const history = new TrafficHistory()
  history.record(at(0), [{ id: "a", stats: stats(9_000, 0) }])
  history.record(at(1), [{ id: "a", stats: stats(400, 0) }])
  expect(history.rates("a").outbound).toBe(400)
})

test("a tunnel that is not named does not run: its rate is 0", () => {
  const history = new TrafficHistory()
  history.record(at(0), [{ id: "a", stats: stats(0, 0) }])
  history.record(at(1), [{ id: "a", stats: stats(100, 0) }])
  history.record(at(2), [])
  expect([...history.series("a", 60).outbound]).toEqual([100, 0])
})

test("the series holds the newest ten minutes, oldest first", () => {
  const history = new TrafficHistory()
  const seconds = historySeconds + 25
  for (let second = 0; second < seconds; second++) {
    history.record(at(second), [{ id: "a", stats: stats(second * second, 0) }])
  }
  const { times, outbound } = history.series("a", historySeconds)
  expect(times.length).toBe(historySeconds)
  expect(times[0]).toBe(at(25))
  expect(times.at(-1)).toBe(at(seconds - 1))
  expect(outbound.at(-1)).toBe(2 * (seconds - 1) - 1)
})

test("drops of the last minute are summed by reason and forgotten after it", () => {
  const history = new TrafficHistory()
  history.record(at(0), [{ id: "a", stats: stats(0, 0, 3) }])
  expect(history.recentDrops("a")).toEqual([])
  history.record(at(1), [{ id: "a", stats: stats(0, 0, 5) }])
  history.record(at(2), [{ id: "a", stats: stats(0, 0, 9) }])
  expect(history.recentDrops("a")).toEqual([{ direction: "outbound", reason: "no-peer", packets: 6 }])
  history.record(at(61), [])
  expect(history.recentDrops("a")).toEqual([{ direction: "outbound", reason: "no-peer", packets: 4 }])
  history.record(at(62), [])
  expect(history.recentDrops("a")).toEqual([])
})

test("a tunnel that nobody knows has no traffic", () => {
  const history = new TrafficHistory()
  expect(history.rates("x")).toEqual({ outbound: 0, inbound: 0 })
  expect(history.series("x", 60).times.length).toBe(0)
})
