import { randomBytes } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { frame, listenWire, type WireListener, type WirePeer } from "../../../../testing/peers/wire.ts"
import { until } from "../../../../testing/wait.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  innerAddresses,
  kernelCounts,
  listening,
  makeInterface,
  outer,
  ping,
  reaches,
  type TunnelLab,
  takesPackets,
  tunnelOf,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// R10, R11, R13: the engine calls a peer that misbehaves; an honest one is served beside it by the same engine.

const hostilePort = 4000
const honestPort = 4001

let lab: TunnelLab
let engine: EngineProcess
let listener: WireListener
let connections = 0

beforeAll(async () => {
  lab = await createTunnelLab()
  engine = await startEngineProcess(lab.a)
  listener = await listenWire(lab.b, { host: outer.b.v4, port: hostilePort })
  await makeInterface(engine, "a", { name: "honest0" })
  await startSimpletun(lab.b, { kind: "tun", port: honestPort, addresses: innerAddresses("b"), noDelay: true })
  await engine.call("tunnel.start", calling("a", "v4", { id: "honest", interface: "honest0" }, honestPort))
  await reaches(engine, "up", { id: "honest" })
  await answers(lab.a, inner.b.v4)
})
afterAll(async () => {
  await listener?.close()
  await engine?.stop()
  await lab?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  const addresses = ["10.66.0.1/24", "fd66::1/64"]
  await makeInterface(engine, "a", { name: "hostile0", mtu: 1400, addresses })
  connections = listener.peers.length // what a test left behind is no call of the next one
  await engine.call("tunnel.start", calling("a", "v4", { interface: "hostile0" }, hostilePort))
  await takesPackets(lab.a, "hostile0")
})
afterEach(async () => {
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  expect(await tunnelOf(engine, "honest")).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  await engine.call("tunnel.stop", { id: "t" })
  await engine.call("interface.delete", { name: "hostile0" })
})

/** The connection that the engine makes next. */
async function nextCall(): Promise<WirePeer> {
  const peer = await listener.accepted(connections)
  connections = listener.peers.length
  return peer
}

const allowed = { from: "10.66.0.7", to: "10.66.0.1" }

it.each([
  ["0", frame(Buffer.alloc(0))],
  ["65535", frame(Buffer.alloc(40), 65_535)],
  ["MTU + 1", frame(Buffer.alloc(1401, 0x45))],
])("a frame of length %s ends the stream with a reason, and the tunnel calls again", async (_length, bytes) => {
  const peer = await nextCall()
  await reaches(engine, "up")
  const before = engine.events.length
  peer.send(frame(echoRequest(allowed)))
  peer.send(bytes)
  await until(() => peer.closed, { what: "the stream to end" })
  await nextCall()
  await until(async () => (await tunnelOf(engine)).stats.reconnects === 1, { what: "it to be up again" })
  const { stats } = await tunnelOf(engine)
  expect(stats.inbound).toMatchObject({ packets: 1, dropped: 1 })
  expect(stats.drops).toContainEqual({ direction: "inbound", reason: "bad-length", packets: 1 })
  const told = () => engine.events.slice(before).find(({ text }) => text.includes("Does it speak the same framing"))
  expect(await until(told, { what: "it to be told" })).toMatchObject({ severity: "warning", subject: "tunnel t" })
})

it("a frame of exactly the MTU is taken", async () => {
  const peer = await nextCall()
  peer.send(frame(echoRequest({ ...allowed, length: 1400 })))
  await until(async () => (await tunnelOf(engine)).stats.inbound.packets === 1, { what: "the packet" })
  expect(peer.closed).toBe(false)
})

it("half a frame ends the stream after ten seconds, however slowly the rest trickles", async () => {
  const peer = await nextCall()
  await reaches(engine, "up")
  const begun = performance.now()
  peer.send(frame(echoRequest(allowed)).subarray(0, 20))
  const trickle = setInterval(() => peer.send(Buffer.alloc(1)), 1000)
  await until(() => peer.closed, { what: "the stream to end", timeoutMs: 20_000 }).finally(() => clearInterval(trickle))
  expect(performance.now() - begun).toBeGreaterThan(9_000)
  const told = () => engine.events.filter(({ text }) => text.includes("did not end it within 10 seconds"))
  await until(() => told().length === 1, { what: "it to be told why" })
  await nextCall()
  await reaches(engine, "up")
})

