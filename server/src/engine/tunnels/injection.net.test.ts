import { composePacket, type EngineInjection, packetWish, type TunnelConfig, tunnelFaults } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { watchPackets } from "../testing/packet-watch.ts"
import { kernelCounts, makeInterface, reaches, takesPackets, tunnelOf, waitsForPeer } from "../testing/tunnel-lab.ts"

// Packets that a person made up take the road of any other.

let host: Namespace
beforeEach(async () => {
  host = await createNamespace("host")
  await host.exec("sysctl", ["-qw", "net.ipv6.conf.default.accept_dad=0"])
})
afterEach(() => host.delete())

const config = (transport: TunnelConfig["transport"], over = "tun0"): TunnelConfig => ({
  ...{ id: "t", name: "t", interface: over, transport, security: { kind: "none" }, autostart: false },
})
const responder = config({ kind: "responder" })
const echo = { kind: "echo", source: "10.77.0.1", destination: "10.77.0.9" }

function injected(engine: EngineProcess, direction: EngineInjection["direction"], wish: object) {
  const bytes = Buffer.from(composePacket(packetWish.parse(wish))).toString("base64")
  return engine.call("tunnel.inject", { id: "t", direction, bytes })
}

it("outbound it goes to the peer, whose answer comes to the device", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  const before = await kernelCounts(host, "tun0")
  expect(await injected(engine, "outbound", echo)).toEqual({ length: 84, verdict: "sent" })
  const { stats } = await tunnelOf(engine)
  expect(stats.inbound.packets).toBeGreaterThan(0)
  await until(async () => (await kernelCounts(host, "tun0")).rx.packets > before.rx.packets, { what: "the answer" })
  expect(await injected(engine, "outbound", { ...echo, destination: "10.77.0.1" })).toEqual({
    length: 84,
    verdict: "dropped",
    reason: "not-answered",
  })
})

it("its row bears a mark of its own, and the answer to it none", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  await takesPackets(host, "tun0")
  await using watch = await watchPackets(engine)
  await engine.call("tunnel.watch", { id: "t", watch: "live" })
  await injected(engine, "outbound", echo)
  const marks = () => watch.records().flatMap((one) => (one.wireLength === 84 ? [[one.direction, one.injected]] : []))
  await until(() => marks().length >= 2, { what: "both packets" })
  expect(marks()).toEqual([
    ["outbound", true],
    ["inbound", false],
  ])
  const wish = { ...echo, source: "10.77.0.9", destination: "10.77.0.1" }
  await injected(engine, "inbound", wish)
  await until(() => marks().length >= 4, { what: "the kernel's reply" })
  expect(marks().slice(2)).toEqual([
    ["inbound", true],
    ["outbound", false],
  ])
  await host.exec("ping", ["-c", "1", "10.77.0.7"])
  await until(() => marks().length >= 6, { what: "an ordinary ping" })
  expect(
    marks()
      .slice(4)
      .map(([, mark]) => mark),
  ).toEqual([false, false])
})

it("kept back by a fault injector it bears its mark when it goes", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  const faults = { outbound: { delayMs: 100 }, inbound: { delayMs: 100 } }
  await engine.call("tunnel.start", { ...responder, faults: tunnelFaults.parse(faults) })
  await reaches(engine, "up")
  await takesPackets(host, "tun0")
  await using watch = await watchPackets(engine)
  await engine.call("tunnel.watch", { id: "t", watch: "live" })
  expect(await injected(engine, "outbound", echo)).toEqual({ length: 84, verdict: "waiting" })
  const wish = { ...echo, source: "10.77.0.9", destination: "10.77.0.1", dataBytes: 100 }
  expect(await injected(engine, "inbound", wish)).toEqual({ length: 128, verdict: "waiting" })
  const marks = (length: number) =>
    watch.records().flatMap((one) => (one.wireLength === length ? [`${one.direction} ${one.injected}`] : []))
  await until(() => marks(84).length === 2 && marks(128).length === 2, { what: "both packets and their answers" })
  expect(marks(84)).toEqual(["outbound true", "inbound false"])
  expect(marks(128)).toEqual(["inbound true", "outbound false"])
})

it("inbound it goes to the device, where the kernel answers it", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  await takesPackets(host, "tun0")
  const before = (await tunnelOf(engine)).stats.outbound
  const wish = { ...echo, source: "10.77.0.9", destination: "10.77.0.1" }
  expect(await injected(engine, "inbound", wish)).toEqual({ length: 84, verdict: "delivered" })
  const isAnswered = async () => {
    const { packets, dropped } = (await tunnelOf(engine)).stats.outbound
    return packets + dropped > before.packets + before.dropped
  }
  await until(isAnswered, { what: "the kernel's reply" })
})

it("it is checked as any packet is", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  await host.exec("ip", ["link", "set", "lo", "up"])
  await engine.call("tunnel.start", config({ kind: "tcp", listen: "127.0.0.1:5555", peer: "127.0.0.2" }))
  await waitsForPeer(engine)
  expect(await injected(engine, "outbound", echo)).toMatchObject({ verdict: "dropped", reason: "no-peer" })
  const stranger = { ...echo, source: "192.0.2.1", destination: "10.77.0.1" }
  expect(await injected(engine, "inbound", stranger)).toMatchObject({
    verdict: "dropped",
    reason: "source-not-allowed",
  })
  for (const direction of ["outbound", "inbound"] as const) {
    expect(await injected(engine, direction, { kind: "raw", bytes: "ff" })).toMatchObject({ reason: "bad-packet" })
  }
})

it("what is too long, for a peer that is none, or too much is refused", async () => {
  await using engine = await startEngineProcess(host)
  await makeInterface(engine, "a")
  const bytes = (length: number) => Buffer.alloc(length, 0x45).toString("base64")
  const long = { id: "t", direction: "outbound", bytes: bytes(1501) } as const
  expect(await engine.refusal("tunnel.inject", long)).toMatchObject({ code: "tunnel-not-running" })
  await engine.call("tunnel.start", responder)
  await reaches(engine, "up")
  expect(await engine.refusal("tunnel.inject", long)).toMatchObject({ code: "validation-failed" })
  expect(await engine.refusal("tunnel.inject", { ...long, bytes: "" })).toMatchObject({ code: "validation-failed" })
  const other = { ...long, bytes: bytes(100), peer: "nobody" }
  expect(await engine.refusal("tunnel.inject", other)).toMatchObject({ code: "validation-failed" })
  // Ten seconds' worth.
  const count = 1000
  const many = Array.from({ length: count }, () =>
    injected(engine, "outbound", echo).then(
      () => 1,
      () => 0,
    ),
  )
  const sent = (await Promise.all<number>(many)).reduce((sum, one) => sum + one, 0)
  expect(sent).toBeGreaterThanOrEqual(100)
  expect(sent).toBeLessThan(count)
})
