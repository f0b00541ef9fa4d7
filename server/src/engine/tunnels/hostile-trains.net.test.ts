import { randomBytes, randomInt } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { listenWire, type WireListener, type WirePeer } from "../../../../testing/peers/wire.ts"
import { until } from "../../../../testing/wait.ts"
import {
  headerLength,
  plainShape,
  type TrainShape,
  trainBytes,
  transportAt,
} from "../relay/offload/testing/train-shape.ts"
import { over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { growsAtMost, residentMemory } from "../testing/resident-memory.ts"
import { record } from "../testing/train-record.ts"
import {
  answers,
  calling,
  createTunnelLab,
  inner,
  kernelCounts,
  listening,
  makeInterface,
  outer,
  ping,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// R10, R13 over framed trains: a peer that forges what a virtio header says. An honest peer is served beside it by the
// same worker.

const trains = { transport: { kind: "tcp", framing: "trains" } } as const
const hostilePort = 4000
const mtu = 1400

let lab: TunnelLab
let engine: EngineProcess
let other: EngineProcess
let listener: WireListener
let connections = 0
beforeAll(async () => {
  lab = await createTunnelLab()
  // On one core there is one worker.
  engine = await startEngineProcess(lab.a, { wrapper: ["taskset", "--cpu-list", "0"], collectGarbage: true })
  other = await startEngineProcess(lab.b)
  listener = await listenWire(lab.b, { host: outer.b.v4, port: hostilePort })
  for (const [host, side, end] of [
    [other, "b", listening],
    [engine, "a", calling],
  ] as const) {
    await makeInterface(host, side, { name: "honest0" })
    await host.call("tunnel.start", over(trains, end(side, "v4", { id: "honest", interface: "honest0" }, 4001)))
  }
  await answers(lab.a, inner.b.v4)
})
afterAll(async () => {
  await listener?.close()
  await engine?.stop()
  await other?.stop()
  await lab?.[Symbol.asyncDispose]()
})

let peer: WirePeer
beforeEach(async () => {
  // Where the trains go, which come from 10.0.0.1 and fd00::1.
  await makeInterface(engine, "a", { name: "hostile0", mtu, addresses: ["10.0.0.2/24", "fd00::2/64"] })
  await engine.call("tunnel.start", over(trains, calling("a", "v4", { interface: "hostile0" }, hostilePort)))
  peer = await nextCall()
  await reaches(engine, "up")
})
afterEach(async () => {
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  expect(await tunnelOf(engine, "honest")).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  await engine.call("tunnel.stop", { id: "t" })
  await engine.call("interface.delete", { name: "hostile0" })
})

async function nextCall(): Promise<WirePeer> {
  const next = await listener.accepted(connections)
  connections = listener.peers.length
  return next
}

async function inboundDrops() {
  return (await tunnelOf(engine)).stats.drops.filter(({ direction }) => direction === "inbound")
}

const tcp = plainShape
const udp: TrainShape = { ...plainShape, isTcp: false, tcpOptions: 0 }
const tcp6: TrainShape = { ...plainShape, isIpv4: false }
const short: TrainShape = { ...plainShape, packets: 1, last: 500 }
const changed = (shape: TrainShape, at: number, ...values: number[]) => {
  const bytes = trainBytes(shape)
  bytes.set(values, at)
  return bytes
}

const forged: [lie: string, record: Buffer, reason?: string][] = [
  ["a type without a size", record(short, { size: 0 })],
  ["a type alone", record(short, { size: 0, start: 0, offset: 0 })],
  ["a size without a type", record(tcp, { type: 0 })],
  ["an unknown type", record(tcp, { type: 77 })],
  ["the type of the other IP version", record(tcp, { type: 4 })],
  ["the type of datagrams for segments", record(tcp, { type: 5 })],
  ["the type of segments for datagrams", record(udp, { type: 1 })],
  ["a checksum that begins at 0", record(tcp, { start: 0 })],
  ["one that begins in the IP header", record(tcp, { start: 12 })],
  ["one that begins past the end", record(tcp, { start: 4000 })],
  ["one that begins as far as can be said", record(tcp, { start: 65_535, offset: 65_535 })],
  ["one that stands past the headers", record(tcp, { offset: 60 })],
  ["one that stands past the end", record(udp, { offset: 65_535 })],
  ["only where the checksum stands", record(short, { type: 0, size: 0, start: 0 })],
  ["segments of one byte", record(tcp, { size: 1 })],
  ["segments as long as can be said", record(tcp, { size: 65_535 })],
  ["segments above the MTU", record(tcp, { size: mtu - headerLength(tcp) + 1 })],
  ["segments above the MTU over IPv6", record(tcp6, { size: mtu - headerLength(tcp6) + 1 })],
  ["datagrams of one byte, too many", record(udp, { size: 1 })],
  ["headers without a payload", record({ ...tcp, packets: 1, last: 0 })],
  [
    "TCP headers past the end",
    record({ ...tcp, packets: 1, last: 1 }, {}, changed({ ...tcp, packets: 1, last: 1 }, transportAt(tcp) + 12, 0xf0)),
  ],
  ["TCP headers shorter than they can be", record(tcp, {}, changed(tcp, transportAt(tcp) + 12, 0x40))],
  ["a UDP length that is not the datagrams'", record(udp, {}, changed(udp, transportAt(udp) + 4, 0, 8))],
  ["a fragment", record(tcp, {}, changed(tcp, 6, 0x20, 0))],
  ["an IP length that is not the train's", record(tcp, {}, changed(tcp, 2, 0, 60))],
  ["an IP length past the end", record(tcp, {}, changed(tcp, 2, 0xff, 0xff)), "bad-packet"],
  ["no IP packet", record(tcp, {}, changed(tcp, 0, 0x75)), "bad-packet"],
]

it("true trains are delivered, cut as their peer says", async () => {
  const receiver = lab.a.spawn("socat", ["-u", "UDP4-RECV:5201,bind=10.0.0.2", "OPEN:/dev/null"])
  const listens = async () => (await lab.a.exec("ss", ["-Hlun", "sport = :5201"])).stdout
  await until(listens, { what: "socat to listen" })
  for (const shape of [tcp, tcp6, udp]) peer.send(record(shape))
  const { packets } = plainShape
  await until(async () => (await tunnelOf(engine)).stats.inbound.packets === 3 * packets, { what: "the packets" })
  const netstat = async () => (await lab.a.exec("nstat", ["-asz", "UdpInDatagrams", "UdpInErrors", "TcpInErrs"])).stdout
  await until(async () => /UdpInDatagrams +3 /.test(await netstat()), { what: "three datagrams" })
  expect(await netstat()).toMatch(/UdpInErrors +0 /)
  expect(await netstat()).toMatch(/TcpInErrs +0 /)
  await receiver.stop()
})

it("what is forged is dropped, record by record, and the stream goes on", async () => {
  for (const [i, [lie, bytes, reason = "bad-train"]] of forged.entries()) {
    peer.send(bytes)
    const isDropped = async () => (await tunnelOf(engine)).stats.inbound.dropped === i + 1
    await until(isDropped, { what: `${lie} to be dropped`, intervalMs: 2 })
    const drops = await inboundDrops()
    const expected = forged.slice(0, i + 1).filter(([, , other = "bad-train"]) => other === reason).length
    expect(drops, lie).toContainEqual({ direction: "inbound", reason, packets: expected })
  }
  expect((await kernelCounts(lab.a, "hostile0")).rx).toEqual({ packets: 0, dropped: 0 })
  peer.send(record(udp))
  await until(async () => (await tunnelOf(engine)).stats.inbound.packets === 3, { what: "the true train" })
  expect(peer.closed).toBe(false)
})

it.each([
  ["0", 0],
  ["one more than any packet has", 65_554],
  ["2,147,483,648", 0x8000_0000],
  ["4,294,967,295", 0xffff_ffff],
])("a record of length %s ends the stream, and the tunnel calls again", async (_, length) => {
  const bytes = record(udp)
  bytes.writeUInt32BE(length)
  peer.send(record(udp))
  peer.send(bytes)
  await until(() => peer.closed, { what: "the stream to end" })
  await nextCall()
  await until(async () => (await tunnelOf(engine)).stats.reconnects === 1, { what: "it to be up again" })
  expect((await tunnelOf(engine)).stats.inbound).toMatchObject({ packets: 3, dropped: 1 })
  expect(await inboundDrops()).toEqual([{ direction: "inbound", reason: "bad-length", packets: 1 }])
})

it("thousands of records, each spoilt somewhere: the stream stands, and memory does not grow", async () => {
  const shapes = [tcp, tcp6, udp].map((shape) => ({ ...shape, gsoSize: 300, last: 200 }))
  const spoilt = () => {
    const bytes = Buffer.from(record(shapes[randomInt(3)] ?? tcp))
    // The length alone stays: what follows is to be read as a record.
    for (let i = randomInt(1, 4); i > 0; i--) bytes[4 + randomInt(80)] = randomInt(256)
    return bytes
  }
  const flood = async (count: number) => {
    const before = (await tunnelOf(engine)).stats.inbound
    for (let i = 0; i < count; i++) peer.send(spoilt())
    // A true one behind them all, of a size that none of them has.
    const bytes = trainBytes({ ...udp, packets: 1, last: 1000 })
    const last = record(udp, { type: 0, size: 0 }, bytes)
    peer.send(last)
    const isThrough = async () => {
      const { packets, dropped } = (await tunnelOf(engine)).stats.inbound
      return packets + dropped >= before.packets + before.dropped + count + 1
    }
    await until(isThrough, { what: "all to have a verdict" })
  }
  await flood(1000)
  const before = await residentMemory(engine.running.pid)
  await flood(4000)
  await growsAtMost(engine.running.pid, before, 16 * 1024 * 1024)
  expect(peer.closed).toBe(false)
  expect(await tunnelOf(engine)).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  peer.send(randomBytes(100_000).fill(0xff, 0, 4))
  await until(() => peer.closed, { what: "the stream to end" })
})
