import { randomBytes } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { over } from "../testing/carriers.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { growsAtMost, residentMemory } from "../testing/resident-memory.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
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
import { UdpEnd } from "../testing/udp-end.ts"

// R10, R11, R13 over UDP: a peer that sends anything but packets, and strangers. An honest peer is served beside them by
// the same worker.

const hostilePort = 4000
const honestPort = 4001
const udp = { transport: { kind: "udp" } } as const
const megabyte = 1024 * 1024

let lab: TunnelLab
let engine: EngineProcess
let other: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  // On one core there is one worker.
  engine = await startEngineProcess(lab.a, { wrapper: ["taskset", "--cpu-list", "0"], collectGarbage: true })
  other = await startEngineProcess(lab.b)
  for (const [host, side, end] of [
    [other, "b", listening],
    [engine, "a", calling],
  ] as const) {
    await makeInterface(host, side, { name: "honest0", mtu: 1400 })
    await host.call("tunnel.start", over(udp, end(side, "v4", { id: "honest", interface: "honest0" }, honestPort)))
  }
  await answers(lab.a, inner.b.v4)
})
afterAll(async () => {
  await engine?.stop()
  await other?.stop()
  await lab?.[Symbol.asyncDispose]()
})

let peer: UdpEnd
beforeEach(async () => {
  const addresses = ["10.66.0.1/24", "fd66::1/64"]
  await makeInterface(engine, "a", { name: "hostile0", mtu: 1400, addresses })
  await engine.call("tunnel.start", over(udp, listening("a", "v4", { interface: "hostile0" }, hostilePort)))
  await waitsForPeer(engine)
  await takesPackets(lab.a, "hostile0")
  peer = new UdpEnd(lab.b, outer.b.v4, { address: outer.a.v4, port: hostilePort })
})
afterEach(async () => {
  peer[Symbol.dispose]()
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  expect(await tunnelOf(engine, "honest")).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  await engine.call("tunnel.stop", { id: "t" })
  await engine.call("interface.delete", { name: "hostile0" })
})

const good = echoRequest({ from: "10.66.0.7", to: "10.66.0.1" })
const inbound = async () => (await tunnelOf(engine)).stats.inbound
const changed = (bytes: Buffer, at: number, value: number) => {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}

it("what is no packet, or no packet for this interface, is dropped for its own reason, one by one", async () => {
  const garbage = {
    "bad-packet": [
      Buffer.alloc(1),
      good.subarray(0, 19),
      changed(good, 0, 0x55),
      changed(good, 0, 0x44),
      changed(good, 3, good.length + 1),
      Buffer.from("TD\x03\x00        "),
      Buffer.from("TD\x01\x01        "),
      Buffer.from("TD\x01\x00       "),
      randomBytes(65_507).fill(0, 0, 1),
    ],
    "above-mtu": [1401, 9000, 65_507].map((length) => echoRequest({ from: "10.66.0.7", to: "10.66.0.1", length })),
    "source-not-allowed": ["192.0.2.1", "127.0.0.1", "10.67.0.1"].map((from) => echoRequest({ from, to: "10.66.0.1" })),
  } as const
  peer.send(Buffer.alloc(0))
  for (const bytes of Object.values(garbage).flat()) expect(peer.send(bytes)).toBe(true)
  peer.send(good)
  await until(() => peer.received().some((bytes) => bytes[9] === 1), { what: "the good one's reply" })
  const { drops } = (await tunnelOf(engine)).stats
  const expected = Object.entries(garbage).map(([reason, { length }]) => ({
    direction: "inbound",
    reason,
    packets: length,
  }))
  const byReason = (x: { reason: string }, y: { reason: string }) => (x.reason < y.reason ? -1 : 1)
  expect(drops.filter(({ direction }) => direction === "inbound").sort(byReason)).toEqual(expected.sort(byReason))
  expect((await inbound()).packets).toBe(1)
  expect((await kernelCounts(lab.a, "hostile0")).rx.packets).toBe(1)
})

it("questions of a peer are answered, and what pretends to answer ours is nothing", async () => {
  const question = Buffer.from("TD\x01\x00abcdefgh")
  for (let i = 0; i < 100; i++) peer.send(Buffer.from("TD\x02\x00abcdefgh"))
  peer.send(question)
  const answer = changed(question, 2, 2)
  await until(() => peer.received().some((bytes) => bytes.equals(answer)), { what: "the answer" })
  const { stats } = await reaches(engine, "up")
  expect(stats.inbound).toMatchObject({ dropped: 0, packets: 0 })
})

it("a flood of random bytes: all is counted, nothing comes to the interface, and memory does not grow", async () => {
  let sent = 0
  // As many as its socket takes, then again.
  const flood = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 200; i++) {
        // Of no IP version, so that none of them is a packet by chance.
        if (peer.send(randomBytes(1 + ((i * 37) % 1390)).fill(0xa0, 0, 1))) sent += 1
      }
      await until(async () => (await inbound()).dropped === sent, { what: `${sent} drops`, intervalMs: 2 })
    }
  }
  await flood(50)
  const before = await residentMemory(engine.running.pid)
  await flood(200)
  await growsAtMost(engine.running.pid, before, 16 * megabyte)
  expect(await inbound()).toMatchObject({ packets: 0, dropped: 50_000 })
  expect((await kernelCounts(lab.a, "hostile0")).rx.packets).toBe(0)
})

it("strangers, however many and from wherever, are counted, seldom told, and are no peer", async () => {
  const strangers = Array.from({ length: 100 }, (_, i) => `10.8.0.${100 + i}`)
  const lines = strangers.map((address) => `address add ${address}/24 dev veth0`).join("\n")
  await lab.b.exec("ip", ["-batch", "-"], { input: lines })
  const before = engine.events.length
  for (const [i, address] of strangers.entries()) {
    using stranger = new UdpEnd(lab.b, address, { address: outer.a.v4, port: hostilePort })
    for (let j = 0; j < 20; j++) stranger.send(j % 2 === 0 ? good : Buffer.from("TD\x01\x00abcdefgh"))
    // One by one: the socket's queue does not take what all of them send.
    const areCounted = async () => (await dropsOf(engine, "unknown-peer")) === 20 * (i + 1)
    await until(areCounted, { what: `all of ${address} to be counted`, intervalMs: 2 })
    expect(stranger.received()).toEqual([])
  }
  expect(await tunnelOf(engine)).toMatchObject({
    state: "connecting",
    peersConnected: 0,
    stats: { inbound: { packets: 0 } },
  })
  const told = () => engine.events.slice(before).filter(({ text }) => text.startsWith("Turned away a caller from"))
  await until(() => told().length > 0, { what: "it to be told" })
  expect(told().length).toBeLessThan(30)
  peer.send(good)
  await reaches(engine, "up")
})
