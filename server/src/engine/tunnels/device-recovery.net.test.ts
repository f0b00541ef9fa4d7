import { readdir, readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { median } from "../testing/traffic.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  innerAddresses,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
  tunnelOf,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// The interface goes away, is held or is down, and comes back.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  await makeInterface(b, "b")
  await b.call("tunnel.start", listening("b"))
  await waitsForPeer(b)
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

const ip = (...args: string[]) => lab.a.exec("ip", args)
const openFiles = async () => (await readdir(`/proc/${a.running.pid}/fd`)).length

/** No more are open than before, once those are closed that are open for a moment. */
async function expectNoneLost(before: number): Promise<void> {
  await until(async () => (await openFiles()) <= before, { what: `no more than ${before} open files` })
}

/** proc_pid_stat(5): user and system time, in ticks of 10 ms. */
async function processorTicks(): Promise<number> {
  const stat = await readFile(`/proc/${a.running.pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return Number(fields[11]) + Number(fields[12])
}

async function expectNoSpinning(): Promise<void> {
  const before = await processorTicks()
  await sleep(1000) // the fact is about a second in which nothing happens
  expect(await processorTicks()).toBeLessThan(before + 20)
}

/** Made as `ip tuntap` does, and not managed by the engine. */
async function addByHand(name: string): Promise<void> {
  await ip("tuntap", "add", "dev", name, "mode", "tun")
  for (const address of innerAddresses("a")) await ip("address", "add", address, "dev", name)
  await ip("link", "set", name, "up")
}

it("deleted under traffic, it is made anew by the engine, and the tunnel carries on over the same connection", async () => {
  await makeInterface(a, "a")
  await a.call("tunnel.start", calling("a"))
  await answers(lab.b, inner.a.v4)
  const outages: number[] = []
  for (const port of ["5201", "5202", "5203"]) {
    const server = lab.b.spawn("iperf3", ["-s", "-1", "-B", inner.b.v4, "-p", port])
    const listens = async () => (await lab.b.exec("ss", ["-Hltn", `sport = :${port}`])).stdout
    await until(listens, { what: "iperf3 to listen", timeoutMs: 30_000 })
    const client = lab.a.spawn("iperf3", ["-c", inner.b.v4, "-p", port, "-t", "60"])
    const sent = (await tunnelOf(a)).stats.outbound.packets
    await until(async () => (await tunnelOf(a)).stats.outbound.packets > sent + 5000, {
      what: "traffic",
      timeoutMs: 30_000,
    })
    const deleted = performance.now()
    await ip("link", "delete", "tun0")
    await answers(lab.b, inner.a.v4)
    outages.push(performance.now() - deleted)
    await client.stop()
    await server.stop()
  }
  console.log(`deleted under traffic: forwards again after ${median(outages).toFixed(0)} ms (median)`)
  const { state, stats } = await tunnelOf(a)
  expect([state, stats.reconnects]).toEqual(["up", 0])
  expect(a.events).toContainEqual(expect.objectContaining({ text: "The interface tun0 was deleted." }))
  await expectNoSpinning()
  await a.call("tunnel.stop", { id: "t" })
  await a.call("interface.delete", { name: "tun0" })
})

it("deleted 20 times by someone else: told, attached to again, no descriptor lost, no spinning in between", async () => {
  await addByHand("hand0")
  await a.call("tunnel.start", calling("a", "v4", { interface: "hand0" }))
  await answers(lab.b, inner.a.v4)
  const before = await openFiles()
  for (let round = 0; round < 20; round++) {
    await ip("link", "delete", "hand0")
    const { reason } = await reaches(a, "failed")
    expect(reason?.code).toBe("interface-missing")
    if (round === 0) await expectNoSpinning()
    await addByHand("hand0")
    await reaches(a, "up")
  }
  await answers(lab.b, inner.a.v4)
  await expectNoneLost(before)
  await a.call("tunnel.stop", { id: "t" })
})

it("started and stopped 20 times: no descriptor lost", async () => {
  const config = calling("a", "v4", { interface: "hand0" })
  const cycle = async () => {
    await a.call("tunnel.start", config)
    await reaches(a, "up")
    await a.call("tunnel.stop", { id: "t" })
  }
  await cycle()
  const before = await openFiles()
  for (let round = 0; round < 20; round++) await cycle()
  await expectNoneLost(before)
})

it("held by another program: the reason names it, and the tunnel takes the interface when it is free", async () => {
  const holder = await startSimpletun(lab.a, { kind: "tun", name: "hand0", port: 4321 })
  await a.call("tunnel.start", calling("a", "v4", { interface: "hand0" }))
  const { reason } = await reaches(a, "failed")
  expect(reason).toMatchObject({
    code: "interface-held",
    detail: expect.stringMatching(/^hand0 is held by /),
  })
  await holder.stop()
  await reaches(a, "up")
  await answers(lab.b, inner.a.v4)
})

it("set down: what comes is dropped as link-down, and delivered again when it is up", async () => {
  await ip("link", "set", "hand0", "down")
  const isDropped = async () => {
    await lab.b.exec("ping", ["-c", "1", "-W", "1", inner.a.v4], { mayFail: true })
    return (await dropsOf(a, "link-down")) > 0
  }
  await until(isDropped, { what: "a packet to be dropped" })
  expect((await tunnelOf(a)).state).toBe("up")
  await ip("link", "set", "hand0", "up")
  await ip("address", "replace", innerAddresses("a")[0] ?? "", "dev", "hand0")
  await answers(lab.b, inner.a.v4)
  expect(await tunnelOf(a)).toMatchObject({ state: "up", stats: { reconnects: 0 } })
})