it("an inner source outside the interface's networks never reaches the interface, until a route is added", async () => {
  const peer = await nextCall()
  await reaches(engine, "up")
  const sources = ["10.67.0.7", "192.0.2.1", "127.0.0.1", "fd67::1"]
  const sendAll = () => {
    for (const from of sources)
      peer.send(frame(echoRequest({ from, to: from.includes(":") ? "fd66::1" : "10.66.0.1" })))
  }
  sendAll()
  await until(async () => (await dropsOf(engine, "source-not-allowed")) === 4, { what: "four drops" })
  expect((await kernelCounts(lab.a, "hostile0")).rx).toEqual({ packets: 0, dropped: 0 })
  peer.send(frame(echoRequest(allowed)))
  await until(() => peer.frames().some((bytes) => bytes[9] === 1), { what: "the allowed one's reply" })

  await lab.a.exec("ip", ["route", "add", "10.67.0.0/16", "dev", "hostile0"])
  const isAllowed = async () => {
    peer.send(frame(echoRequest({ from: "10.67.0.7", to: "10.66.0.1" })))
    return (await kernelCounts(lab.a, "hostile0")).rx.packets > 1
  }
  await until(isAllowed, { what: "the new route's source to be let in" })
  await lab.a.exec("ip", ["route", "delete", "10.67.0.0/16", "dev", "hostile0"])
  const before = await dropsOf(engine, "source-not-allowed")
  const isRefusedAgain = async () => {
    peer.send(frame(echoRequest({ from: "10.67.0.7", to: "10.66.0.1" })))
    return (await dropsOf(engine, "source-not-allowed")) > before
  }
  await until(isRefusedAgain, { what: "it to be refused again" })
})

it("random bytes, call after call, put nothing on the interface and cost nobody anything", async () => {
  const before = engine.running.pid
  for (let calls = 0; calls < 5; calls++) {
    const peer = await nextCall()
    for (let i = 0; i < 20; i++) peer.send(randomBytes(50_000))
    await until(() => peer.closed, { what: "the stream to end" })
  }
  const { stats } = await tunnelOf(engine)
  expect(stats.inbound.packets).toBe(0)
  expect((await kernelCounts(lab.a, "hostile0")).rx.packets).toBe(0)
  expect([engine.running.pid, engine.running.exited]).toEqual([before, false])
})

it("a peer that connects and fails in a loop does not fill the time line", async () => {
  await nextCall()
  await engine.call("tunnel.stop", { id: "t" })
  const port = 4002
  const config = listening("a", "v4", { interface: "hostile0" }, port)
  await engine.call("tunnel.start", config)
  await waitsForPeer(engine)
  const before = engine.events.length
  const call = `printf '\\0\\0' | socat -u -T2 STDIN TCP4:${outer.a.v4}:${port}`
  await lab.b.exec("sh", ["-c", `for i in $(seq 40); do ${call}; done`], { mayFail: true })
  await until(async () => (await tunnelOf(engine)).stats.reconnects === 39, { what: "40 calls" })
  expect(engine.events.length - before).toBeLessThan(30)
})

it("bytes that are no packet, in frames of right lengths, are dropped and the stream goes on", async () => {
  const peer = await nextCall()
  const request = echoRequest(allowed)
  const cut = request.subarray(0, 19)
  const version = Buffer.from(request).fill(0x55, 0, 1)
  const longer = Buffer.from(request)
  longer.writeUInt16BE(request.length + 1, 2)
  for (const bytes of [cut, version, longer]) peer.send(frame(bytes))
  peer.send(frame(request))
  await until(() => peer.frames().some((bytes) => bytes[9] === 1), { what: "the honest one's reply" })
  expect(await dropsOf(engine, "bad-packet")).toBe(3)
  expect((await kernelCounts(lab.a, "hostile0")).rx.packets).toBe(1)
})
