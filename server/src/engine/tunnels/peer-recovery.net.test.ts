import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { median } from "../testing/traffic.ts"
import {
  answers,
  calling,
  createTunnelLab,
  listening,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  tunnelOf,
  tunnelPort,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// The peer, or the road to it, goes away and comes back.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  await makeInterface(a, "a")
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

describe("a peer killed and started again, 20 times", () => {
  it.concurrent.each([
    { role: "calling", number: 1 },
    { role: "listening", number: 2 },
  ] as const)("$role: is connected with again each time", { timeout: 120_000 }, async ({ role, number }) => {
    const port = tunnelPort + number
    const name = await makeInterface(a, "a", { name: role, addresses: [`10.7${number}.0.1/24`] })
    const config = (role === "calling" ? calling : listening)("a", "v4", { id: role, interface: name }, port)
    const startPeer = () =>
      startSimpletun(lab.b, {
        kind: "tun",
        name,
        port,
        addresses: [`10.7${number}.0.2/24`],
        noDelay: true,
        ...(role === "listening" ? { connect: outer.a.v4 } : {}),
      })
    const stateOf = async () => (await tunnelOf(a, role)).state
    await a.call("tunnel.start", config)
    if (role === "listening") await waitsForPeer(a, role)
    const waits: number[] = []
    let peer = await startPeer()
    await reaches(a, "up", { id: role })
    for (let round = 0; round < 20; round++) {
      // It has stood for more than a second when it is killed.
      await lab.a.exec("ping", ["-c", "12", "-i", "0.1", "-w", "10", `10.7${number}.0.2`])
      peer.signal("SIGKILL")
      await until(async () => (await stateOf()) === "reconnecting", { what: "the loss to be noticed" })
      await until(() => peer.exited, { what: "its end, with which it lets go of its interface" })
      peer = await startPeer()
      const returned = performance.now()
      await until(async () => (await stateOf()) === "up", { what: "the tunnel to be up", intervalMs: 5 })
      waits.push(performance.now() - returned)
    }
    await answers(lab.a, `10.7${number}.0.2`)
    const most = Math.max(...waits).toFixed(0)
    console.log(`${role}: up ${median(waits).toFixed(0)} ms after the peer's return (median), ${most} ms at most`)
    expect(await tunnelOf(a, role)).toMatchObject({ state: "up", stats: { reconnects: 20 } })
    await a.call("tunnel.stop", { id: role })
  })
})

it("a road that swallows everything is noticed, idle or busy, on both sides, and used again when it is back", async () => {
  const ids = ["idle", "busy"] as const
  for (const [number, id] of ids.entries()) {
    for (const [engine, side] of [
      [a, "a"],
      [b, "b"],
    ] as const) {
      const addresses = [`10.8${number}.0.${side === "a" ? 1 : 2}/24`]
      const name = await makeInterface(engine, side, { name: `${id}0`, addresses })
      const config = (side === "a" ? calling : listening)(side, "v4", { id, interface: name }, tunnelPort + 1 + number)
      await engine.call("tunnel.start", config)
    }
  }
  for (const id of ids) await reaches(a, "up", { id })
  const ping = lab.a.spawn("ping", ["-i", "0.1", "10.81.0.2"])
  await lab.b.exec("nft", ["-f", "-"], {
    input: `table inet swallow {
      chain in { type filter hook input priority 0; iif veth0 drop; }
      chain out { type filter hook output priority 0; oif veth0 drop; }
    }`,
  })
  const cut = performance.now()
  const noticed = await Promise.all(
    [a, b].flatMap((engine) =>
      ids.map(async (id) => {
        const hasNoticed = async () => (await tunnelOf(engine, id)).state === "reconnecting"
        await until(hasNoticed, { what: `${id} to leave up`, timeoutMs: 20_000, intervalMs: 100 })
        return `${engine === a ? "caller" : "listener"} ${id} ${((performance.now() - cut) / 1000).toFixed(1)} s`
      }),
    ),
  )
  const told = a.events.filter(({ text }) => text.includes("stopped answering")).map(({ subject }) => subject)
  expect(told).toEqual(expect.arrayContaining(["tunnel busy", "tunnel idle"]))
  await lab.b.exec("nft", ["delete", "table", "inet", "swallow"])
  const healed = performance.now()
  for (const id of ids) for (const engine of [a, b]) await reaches(engine, "up", { id, timeoutMs: 15_000 })
  console.log(`noticed: ${noticed.join(", ")}; back after ${((performance.now() - healed) / 1000).toFixed(1)} s`)
  await answers(lab.a, "10.80.0.2", "10.81.0.2")
  await ping.stop()
  for (const engine of [a, b]) for (const id of ids) await engine.call("tunnel.stop", { id })
})

it("a port in use is named, and taken when it is free", async () => {
  const other = lab.a.spawn("socat", [`TCP4-LISTEN:${tunnelPort},reuseaddr,fork`, "STDOUT"])
  const isListening = async () => (await lab.a.exec("ss", ["-Hltn", `sport = :${tunnelPort}`])).stdout
  await until(isListening, { what: "socat to listen" })
  await a.call("tunnel.start", listening("a"))
  const { reason } = await reaches(a, "failed")
  expect(reason).toMatchObject({
    code: "port-in-use",
    detail: expect.stringContaining(`Another program listens on ${outer.a.v4}:${tunnelPort}`),
  })
  await other.stop()
  await waitsForPeer(a)
  expect(await tunnelOf(a)).toMatchObject({ state: "connecting" })
  await a.call("tunnel.stop", { id: "t" })
})

it.each([
  { family: "v4", address: "10.8.0.77", listen: `10.8.0.77:${tunnelPort}`, prefix: 24 },
  { family: "v6", address: "fd08::77", listen: `[fd08::77]:${tunnelPort}`, prefix: 64 },
] as const)("an address that is not this host's is named, and listened on when it is ($listen)", async (row) => {
  const config = listening("a", row.family)
  await a.call("tunnel.start", { ...config, transport: { ...config.transport, listen: row.listen } })
  const { reason } = await reaches(a, "failed")
  expect(reason).toMatchObject({
    code: "address-not-local",
    detail: expect.stringContaining(`${row.listen} is no address of this host`),
  })
  const nodad = row.family === "v6" ? ["nodad"] : []
  await lab.a.exec("ip", ["address", "add", `${row.address}/${row.prefix}`, "dev", "veth0", ...nodad])
  await waitsForPeer(a)
  await a.call("tunnel.stop", { id: "t" })
})

it("nobody listens, or there is no road: the reason says which", async () => {
  await a.call("tunnel.start", calling("a", "v4", {}, 9))
  await until(async () => (await tunnelOf(a)).reason?.code === "connection-refused", { what: "the refusal" })
  const config = calling("a")
  await a.call("tunnel.start", { ...config, transport: { kind: "tcp", connect: "198.51.100.1:55555" } })
  await until(async () => (await tunnelOf(a)).reason?.code === "peer-unreachable", { what: "no route to be told" })
  expect(await tunnelOf(a)).toMatchObject({ state: "connecting" })
  await a.call("tunnel.stop", { id: "t" })
})
