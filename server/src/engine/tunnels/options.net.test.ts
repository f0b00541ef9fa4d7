import { formatEndpoint } from "@tundeck/shared"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../../testing/links.ts"
import { transfer } from "../../../../testing/transfer.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { countLeaving, leftSince } from "../testing/marked.ts"
import {
  answers,
  calling,
  createTunnelLab,
  type Family,
  inner,
  listening,
  makeInterface,
  outer,
  ping,
  type TunnelLab,
  tunnelOf,
  tunnelPort,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// What a tunnel can ask of the sockets that carry it, over two wires.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  const v6 = ["fd18::1/64", "fd18::2/64"] as const
  await connectByVeth(lab.a, lab.b, { v4: ["10.18.0.1/24", "10.18.0.2/24"], v6, name: "veth1" })
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  for (const [engine, side] of [
    [a, "a"],
    [b, "b"],
  ] as const)
    await makeInterface(engine, side, { mtu: 1400 })
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

/** Addresses of the second wire, which no route needs. */
const second = { a: { v4: "10.18.0.1", v6: "fd18::1" }, b: { v4: "10.18.0.2", v6: "fd18::2" } } as const

type Options = Partial<ReturnType<typeof calling>["transport"]>

const ways = carriers.flatMap((carrier) => (["v4", "v6"] as const).map((family: Family) => ({ carrier, family })))

describe.each(ways.map((way) => ({ ...way, name: `${way.carrier.name} over IP${way.family}` })))("$name", (way) => {
  const { carrier, family } = way
  const start = async (caller: Options, listener: Options = {}, port = tunnelPort) => {
    const config = (end: typeof calling, side: "a" | "b", options: Options) => {
      const { transport, ...rest } = over(carrier, end(side, family, {}, port))
      return { ...rest, transport: { ...transport, ...options } }
    }
    await b.call("tunnel.start", config(listening, "b", listener))
    // A call before that is refused by the kernel, with a segment that bears no mark.
    await waitsForPeer(b)
    await a.call("tunnel.start", config(calling, "a", caller))
    await answers(lab.a, inner.b.v4)
  }
  const isEcho = carrier.transport.kind === "icmp"
  /** By the tunnel over `port`, which no other one used: its connections may say a last word. */
  const countWhatIsSent = async (port: number, bears: string) => {
    const echo = `oifname "veth*" ${family === "v4" ? "icmp" : "icmpv6"} type echo`
    await countLeaving(lab.a, isEcho ? `${echo}-request` : `th dport ${port}`, bears)
    await countLeaving(lab.b, isEcho ? `${echo}-reply` : `th sport ${port}`, bears)
  }
  const expectAllToBearIt = async () => {
    const [fromA, fromB] = [await leftSince(lab.a), await leftSince(lab.b)]
    expect(fromA.matching).toBeGreaterThan(0)
    expect(fromB.matching).toBeGreaterThan(0)
    expect(fromA.others).toBe(0)
    // The kernel answers echo requests by itself, too.
    if (!isEcho) expect(fromB.others).toBe(0)
  }
  afterEach(async () => {
    for (const engine of [a, b]) await engine.call("tunnel.stop", { id: "t" })
  })

  it("who listens everywhere answers from where it was called", async () => {
    const host = { v4: "10.8.0.200", v6: "fd08::200" }[family]
    // A deprecated address is never the kernel's own choice.
    const change = async (verb: "add" | "delete") => {
      const more = verb === "add" && family === "v6" ? ["preferred_lft", "0", "nodad"] : []
      await lab.b.exec("ip", ["address", verb, `${host}/${family === "v4" ? 24 : 64}`, "dev", "veth0", ...more])
    }
    await change("add")
    // [::] hears IPv4 callers, too, but for ICMP, of which each version of IP has its own.
    const any = carrier.transport.kind === "icmp" && family === "v4" ? "0.0.0.0" : "::"
    const [connect, listen] = [host, any].map((host) => formatEndpoint({ host, port: tunnelPort }))
    await start({ connect }, { listen })
    expect((await tunnelOf(a)).remote).toBe(connect)
    expect((await tunnelOf(b)).remote).toContain(outer.a[family])
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
    for (const [from, to, host] of [
      [lab.a, lab.b, inner.b.v4],
      [lab.b, lab.a, inner.a.v4],
    ] as const) {
      const { sent, received } = await transfer({ from, to, host, chunks: 2 })
      expect(received).toEqual(sent)
    }
    await change("delete")
  })

  it("sourceAddress: it calls from there", async () => {
    // Not what the kernel would choose.
    const sourceAddress = second.a[family]
    await lab.b.exec("ip", ["route", "replace", sourceAddress, "via", outer.a[family], "dev", "veth0"])
    await start({ sourceAddress }, { peer: sourceAddress })
    expect((await tunnelOf(b)).remote).toContain(sourceAddress)
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
    await lab.b.exec("ip", ["route", "delete", sourceAddress, "via", outer.a[family], "dev", "veth0"])
  })

  it("sourceInterface: it goes over that wire, at either end, whatever the routes say", async () => {
    for (const side of ["a", "b"] as const) {
      const route = [second[side === "a" ? "b" : "a"][family], "via", outer[side === "a" ? "b" : "a"][family]]
      await lab[side].exec("ip", ["route", "replace", ...route, "dev", "veth0"])
    }
    const wanted = { sourceInterface: "veth1" }
    const port = 6002
    const endpoint = formatEndpoint({ host: second.b[family], port })
    await countWhatIsSent(port, "oifname veth1")
    await start({ ...wanted, connect: endpoint }, { ...wanted, listen: endpoint, peer: second.a[family] })
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
    await expectAllToBearIt()
    for (const side of ["a", "b"] as const) {
      await lab[side].exec("ip", ["route", "delete", second[side === "a" ? "b" : "a"][family], "dev", "veth0"])
    }
  })

  it.each([
    { option: "firewallMark", options: { firewallMark: 0x77 }, bears: "meta mark 0x77", port: 6000 },
    { option: "dscp", options: { dscp: 46 }, bears: `${family === "v4" ? "ip" : "ip6"} dscp 46`, port: 6001 },
  ])("$option: all that is sent bears it, at either end", async ({ options, bears, port }) => {
    await countWhatIsSent(port, bears)
    await start(options, options, port)
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
    await expectAllToBearIt()
  })
})
