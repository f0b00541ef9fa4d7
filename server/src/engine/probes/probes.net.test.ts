import type { TunnelConfig } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { connectByVeth } from "../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// Host a, a tunnel, host b, which is a router, and behind it a network with a smaller MTU: what the kernel's own ping would say.

const ping = { count: 3, intervalMs: 20 }
const behind = { v4: "10.99.0.2", v6: "fd99::2" } as const
const smallMtu = 1300

let lab: TunnelLab
let far: Namespace
beforeEach(async () => {
  lab = await createTunnelLab()
  far = await createNamespace("far")
})
afterEach(async () => {
  await far.delete()
  await lab[Symbol.asyncDispose]()
})

const responder: TunnelConfig = {
  ...{ id: "t", name: "t", interface: "tun0", transport: { kind: "responder" } },
  ...{ security: { kind: "none" }, autostart: false },
}

async function withFarNetwork(a: EngineProcess, b: EngineProcess): Promise<void> {
  await makeInterface(a, "a")
  await makeInterface(b, "b")
  await b.call("tunnel.start", listening("b"))
  await a.call("tunnel.start", calling("a"))
  await reaches(a, "up")
  const options = { v4: ["10.99.0.1/24", "10.99.0.2/24"], v6: ["fd99::1/64", "fd99::2/64"], mtu: smallMtu } as const
  await connectByVeth(lab.b, far, { ...options, name: "far0" })
  await lab.b.exec("sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
  await lab.a.exec("ip", ["route", "add", "10.99.0.0/24", "via", "10.77.0.2", "dev", "tun0"])
  await lab.a.exec("ip", ["-6", "route", "add", "fd99::/64", "via", "fd77::2", "dev", "tun0"])
  await far.exec("ip", ["route", "add", "default", "via", "10.99.0.1"])
  await far.exec("ip", ["-6", "route", "add", "default", "via", "fd99::1"])
  await answers(lab.a, behind.v4, behind.v6)
}

it("a host behind the other side: pinged, each router on the way named, and the path's MTU found, IPv4 and IPv6", async () => {
  await using a = await startEngineProcess(lab.a)
  await using b = await startEngineProcess(lab.b)
  await withFarNetwork(a, b)
  for (const [family, router, source] of [
    ["v4", "10.77.0.2", "10.77.0.1"],
    ["v6", "fd77::2", "fd77::1"],
  ] as const) {
    const destination = behind[family]
    const pinged = await a.call("tunnel.ping", { id: "t", destination, ...ping })
    expect(pinged).toMatchObject({ destination, source, interface: "tun0", received: 3, drops: [] })
    expect(pinged.roundTripMs?.least).toBeGreaterThan(0)
    expect(pinged.items.map(({ answer }) => answer.from)).toEqual([destination, destination, destination])

    const traced = await a.call("tunnel.trace", { id: "t", destination })
    expect(traced.reached).toBe(true)
    expect(traced.items.map(({ hop, answer }) => [hop, answer.kind, answer.from])).toEqual([
      [1, "time-exceeded", router],
      [2, "reply", destination],
    ])

    const found = await a.call("tunnel.pathMtu", { id: "t", destination })
    expect(found).toMatchObject({ interfaceMtu: 1500, pathMtu: smallMtu, exact: true, silent: false })
    const told = expect.objectContaining({ kind: "too-big", from: router, mtu: smallMtu })
    expect(found.items).toContainEqual({ bytes: 1500, answer: told })
  }
})

it("where larger packets vanish without a word, halving finds what fits", async () => {
  await using a = await startEngineProcess(lab.a)
  await using b = await startEngineProcess(lab.b)
  await withFarNetwork(a, b)
  const rules = [
    ["add", "table", "inet", "mute"],
    ["add", "chain", "inet", "mute", "out", "{ type filter hook output priority 0; }"],
    ["add", "rule", "inet", "mute", "out", "icmp", "type", "destination-unreachable", "drop"],
    ["add", "rule", "inet", "mute", "out", "icmpv6", "type", "packet-too-big", "drop"],
  ]
  for (const rule of rules) await lab.b.exec("nft", rule)
  for (const destination of [behind.v4, behind.v6]) {
    const found = await a.call("tunnel.pathMtu", { id: "t", destination })
    expect(found).toMatchObject({ pathMtu: smallMtu, exact: true, silent: true })
  }
})

it("a responder is enough, and takes what the interface takes; who is not there is silence, and the drop says why", async () => {
  // The kernel solicits routers, now and then: those packets would be dropped, and counted, too.
  await lab.a.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a", { addresses: ["10.77.0.1/24", "10.78.0.1/24"] })
  await engine.call("tunnel.start", { ...responder, transport: { kind: "responder", answerFor: ["10.77.0.0/24"] } })
  await reaches(engine, "up")
  const large = { id: "t", destination: "10.77.0.9", ...ping, dataBytes: 1472 }
  await answers(lab.a, "10.77.0.9")
  expect(await engine.call("tunnel.ping", large)).toMatchObject({ received: 3 })
  expect(await engine.call("tunnel.pathMtu", { id: "t", destination: "10.77.0.9" })).toMatchObject({ pathMtu: 1500 })
  const refused = await engine.call("tunnel.ping", { ...large, dataBytes: 1473, count: 1 })
  expect(refused.items[0]?.answer).toMatchObject({ kind: "not-sent", detail: "larger than the interface's MTU" })

  const lost = await engine.call("tunnel.ping", { id: "t", destination: "10.78.0.9", ...ping, count: 1 })
  expect(lost).toMatchObject({ received: 0, roundTripMs: null, items: [{ answer: { kind: "silence" } }] })
  expect(lost.drops).toEqual([{ direction: "outbound", reason: "not-answered", packets: 1 }])
  expect(await engine.call("tunnel.pathMtu", { id: "t", destination: "10.78.0.9" })).toMatchObject({ pathMtu: null })
})

it("what does not go through the tunnel is refused with the reason, and so is a second one at a time", async () => {
  await using engine = await startEngineProcess(lab.a)
  await lab.a.exec("ip", ["link", "set", "lo", "up"])
  const to = (destination: string) => ({ id: "t", destination })
  expect(await engine.refusal("tunnel.ping", to("10.77.0.9"))).toMatchObject({ code: "tunnel-not-running" })
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  for (const [destination, words] of [
    ["10.77.0.1", "an address of this host"],
    ["192.0.2.1", "No route leads to"],
    ["fd00:1234::1", "No route leads to"],
    ["10.8.0.2", "reached over veth0, not over tun0"],
    ["10.77.0.255", "the address of many hosts"],
    ["224.0.0.1", "the address of many hosts"],
    ["ff02::1", "the address of many hosts"],
  ] as const) {
    for (const method of ["tunnel.ping", "tunnel.trace", "tunnel.pathMtu"] as const) {
      const refusal = await engine.refusal(method, to(destination))
      expect(refusal).toMatchObject({ code: "destination-not-routed", detail: expect.stringContaining(words) })
    }
  }
  const first = engine.call("tunnel.ping", { ...to("10.77.0.9"), count: 4, intervalMs: 100 })
  expect(await engine.refusal("tunnel.trace", to("10.77.0.9"))).toMatchObject({ code: "probe-running" })
  expect(await first).toMatchObject({ received: 4 })
  expect(await engine.call("tunnel.trace", to("10.77.0.9"))).toMatchObject({ reached: true })
})

it("a bridge over a tap is its way, too", async () => {
  await using engine = await startEngineProcess(lab.a)
  await lab.a.exec("ip", ["link", "add", "br0", "up", "type", "bridge"])
  await makeInterface(engine, "a", { kind: "tap", bridge: "br0", addresses: [] })
  await lab.a.exec("ip", ["address", "add", "10.77.0.1/24", "dev", "br0"])
  const transport = { kind: "responder" as const, answerFor: ["10.77.0.128/25"] }
  await engine.call("tunnel.start", { ...responder, interface: "tap0", transport })
  await reaches(engine, "up")
  await answers(lab.a, "10.77.0.200")
  expect(await engine.call("tunnel.ping", { id: "t", destination: "10.77.0.200", ...ping })).toMatchObject({
    received: 3,
  })
})

it("an engine without CAP_NET_RAW says so", async () => {
  await using engine = await startEngineProcess(lab.a, { wrapper: ["setpriv", "--bounding-set", "-net_raw"] })
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  const refusal = await engine.refusal("tunnel.ping", { id: "t", destination: "10.77.0.9" })
  expect(refusal).toMatchObject({ code: "probe-refused", detail: expect.stringContaining("CAP_NET_RAW") })
})

it("over a listener that nobody called yet, packets are dropped for want of a peer", async () => {
  await using engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", listening("a"))
  await waitsForPeer(engine)
  const lost = await engine.call("tunnel.ping", { id: "t", destination: "10.77.0.2", count: 2, intervalMs: 20 })
  expect(lost).toMatchObject({ received: 0, drops: [{ direction: "outbound", reason: "no-peer" }] })
})
