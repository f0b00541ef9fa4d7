import { faultSettings, type TunnelConfig } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { iperf, median } from "../testing/traffic.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  listening,
  makeInterface,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// The faults of a tunnel are what a person set, packet by packet, while it runs; off again, they are gone.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  // Nothing but what a test sends passes, so that all of it can be counted.
  for (const side of [lab.a, lab.b]) await side.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
  for (const [engine, side] of [
    [a, "a"],
    [b, "b"],
  ] as const)
    await makeInterface(engine, side, { mtu: 1400, addresses: [`${inner[side].v4}/24`] })
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

interface Pings {
  sent: number
  received: number
  duplicates: number
  times: number[]
}

/**
 * So many requests at once, and every answer that comes within a second. Sent one after another, ping would give up on the
 * last ones after two round trips, or an interval if that is longer.
 */
async function pings(count: number): Promise<Pings> {
  const args = ["-c", `${count}`, "-l", `${count}`, "-i", "1", "-W", "1", inner.b.v4]
  const { stdout } = await lab.a.exec("ping", args, { mayFail: true })
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0)
  return {
    sent: number(/(\d+) packets transmitted/),
    received: number(/(\d+) received/),
    duplicates: number(/\+(\d+) duplicates/),
    times: [...stdout.matchAll(/time=([\d.]+)/g)].map(([, time]) => Number(time)),
  }
}

// The injector stands before whatever carries the packets: one that takes trains, and one that does not.
const ways = carriers.filter(({ name }) => ["tcp trains", "udp"].includes(name))

describe.each(ways)("$name", (carrier) => {
  const start = (faults?: TunnelConfig["faults"]) =>
    a.call("tunnel.start", over(carrier, calling("a", "v4", faults === undefined ? {} : { faults })))
  beforeAll(async () => {
    await b.call("tunnel.start", over(carrier, listening("b")))
    await start()
    await answers(lab.a, inner.b.v4)
  })
  afterAll(async () => {
    for (const engine of [a, b]) await engine.call("tunnel.stop", { id: "t" })
  })

  it.each(["outbound", "inbound"] as const)(
    "of the pings a tenth is lost %s, each with its verdict",
    async (direction) => {
      const before = await dropsOf(a, "fault-injected")
      await start({ [direction]: faultSettings.parse({ lossPercent: 10 }) })
      const { sent, received } = await pings(300)
      await start()
      expect(sent).toBe(300)
      expect((await dropsOf(a, "fault-injected")) - before).toBe(sent - received)
      // Five standard deviations.
      expect(sent - received).toBeGreaterThan(30 - 26)
      expect(sent - received).toBeLessThan(30 + 26)
      expect(await pings(20)).toMatchObject({ received: 20 })
      expect((await tunnelOf(a)).stats.reconnects).toBe(0)
    },
  )

  it("50 ms of delay each way are in the round trip, and nothing is lost", async () => {
    const delayed = faultSettings.parse({ delayMs: 50 })
    const before = median((await pings(20)).times)
    await start({ outbound: delayed, inbound: delayed })
    const slow = await pings(20)
    await start()
    const after = median((await pings(20)).times)
    expect(slow.received).toBe(20)
    expect(Math.min(...slow.times)).toBeGreaterThanOrEqual(100)
    expect(median(slow.times) - before).toBeGreaterThan(95)
    expect(median(slow.times) - after).toBeGreaterThan(50)
  })

  it("duplicates come twice; what is corrupted is not taken by the other kernel, and the tunnel stands", async () => {
    await start({ outbound: faultSettings.parse({ duplicatePercent: 100 }) })
    const twice = await pings(20)
    await start({ outbound: faultSettings.parse({ corruptPercent: 100 }) })
    // The engine answers before its worker has read the change.
    await until(async () => (await pings(1)).received === 0, { what: "packets to be corrupted" })
    const spoilt = await pings(20)
    await start()
    await answers(lab.a, inner.b.v4)
    // It does not wait for the last one's second answer.
    expect(twice.received).toBe(20)
    expect(twice.duplicates).toBeGreaterThanOrEqual(19)
    expect(spoilt.received).toBe(0)
    expect(await pings(20)).toMatchObject({ received: 20, duplicates: 0 })
    expect(await tunnelOf(a)).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  })

  it("a rate is not exceeded, and what it costs is counted", async () => {
    const before = await dropsOf(a, "rate-limited")
    await start({ outbound: faultSettings.parse({ rateKbps: 5000 }) })
    // Datagrams: TCP may stay below the rate by itself, and then nothing is dropped.
    const flow = { from: lab.a, to: lab.b, host: inner.b.v4, seconds: 1, args: ["-u", "-b", "20M", "-l", "1000"] }
    const limited = await iperf(flow)
    await start()
    const free = await iperf(flow)
    expect(limited).toBeLessThan(6_000_000)
    expect(free).toBeGreaterThan(2 * limited)
    expect(await dropsOf(a, "rate-limited")).toBeGreaterThan(before)
  })
})
