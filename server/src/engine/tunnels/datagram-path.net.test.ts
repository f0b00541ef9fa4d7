import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { startFlow } from "../testing/live-flow.ts"
import { residentMemory } from "../testing/resident-memory.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  kernelCounts,
  listening,
  makeInterface,
  ping,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// What the path of datagrams does to them: it refuses them, or is too narrow.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  // On one core there is one worker, which an honest tunnel shares with the one that is looked at.
  a = await startEngineProcess(lab.a, { wrapper: ["taskset", "--cpu-list", "0"], collectGarbage: true })
  b = await startEngineProcess(lab.b)
  for (const [engine, side, end] of [
    [b, "b", listening],
    [a, "a", calling],
  ] as const) {
    const addresses = [`10.79.0.${side === "a" ? 1 : 2}/24`]
    await makeInterface(engine, side, { name: "honest0", addresses })
    await engine.call("tunnel.start", end(side, "v4", { id: "honest", interface: "honest0" }, 7777))
  }
  await reaches(a, "up", { id: "honest" })
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

const wireMtu = async (mtu: number) => {
  for (const side of [lab.a, lab.b]) await side.exec("ip", ["link", "set", "veth0", "mtu", `${mtu}`])
}

const ways = carriers
  .filter(({ transport }) => transport.kind !== "tcp")
  .flatMap((carrier) => (["v4", "v6"] as const).map((family) => ({ carrier, family })))

describe.each(ways.map((way) => ({ ...way, name: `${way.carrier.name} over IP${way.family}` })))("$name", (way) => {
  const { carrier, family } = way
  const start = (engine: EngineProcess, side: Side) =>
    engine.call("tunnel.start", over(carrier, (side === "a" ? calling : listening)(side, family)))
  const make = async (mtu: number) => {
    for (const [engine, side] of [
      [a, "a"],
      [b, "b"],
    ] as const)
      await makeInterface(engine, side, { mtu })
  }
  afterEach(async () => {
    expect(await ping(lab.a, "10.79.0.2")).toBe(3)
    for (const engine of [a, b]) {
      if ((await engine.call("tunnel.list", null)).some(({ id }) => id === "t"))
        await engine.call("tunnel.stop", { id: "t" })
      await engine.call("interface.delete", { name: "tun0" })
    }
  })

  it("nothing listens: every packet has its verdict, nothing grows, and the peer is there when it comes", async () => {
    await make(1400)
    await start(a, "a")
    const events = a.events.length
    // As many errors as the peer's host cares to send.
    const packets = Buffer.alloc(1000 * 3000)
    const storm = () => lab.a.exec("socat", ["-u", "-b", "1000", "STDIN", `UDP4:${inner.b.v4}:9`], { input: packets })
    await lab.b.exec("sysctl", ["-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"])
    await storm()
    const before = await residentMemory(a.running.pid)
    await storm()
    expect((await residentMemory(a.running.pid)) - before).toBeLessThan(16 * 1024 * 1024)
    const isExact = async () => {
      const { outbound } = (await tunnelOf(a)).stats
      expect(outbound.packets + outbound.dropped).toBe((await kernelCounts(lab.a, "tun0")).tx.packets)
      return true
    }
    await until(isExact, { what: "each packet to have a verdict" })
    expect((await tunnelOf(a)).state).toBe("connecting")
    expect(a.events.length - events).toBeLessThan(25)
    await start(b, "b")
    await reaches(a, "up")
    await answers(lab.a, inner.b.v4)
  })

  it("packets that the wire cannot take go in fragments, up to a datagram's length", async () => {
    await make(65_400)
    await start(b, "b")
    await start(a, "a")
    await answers(lab.a, inner.b.v4)
    expect(await ping(lab.a, inner.b.v4, "-M", "do", "-s", `${65_000 - 28}`)).toBe(3)
    const { sent, received } = await transfer({ from: lab.a, to: lab.b, host: inner.b.v4, chunks: 10 })
    expect(received).toEqual(sent)
    expect(await dropsOf(a, "above-path-mtu")).toBe(0)
    const isWarned = () => a.events.some(({ text }) => text.includes("The MTU of tun0 is 65400"))
    await until(isWarned, { what: "word of the MTU" })
  })

  it("packets longer than a datagram can be are dropped as that", async () => {
    await make(65_535)
    await start(b, "b")
    await start(a, "a")
    await answers(lab.a, inner.b.v4)
    expect(await ping(lab.a, inner.b.v4, "-M", "do", "-s", `${65_535 - 28}`, "-W", "1")).toBe(0)
    await until(async () => (await dropsOf(a, "above-path-mtu")) >= 3, { what: "three drops" })
    expect(await dropsOf(a, "above-path-mtu")).toBe(3)
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
  })
})

it("a path that becomes narrower, and wider, under traffic is noticed: the traffic goes on, and the fit is told", async () => {
  const tunnels = ways.map((way, i) => ({ ...way, id: `path${i}`, port: 6000 + i, network: `10.80.${i}` }))
  for (const { carrier, family, id, port, network } of tunnels) {
    for (const [engine, side, end] of [
      [b, "b", listening],
      [a, "a", calling],
    ] as const) {
      const addresses = [`${network}.${side === "a" ? 1 : 2}/24`]
      await makeInterface(engine, side, { name: id, mtu: 1400, addresses })
      await engine.call("tunnel.start", over(carrier, end(side, family, { id, interface: id }, port)))
    }
    await answers(lab.a, `${network}.2`)
  }
  const fits = () => Promise.all(tunnels.map(async ({ id }) => (await tunnelOf(a, id)).largestPacket ?? Number.NaN))
  const wide = await fits()
  await using flows = new AsyncDisposableStack()
  const running = await Promise.all(
    tunnels.map(async ({ network }, i) => flows.use(await startFlow(lab.a, lab.b, `${network}.2`, 7200 + i))),
  )
  for (const [mtu, change] of [
    [1500, 0],
    [1300, -200],
    [1500, 0],
  ] as const) {
    await wireMtu(mtu)
    for (const flow of running) await flow.carries(500_000)
    const isTold = async () => (await fits()).every((fit, i) => fit === (wide[i] ?? 0) + change)
    await until(isTold, { what: `the path of ${mtu} bytes to be told`, timeoutMs: 20_000 })
    for (const flow of running) await flow.carries(500_000)
  }
  for (const flow of running) {
    const { sent, received } = await flow.end()
    expect(received).toBe(sent)
  }
})
