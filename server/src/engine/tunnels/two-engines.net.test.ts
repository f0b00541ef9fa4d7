import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { iperf, median } from "../testing/traffic.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  innerAddresses,
  listening,
  makeInterface,
  ping,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"
import { UdpEnd } from "../testing/udp-end.ts"

// Two engines with each other, as two hosts of ours are.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

async function connected<T>(kind: "tun" | "tap", mtu: number, use: () => Promise<T>): Promise<T> {
  // IPv6 needs an MTU of 1280.
  const addresses = (side: Side) => innerAddresses(side).filter((address) => mtu >= 1280 || !address.includes(":"))
  await makeInterface(a, "a", { kind, mtu, name: "net0", addresses: addresses("a") })
  await makeInterface(b, "b", { kind, mtu, name: "net0", addresses: addresses("b") })
  await b.call("tunnel.start", listening("b", "v6", { interface: "net0" }))
  await a.call("tunnel.start", calling("a", "v6", { interface: "net0" }))
  try {
    await reaches(a, "up")
    await reaches(b, "up")
    await answers(lab.a, inner.b.v4)
    return await use()
  } finally {
    for (const engine of [a, b]) {
      await engine.call("tunnel.stop", { id: "t" })
      await engine.call("interface.delete", { name: "net0" })
    }
  }
}

describe.each(["tun", "tap"] as const)("%s", (kind) => {
  it("ping and iperf3 pass both ways, over IPv4 and IPv6 inside, and each side's counters are the other's", () =>
    connected(kind, 1500, async () => {
      await answers(lab.a, inner.b.v6)
      expect(await ping(lab.a, inner.b.v6)).toBe(3)
      expect(await ping(lab.b, inner.a.v4)).toBe(3)
      for (const host of [inner.b.v4, inner.b.v6]) {
        for (const reverse of [false, true]) {
          const rate = await iperf({ from: lab.a, to: lab.b, host, reverse, seconds: 1 })
          expect(rate).toBeGreaterThan(1_000_000)
        }
      }
      const agree = async () => {
        const [ours, theirs] = [(await tunnelOf(a)).stats, (await tunnelOf(b)).stats]
        expect(ours.inbound.packets).toBe(theirs.outbound.packets)
        expect(ours.outbound.packets).toBe(theirs.inbound.packets)
        expect(ours.inbound.bytes).toBe(theirs.outbound.bytes)
        expect(ours.outbound.bytes).toBe(theirs.inbound.bytes)
        return true
      }
      await until(agree, { what: "the counters to agree" })
    }))

  it.each([576, 1280, 1982])("MTU %i: 5 MB arrive as they were sent", (mtu) =>
    connected(kind, mtu, async () => {
      const there = await transfer({ from: lab.a, to: lab.b, host: inner.b.v4, chunks: 5 })
      expect(there.received).toEqual(there.sent)
      expect(there.sent).toHaveLength(5)
      expect(await ping(lab.b, inner.a.v4, "-M", "do", "-s", `${mtu - 28}`)).toBe(3)
      expect(await dropsOf(a, "frame-too-long")).toBe(0)
    }),
  )

  it("MTU above 2000: what a simpletun peer cannot take is dropped and counted, the rest passes", () =>
    connected(kind, 4000, async () => {
      const header = kind === "tap" ? 14 : 0
      const before = await dropsOf(a, "frame-too-long")
      expect(await ping(lab.a, inner.b.v4, "-M", "do", "-s", `${2001 - header - 28}`, "-W", "1")).toBe(0)
      await until(async () => (await dropsOf(a, "frame-too-long")) === before + 3, { what: "the three to be dropped" })
      expect(await ping(lab.a, inner.b.v4, "-M", "do", "-s", `${2000 - header - 28}`)).toBe(3)
      const isSaid = () => a.events.some(({ text }) => text.includes("The MTU of net0 is 4000"))
      await until(isSaid, { what: "the event" })
    }))
})

it("a small packet does not wait until the one before is acknowledged", () =>
  connected("tun", 1500, async () => {
    const port = 7100
    using typist = new UdpEnd(lab.a, inner.a.v4, { address: inner.b.v4, port }, port)
    using screen = new UdpEnd(lab.b, inner.b.v4, { address: inner.a.v4, port }, port)
    const passes = async (from: UdpEnd, to: UdpEnd) => {
      const at = performance.now()
      from.send(Buffer.from("a"))
      await until(() => to.received().length > 0, { what: "a keystroke", intervalMs: 1 })
      return performance.now() - at
    }
    const times: number[] = []
    for (let i = 0; i < 50; i++) {
      // After some answers the kernel expects one each time, to acknowledge with it, and waits 40 ms for it.
      for (let j = 0; j < 4; j++) {
        await passes(typist, screen)
        await passes(screen, typist)
      }
      await passes(typist, screen)
      times.push(await passes(typist, screen)) // so long would Nagle's algorithm hold it back
    }
    console.log(`from key to screen: median ${median(times).toFixed(2)} ms`)
    expect(median(times)).toBeLessThan(20)
  }))
