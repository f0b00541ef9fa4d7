import type { TunnelConfig } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { startEngineProcess } from "../testing/engine-process.ts"
import { answers, dropsOf, makeInterface, ping, reaches, tunnelOf } from "../testing/tunnel-lab.ts"

// A new interface is proved end to end on one machine, with no peer: by the kernel's own ping, neighbour tables and UDP.

let host: Namespace
beforeEach(async () => {
  host = await createNamespace("host")
  await host.exec("sysctl", ["-qw", "net.ipv6.conf.default.accept_dad=0"])
})
afterEach(() => host.delete())

function responder(over: string, change: Partial<TunnelConfig["transport"]> = {}): TunnelConfig {
  const transport = { kind: "responder", ...change } as const
  return { id: "t", name: "t", interface: over, transport, security: { kind: "none" }, autostart: false }
}

/** What a UDP echo server sends back, in one datagram. */
async function echoed(target: string, text: string): Promise<string> {
  const script = `
    const socket = require("node:dgram").createSocket("${target.includes(":") ? "udp6" : "udp4"}")
    socket.on("message", (bytes) => { process.stdout.write(bytes); socket.close() })
    socket.send("${text}", 7, "${target}")`
  const { stdout } = await host.exec(process.execPath, ["-e", script], { timeoutMs: 20_000 })
  return stdout
}

describe.each(["tun", "tap"] as const)("over %s", (kind) => {
  it("every neighbour answers ping, of both IP versions, and UDP echo; this host's own address stays its own", async () => {
    await using engine = await startEngineProcess(host)
    const over = await makeInterface(engine, "a", { kind })
    await engine.call("tunnel.start", responder(over))
    await reaches(engine, "up")
    await answers(host, "10.77.0.2", "fd77::2")
    expect(await ping(host, "10.77.0.254", "-s", "1400")).toBe(3)
    expect(await ping(host, "fd77::1234:5678", "-s", "1400")).toBe(3)
    expect(await echoed("10.77.0.9", "hello")).toBe("hello")
    expect(await echoed("fd77::9", "hello over IPv6")).toBe("hello over IPv6")

    const areEqual = async () => {
      const { stats } = await tunnelOf(engine)
      return stats.inbound.packets === stats.outbound.packets
    }
    await until(areEqual, { what: "an answer to each packet" })
    const { stats, remote, peersConnected } = await tunnelOf(engine)
    expect({ remote, peersConnected }).toEqual({ remote: "responder", peersConnected: 1 })
    expect(stats.inbound.packets).toBeGreaterThan(9)
    expect(stats.inbound.dropped).toBe(0)
  })
})

it("the kernel learns its neighbours over tap, and each has an address of its own", async () => {
  await using engine = await startEngineProcess(host)
  const over = await makeInterface(engine, "a", { kind: "tap" })
  await engine.call("tunnel.start", responder(over))
  await answers(host, "10.77.0.2", "10.77.0.3", "fd77::2")
  const neighbours = await host.ip("neigh", "show", "dev", over)
  const macs = neighbours.flatMap(({ dst, lladdr }) => (String(dst).includes("77") ? [[dst, lladdr]] : []))
  expect(Object.fromEntries(macs)).toMatchObject({
    "10.77.0.2": "02:54:0a:4d:00:02",
    "10.77.0.3": "02:54:0a:4d:00:03",
    "fd77::2": "02:56:00:00:00:02",
  })
})

it("an address that the host looks for before it takes it is left free", async () => {
  await host.exec("sysctl", ["-qw", "net.ipv6.conf.default.accept_dad=1"])
  await using engine = await startEngineProcess(host)
  const over = await makeInterface(engine, "a", { kind: "tap" })
  await engine.call("tunnel.start", responder(over))
  await reaches(engine, "up")
  await host.exec("ip", ["address", "add", "fd77::99/64", "dev", over])
  const settled = async () => {
    const [link] = await host.ip("address", "show", "dev", over)
    const all: unknown[] = Array.isArray(link?.addr_info) ? link.addr_info : []
    const added = all.map((one) => JSON.stringify(one)).find((text) => text.includes('"fd77::99"'))
    return added?.includes("tentative") ? undefined : added
  }
  expect(await until(settled, { what: "duplicate address detection to end" })).not.toContain("dadfailed")
  await answers(host, "fd77::98")
})

it("what it answers for can be set, and follows the interface's addresses otherwise", async () => {
  await using engine = await startEngineProcess(host)
  const over = await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder(over, { answerFor: ["10.77.0.16/28"] }))
  await answers(host, "10.77.0.17")
  expect(await ping(host, "10.77.0.2", "-W", "1")).toBe(0)
  await until(async () => (await dropsOf(engine, "not-answered")) >= 3, { what: "the three to be dropped" })
  await engine.call("tunnel.start", responder(over))
  await answers(host, "10.77.0.2")
  await host.exec("ip", ["address", "add", "10.78.0.1/24", "dev", over])
  await answers(host, "10.78.0.2")
})
