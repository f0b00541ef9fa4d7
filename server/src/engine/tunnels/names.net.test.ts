import { afterAll, beforeAll, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { oneOfEach, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { createHostsFile, type HostsFile } from "../testing/hosts-file.ts"
import {
  answers,
  calling,
  createTunnelLab,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// A peer that is called by its name, which may lead elsewhere tomorrow. Each test has a tunnel and a name of its own.

/**
 * Of the peer's host, beside its own; nobody's; and one where all is dropped. The resolver puts first what has most in
 * common with 10.8.0.1 (RFC 6724, rule 9).
 */
const [own, other, nobody, silent] = ["10.8.0.2", "10.8.0.200", "10.8.0.7", "10.8.0.4"] as const

/** Each waits up to three quarters of a minute, twice at most. */
const timeout = 120_000

let lab: TunnelLab
let hosts: HostsFile
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  hosts = await createHostsFile()
  a = await startEngineProcess(lab.a, { wrapper: hosts.wrapper })
  b = await startEngineProcess(lab.b)
  for (const address of [other, silent]) await lab.b.exec("ip", ["address", "add", `${address}/24`, "dev", "veth0"])
  const input = `table inet silent { chain in { type filter hook prerouting priority raw; ip daddr ${silent} drop; }; }`
  await lab.b.exec("nft", ["-f", "-"], { input })
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await hosts?.[Symbol.asyncDispose]()
  await lab?.[Symbol.asyncDispose]()
})

/** A tunnel whose ends are not up yet. */
async function prepare({ transport }: (typeof oneOfEach)[number], number: number) {
  const id = `name${number}`
  for (const [engine, side] of [
    [a, "a"],
    [b, "b"],
  ] as const) {
    const addresses = [`10.91.${number}.${side === "a" ? 1 : 2}/24`]
    await makeInterface(engine, side, { name: id, mtu: 1400, addresses })
  }
  const name = `${id}.test`
  const port = 6000 + number
  const start = (engine: EngineProcess, config: ReturnType<typeof calling>, at: Partial<typeof config.transport>) =>
    engine.call("tunnel.start", over({ transport }, { ...config, transport: { ...config.transport, ...at } }))
  return {
    leadsTo: (...addresses: string[]) => hosts.set(name, ...addresses),
    call: () => start(a, calling("a", "v4", { id, interface: id }), { connect: `${name}:${port}` }),
    listen: (address: string) =>
      start(b, listening("b", "v4", { id, interface: id }), { listen: `${address}:${port}` }),
    status: () => tunnelOf(a, id),
    isUpAt: async (address: string) => {
      const { remote } = await reaches(a, "up", { id, timeoutMs: 45_000 })
      expect(remote?.split(":")[0]).toBe(address)
      await answers(lab.a, `10.91.${number}.2`)
    },
    stopListening: () => b.call("tunnel.stop", { id }),
  }
}

it.concurrent.each(oneOfEach.map((way, i) => ({ ...way, number: i })))(
  "$name: a name that has no address yet is told, and called when it has one",
  { timeout },
  async ({ number, ...way }) => {
    const tunnel = await prepare(way, number)
    await tunnel.listen(own)
    await tunnel.call()
    await until(async () => (await tunnel.status()).reason?.code === "name-not-found", { what: "it to be told" })
    await tunnel.leadsTo(own)
    await tunnel.isUpAt(own)
  },
)

it.concurrent.each(oneOfEach.map((way, i) => ({ ...way, number: 10 + i })))(
  "$name: a name that moves while the tunnel stands is followed",
  { timeout },
  async ({ number, ...way }) => {
    const tunnel = await prepare(way, number)
    await tunnel.leadsTo(own)
    await tunnel.listen(own)
    await tunnel.call()
    await tunnel.isUpAt(own)
    await tunnel.stopListening()
    await tunnel.leadsTo(other)
    await tunnel.listen(other)
    const hasMoved = async () => (await tunnel.status()).remote?.startsWith(`${other}:`)
    await until(hasMoved, { what: "it to be up at its new address", timeoutMs: 45_000 })
    await tunnel.isUpAt(other)
  },
)

const firsts = [
  { where: "where nobody is", first: nobody },
  { where: "that swallows everything", first: silent },
  { where: "where nothing listens", first: own },
] as const

it.concurrent.each(
  oneOfEach.flatMap((way, i) => firsts.map((first, j) => ({ ...way, ...first, number: 20 + 10 * i + j }))),
)(
  "$name: of a name's two addresses, the first one $where, the other is found",
  { timeout },
  async ({ number, first, ...way }) => {
    const tunnel = await prepare(way, number)
    await tunnel.leadsTo(first, other)
    await tunnel.listen(other)
    await tunnel.call()
    await tunnel.isUpAt(other)
  },
)
