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

it("keystrokes come back one by one, without waiting for more", () =>
  connected("tun", 1500, async () => {
    const listen = `TCP4-LISTEN:7100,bind=${inner.b.v4},reuseaddr`
    const echo = lab.b.spawn("socat", [listen, "EXEC:cat"])
    const isListening = async () => (await lab.b.exec("ss", ["-Hltn", "sport = :7100"])).stdout
    await until(isListening, { what: "socat to listen" })
    const typist = `
      const socket = require("node:net").connect(7100, "${inner.b.v4}")
      const times = []
      let at = performance.now()
      socket.setNoDelay(true)
      socket.on("connect", () => socket.write("a"))
      socket.on("data", () => {
        times.push(performance.now() - at)
        if (times.length === 100) return console.log(JSON.stringify(times)), socket.destroy()
        at = performance.now()
        socket.write("a")
      })`
    const { stdout } = await lab.a.exec(process.execPath, ["-e", typist])
    await echo.stop()
    const times: number[] = JSON.parse(stdout)
    console.log(`keystroke to echo: median ${median(times).toFixed(2)} ms`)
    expect(times).toHaveLength(100)
    expect((await tunnelOf(a)).stats.outbound.packets).toBeGreaterThan(100)
    // A delayed acknowledgement or Nagle's algorithm would cost 40 ms for each.
    expect(median(times)).toBeLessThan(20)
  }))
