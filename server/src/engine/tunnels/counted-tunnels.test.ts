import { type TunnelConfig, tunnelConfig } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { CounterWriter, createCounters } from "../relay/counters.ts"
import { CountedTunnels } from "./counted-tunnels.ts"
import { Places } from "./places.ts"

const shape = { interface: "tun0", transport: { kind: "udp", listen: "0.0.0.0:4000" }, autostart: false }
const peer = (name: string, address: string) => ({ name, address, enabled: true })
const hub = tunnelConfig.parse({
  id: "t1",
  name: "hub",
  ...shape,
  security: { kind: "none", peers: [peer("first", "192.0.2.1"), peer("second", "192.0.2.2")] },
})
const line = tunnelConfig.parse({
  id: "t2",
  name: "line",
  ...shape,
  transport: { ...shape.transport, peer: "192.0.2.1" },
  security: { kind: "none" },
})

function running(config: TunnelConfig) {
  const counters = createCounters(config.security.peers !== undefined)
  const places = new Places(config, "")
  places.set(config, counters)
  return { config, counters, places, writer: new CounterWriter(counters) }
}

describe("what tunnels counted", () => {
  it("is told once: later only of those that counted on", () => {
    const tunnels = new Map([
      ["t1", running(hub)],
      ["t2", running(line)],
    ])
    const counted = new CountedTunnels()
    const first = counted.answer(tunnels, 0)
    expect(first.running).toEqual(["t1", "t2"])
    expect(first.rows.map(({ id, peer }) => [id, peer])).toEqual([
      ["t1", undefined],
      ["t1", "first"],
      ["t1", "second"],
      ["t2", undefined],
    ])
    const second = counted.answer(tunnels, first.revision)
    expect(second).toEqual({ revision: first.revision + 1, rows: [] })
    tunnels.get("t1")?.writer.passed(0, 1, 3, 300)
    tunnels.get("t1")?.writer.dropped(1, 2, 1)
    const third = counted.answer(tunnels, second.revision)
    const values = [300, 0, 3, 0, 0, 1]
    const none = { roundTripMs: null, retransmissions: null }
    expect(third.rows).toEqual([
      { id: "t1", values, ...none },
      { id: "t1", values, ...none, peer: "second" },
    ])
    expect(counted.answer(tunnels, second.revision).rows).toEqual(third.rows) // one that was lost is told again
  })

  it("a round trip is each peer's on a hub, and the tunnel's own from point to point", () => {
    const tunnels = new Map([
      ["t1", running(hub)],
      ["t2", running(line)],
    ])
    const counted = new CountedTunnels()
    const { revision } = counted.answer(tunnels, 0)
    tunnels.get("t1")?.writer.roundTrip(0, 4)
    tunnels.get("t2")?.writer.roundTrip(0, 5)
    tunnels.get("t2")?.writer.retransmitted(0, 0)
    const { rows } = counted.answer(tunnels, revision)
    expect(rows.map(({ id, peer, roundTripMs, retransmissions }) => [id, peer, roundTripMs, retransmissions])).toEqual([
      ["t1", undefined, null, null],
      ["t1", "first", 4, null],
      ["t2", undefined, 5, 0],
    ])
  })

  it("one that stopped is missing from the list, one that began anew is told whole", () => {
    const tunnels = new Map([
      ["t1", running(hub)],
      ["t2", running(line)],
    ])
    const counted = new CountedTunnels()
    const first = counted.answer(tunnels, 0)
    tunnels.delete("t1")
    const second = counted.answer(tunnels, first.revision)
    expect(second).toMatchObject({ running: ["t2"], rows: [] })
    tunnels.set("t2", running(line))
    expect(counted.answer(tunnels, second.revision)).toMatchObject({ running: ["t2"], rows: [{ id: "t2" }] })
  })

  it("to a panel that knew another engine, everything is new", () => {
    const tunnels = new Map([["t2", running(line)]])
    const counted = new CountedTunnels()
    counted.answer(tunnels, 0)
    for (const since of [Date.now() - 86_400_000, Date.now() + 86_400_000]) {
      expect(counted.answer(tunnels, since)).toMatchObject({ running: ["t2"], rows: [{ id: "t2" }] })
    }
  })
})
