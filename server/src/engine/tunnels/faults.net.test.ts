import { join } from "node:path"
import { faultSettings, type TunnelConfig } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { iperf } from "../testing/traffic.ts"
import {
  answers,
  calling,
  changeTunnel,
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
  received: number
  duplicates: number
  times: number[]
}

/**
 * So many requests at once. Ping gives up on what is not answered after two round trips, or an interval, which is longer; and
 * after a second when nothing is.
 */
function atOnce(count: number): string[] {
  return ["-c", `${count}`, "-l", `${count}`, "-i", "20", "-W", "1", inner.b.v4]
}

async function pings(count: number): Promise<Pings> {
  const { stdout } = await lab.a.exec("ping", atOnce(count), { mayFail: true })
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0)
  return {
    received: number(/(\d+) received/),
    duplicates: number(/\+(\d+) duplicates/),
    times: [...stdout.matchAll(/time=([\d.]+)/g)].map(([, time]) => Number(time)),
  }
}

/** How many of three hundred requests are answered, when the others are lost. Ping's socket has no room for as many answers at once. */
async function answeredOf300(lost: () => Promise<number>): Promise<number> {
  await using directory = await temporaryDirectory()
  const logFile = join(directory.path, "ping")
  let answered = 0
  for (const sent of [100, 200, 300]) {
    const ping = lab.a.spawn("ping", atOnce(100), { logFile })
    const isOver = async () => {
      answered = ping.output().match(/time=/g)?.length ?? 0
      return answered + (await lost()) >= sent
    }
    await until(isOver, { what: `each of ${sent} requests to be answered or lost`, timeoutMs: 30_000 })
    await ping.stop()
  }
  return answered
}

// The injector stands before whatever carries the packets: one that takes trains, and one that does not.
const ways = carriers.filter(({ name }) => ["tcp trains", "udp"].includes(name))

describe.each(ways)("$name", (carrier) => {
  const start = (faults?: TunnelConfig["faults"]) =>
    changeTunnel(a, over(carrier, calling("a", "v4", faults === undefined ? {} : { faults })))
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
      const lost = async () => (await dropsOf(a, "fault-injected")) - before
      await start({ [direction]: faultSettings.parse({ lossPercent: 10 }) })
      const received = await answeredOf300(lost)
      await start()
      expect(await lost()).toBe(300 - received)
      // Five standard deviations.
      expect(await lost()).toBeGreaterThan(30 - 26)
      expect(await lost()).toBeLessThan(30 + 26)
      expect(await pings(20)).toMatchObject({ received: 20 })
      expect((await tunnelOf(a)).stats.reconnects).toBe(0)
    },
  )

  it("50 ms of delay each way are in the round trip, and nothing is lost", async () => {
    const delayed = faultSettings.parse({ delayMs: 50 })
    const isFast = async () => Math.min(...(await pings(20)).times) < 100
    await until(isFast, { what: "a round trip without delay", timeoutMs: 30_000 })
    await start({ outbound: delayed, inbound: delayed })
    const slow = await pings(20)
    await start()
    expect(slow.received).toBe(20)
    expect(Math.min(...slow.times)).toBeGreaterThanOrEqual(100)
    await until(isFast, { what: "a round trip without delay again", timeoutMs: 30_000 })
  })

  it("duplicates come twice; what is corrupted is not taken by the other kernel, and the tunnel stands", async () => {
    await start({ outbound: faultSettings.parse({ duplicatePercent: 100 }) })
    const twice = await pings(20)
    await start({ outbound: faultSettings.parse({ corruptPercent: 100 }) })
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
    const passed = async () => (await tunnelOf(a)).stats.outbound.bytes * 8
    const dropped = () => dropsOf(a, "rate-limited")
    // Datagrams: TCP may stay below the rate by itself, and then nothing is dropped.
    const flow = { from: lab.a, to: lab.b, host: inner.b.v4, seconds: 1, args: ["-u", "-b", "20M", "-l", "1000"] }
    await start({ outbound: faultSettings.parse({ rateKbps: 5000 }) })
    const [begun, passedBefore, droppedBefore] = [performance.now(), await passed(), await dropped()]
    await iperf(flow)
    const bits = (await passed()) - passedBefore
    expect(bits).toBeLessThan(5_500 * (performance.now() - begun))
    expect(await dropped()).toBeGreaterThan(droppedBefore)
    await start()
    const droppedThen = await dropped()
    await iperf(flow)
    expect(await dropped()).toBe(droppedThen)
  })
})
