import type { FrameQuery } from "@tundeck/shared"
import { composePacket, packetWish, withFrameEnds } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  kernelCounts,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
} from "../testing/tunnel-lab.ts"

// Two hosts and a tap tunnel between them: whose Ethernet addresses a packet that a person makes up bears.

const macs = { a: "02:00:00:00:00:0a", b: "02:00:00:00:00:0b" } as const

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
  for (const [side, engine] of [["a", a] as const, ["b", b] as const]) {
    await makeInterface(engine, side, { kind: "tap", mac: macs[side] })
    const tunnel = side === "a" ? calling("a") : listening("b")
    await engine.call("tunnel.start", { ...tunnel, interface: "tap0" })
  }
  await reaches(a, "up")
})
afterAll(async () => {
  await a?.[Symbol.asyncDispose]()
  await b?.[Symbol.asyncDispose]()
  await lab?.[Symbol.asyncDispose]()
})

function frame(direction: FrameQuery["direction"], source: string, destination: string) {
  return a.call("tunnel.frame", { id: "t", direction, source, destination })
}

const own = { mac: macs.a, from: "interface", of: "tap0" }
const unknown = (of: string) => ({ mac: null, from: "unknown", of })
const known = (of: string, mac: string = macs.b) => ({ mac, from: "neighbour", of })

it("a neighbour nobody spoke to is not known; once it answered, it is, and the packet is answered, too", async () => {
  expect(await frame("outbound", "10.77.0.1", "10.77.0.9")).toMatchObject({
    kind: "tap",
    source: own,
    destination: unknown("10.77.0.9"),
  })
  await answers(lab.a, "10.77.0.2", "fd77::2")
  expect(await frame("outbound", "10.77.0.1", "10.77.0.2")).toMatchObject({ destination: known("10.77.0.2") })
  expect(await frame("outbound", "fd77::1", "fd77::2")).toMatchObject({ source: own, destination: known("fd77::2") })
  expect(await frame("inbound", "10.77.0.2", "10.77.0.1")).toMatchObject({
    source: known("10.77.0.2"),
    destination: own,
  })
  for (const [direction, source, destination] of [
    ["outbound", "10.77.0.1", "10.77.0.2"],
    ["inbound", "10.77.0.2", "10.77.0.1"],
  ] as const) {
    const ends = await frame(direction, source, destination)
    const wish = withFrameEnds(packetWish.parse({ kind: "echo", source, destination }), ends)
    const before = await kernelCounts(lab.a, "tap0")
    const bytes = Buffer.from(composePacket(wish)).toString("base64")
    expect(await a.call("tunnel.inject", { id: "t", direction, bytes })).toMatchObject({ length: 98 })
    const way = direction === "outbound" ? "rx" : "tx"
    await until(async () => (await kernelCounts(lab.a, "tap0"))[way].packets > before[way].packets, {
      what: `the answer to what went ${direction}`,
    })
  }
})

it("groups say their own address; a host behind a router has the router's", async () => {
  for (const [destination, mac] of [
    ["224.129.2.3", "01:00:5e:01:02:03"],
    ["ff02::1:ff00:9", "33:33:ff:00:00:09"],
    ["255.255.255.255", "ff:ff:ff:ff:ff:ff"],
    ["10.77.0.255", "ff:ff:ff:ff:ff:ff"],
  ] as const) {
    const source = destination.includes(":") ? "fd77::1" : "10.77.0.1"
    const ends = await frame("outbound", source, destination)
    expect(ends.destination).toEqual({ mac, from: "group", of: destination })
  }
  await answers(lab.a, "10.77.0.2")
  await lab.a.exec("ip", ["route", "add", "10.99.0.0/24", "via", "10.77.0.2"])
  expect((await frame("outbound", "10.77.0.1", "10.99.0.9")).destination).toEqual(known("10.77.0.2"))
  expect((await frame("outbound", "10.77.0.1", "10.98.0.9")).destination).toEqual(unknown("10.98.0.9"))
  expect((await frame("inbound", "10.77.0.2", "10.66.0.1")).destination).toEqual(own)
})

it("in a bridge the bridge's addresses are this side's, and those behind its other ports", async () => {
  const bridge = "02:00:00:00:0b:0b"
  await lab.a.exec("ip", ["link", "add", "br0", "address", bridge, "type", "bridge"])
  await lab.a.exec("ip", ["link", "set", "tap0", "master", "br0"])
  await lab.a.exec("ip", ["link", "set", "br0", "up"])
  await lab.a.exec("ip", ["addr", "add", "10.78.0.1/24", "dev", "br0"])
  await lab.a.exec("ip", ["neigh", "add", "10.78.0.7", "lladdr", "02:00:00:00:00:07", "dev", "br0"])
  const destinationOf = async (destination: string) => (await frame("inbound", "10.78.0.7", destination)).destination
  expect(await destinationOf("10.78.0.1")).toEqual({ mac: bridge, from: "bridge", of: "br0" })
  expect(await destinationOf("10.66.0.1")).toEqual({ mac: bridge, from: "bridge", of: "br0" })
  expect(await destinationOf("10.78.0.7")).toEqual(known("10.78.0.7", "02:00:00:00:00:07"))
  expect(await destinationOf("10.78.0.8")).toEqual(unknown("10.78.0.8"))
  await lab.a.exec("ip", ["link", "del", "br0"])
})

it("over tun there are none, and a tunnel that does not run has no interface to ask about", async () => {
  await makeInterface(a, "a", { kind: "tun", name: "tun5", addresses: [] })
  const responder = { ...calling("a", "v4", { id: "r", interface: "tun5" }), transport: { kind: "responder" } } as const
  await a.call("tunnel.start", responder)
  const between = { direction: "outbound", source: "10.77.0.1", destination: "10.77.0.9" } as const
  expect(await a.call("tunnel.frame", { id: "r", ...between })).toEqual({
    ...{ kind: "tun", interface: "tun5", source: null, destination: null },
  })
  expect(await a.refusal("tunnel.frame", { id: "none", ...between })).toMatchObject({ code: "tunnel-not-running" })
})
