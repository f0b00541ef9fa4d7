import { writeFile } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import {
  CaptureFile,
  type CaptureRecord,
  type CaptureRequest,
  type CaptureState,
  captureRecordsOf,
  captureSocketPath,
  defaultCapture,
  dropNumber,
  Problem,
  type TunnelCapture,
} from "@tundeck/shared"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { frame, listenWire, type WireListener, type WirePeer } from "../../../../testing/peers/wire.ts"
import { run } from "../../../../testing/process.ts"
import { temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"
import { openCapture } from "../../engine-rpc/open-capture.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { residentMemory } from "../testing/resident-memory.ts"
import {
  calling,
  changeTunnel,
  createTunnelLab,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  takesPackets,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// What is captured of a running tunnel. The peer is driven by hand, so that every packet is known.

let lab: TunnelLab
let engine: EngineProcess
let listener: WireListener
let peer: WirePeer
let calls = 0

beforeAll(async () => {
  lab = await createTunnelLab()
  // Nothing but our own packets: no router solicitations.
  await lab.a.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
  engine = await startEngineProcess(lab.a, { collectGarbage: true })
  listener = await listenWire(lab.b, { host: outer.b.v4, port: 55_555 })
  await makeInterface(engine, "a", { addresses: ["10.66.0.1/24"] })
})
afterAll(async () => {
  await listener?.close()
  await engine?.stop()
  await lab?.[Symbol.asyncDispose]()
})

const on = { ...defaultCapture, enabled: true }
let id = ""
let count = 0
beforeEach(async () => {
  id = `t${count++}` // what one test captured is no other's
  await begin(on)
  return () => engine.call("tunnel.stop", { id }).catch(() => null)
})

const captured = (capture: TunnelCapture) => calling("a", "v4", { id, capture })

async function begin(capture: TunnelCapture): Promise<void> {
  await engine.call("tunnel.start", captured(capture))
  peer = await listener.accepted(calls++)
  await reaches(engine, "up", { id })
  await takesPackets(lab.a, "tun0")
}

const allowed = { from: "10.66.0.7", to: "10.66.0.1" }
const foreign = { from: "192.0.2.7", to: "10.66.0.1" }

async function countedAre(packets: number): Promise<void> {
  const counted = async () => {
    const { stats } = await tunnelOf(engine, id)
    return stats.inbound.packets + stats.inbound.dropped + stats.outbound.packets + stats.outbound.dropped
  }
  await until(async () => (await counted()) === packets, { what: `${packets} packets`, timeoutMs: 50_000 })
}

interface Captured {
  first: CaptureState
  last: CaptureState
  records: CaptureRecord[]
  file: Buffer
}

const request = (change: Partial<CaptureRequest> = {}) => ({ id, seconds: 60, follow: false, ...change })

const open = (change: Partial<CaptureRequest>) => openCapture(engine.socketPath, request(change))

async function capture(change: Partial<CaptureRequest> = {}): Promise<Captured> {
  return read(await open(change))
}

async function read(
  { state: first, frames }: Awaited<ReturnType<typeof open>>,
  enough = Number.POSITIVE_INFINITY,
): Promise<Captured> {
  const file = new CaptureFile(first)
  const parts = [file.begin("test")]
  const records: CaptureRecord[] = []
  let last = first
  for await (const one of frames) {
    if (one.kind === "records") {
      records.push(...captureRecordsOf(one.bytes))
      parts.push(file.packets(one.bytes))
    } else {
      last = one.state
      file.update(one.state)
      parts.push(file.statistics())
    }
    if (records.length >= enough) break
  }
  return { first, last, records, file: Buffer.concat(parts) }
}

async function refusal(change: Partial<CaptureRequest> = {}): Promise<string> {
  const error = await capture(change).then(
    () => new Error("it was not refused"),
    (error: unknown) => error,
  )
  if (error instanceof Problem) return error.code
  throw error
}

it("what passed is there afterwards: verdict, direction, peer, lengths, in order, and Wireshark reads it", async () => {
  for (const sequence of [1, 2]) peer.send(frame(echoRequest({ ...allowed, sequence })))
  peer.send(frame(echoRequest({ ...foreign, length: 1500 })))
  await countedAre(5)
  const { first, last, records, file } = await capture()
  expect(first).toMatchObject({ interface: "tun0", tunnel: id, link: "ip", snapLength: 256, peers: [id] })
  expect(last).toMatchObject({ written: 5, overwritten: 0, isLast: true })
  expect(last.drops).toEqual([{ direction: "inbound", reason: "source-not-allowed", packets: 1 }])
  expect(records.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
  expect(records.filter(({ direction }) => direction === "outbound")).toHaveLength(2)
  expect(records.filter(({ verdict }) => verdict !== 0)).toMatchObject([
    { verdict: dropNumber("source-not-allowed"), direction: "inbound", wireLength: 1500, peer: 0 },
  ])
  expect(records.map(({ bytes }) => bytes.length).sort()).toEqual([256, 84, 84, 84, 84])
  const age = Date.now() - (Number(first.clockOffset) / 1e6 + (records[0]?.time ?? 0))
  expect(Math.abs(age)).toBeLessThan(60_000)
  await using directory = await temporaryDirectory()
  const path = join(directory.path, "t.pcapng")
  await writeFile(path, file)
  const { stdout } = await run("tshark", ["-r", path, "-T", "fields", "-e", "ip.src", "-e", "frame.comment"])
  const lines = stdout.split("\n").slice(0, -1).sort()
  expect(lines[0]).toBe(`10.66.0.1\tsent | tunnel ${id} | peer ${id}`)
  expect(lines[4]).toMatch(new RegExp(`^192.0.2.7\tdropped: source-not-allowed, .* \\| tunnel ${id} \\| peer ${id}$`))
  const { stdout: infos } = await run("capinfos", [path])
  expect(infos).toMatch(/Number of packets: +5/)
  expect(infos).toMatch(/Strict time order: +True/)
})

it("only the last seconds are saved", async () => {
  peer.send(frame(echoRequest(allowed)))
  await countedAre(2)
  await sleep(1500)
  peer.send(frame(echoRequest(allowed)))
  await countedAre(4)
  const { first, records } = await capture({ seconds: 1 })
  const all = (await capture()).records
  expect(all).toHaveLength(4)
  // The latest two, unless this machine has stood still since they passed.
  const begins = (Number(first.now) - Number(first.clockOffset)) / 1e6 - 1000
  expect(records).toEqual(all.filter(({ time }) => time >= begins))
})

it("of 200,000 packets in a rush the latest are kept, whole and in order, and the others counted", async () => {
  await engine.call("tunnel.stop", { id })
  await begin({ ...on, megabytes: 1, snapLength: 64 })
  const burst = Buffer.concat(Array.from({ length: 1000 }, () => frame(echoRequest({ ...foreign, length: 200 }))))
  for (let i = 0; i < 200; i++) peer.send(burst)
  await countedAre(200_000)
  const { last, records } = await capture()
  expect(last.written).toBe(200_000)
  expect(last.overwritten + records.length).toBe(200_000)
  expect(records.length).toBeGreaterThan(7000)
  expect(records.map(({ number }) => number)).toEqual(records.map((_, i) => last.overwritten + 1 + i))
})

it("another capture takes its place while the tunnel runs, and the connection does not notice", async () => {
  const change = (wanted: Partial<TunnelCapture>) => changeTunnel(engine, captured({ ...on, ...wanted }))
  peer.send(frame(echoRequest({ ...allowed, length: 1500 })))
  await countedAre(2)
  await change({ snapLength: 0 })
  peer.send(frame(echoRequest({ ...allowed, length: 1500 })))
  await countedAre(4)
  expect((await capture()).records.map(({ bytes }) => bytes.length)).toEqual([256, 256, 1500, 1500])
  await change({ enabled: false, snapLength: 0 })
  expect(await refusal()).toBe("capture-off")
  await change({ megabytes: 2, snapLength: 100 })
  peer.send(frame(echoRequest({ ...allowed, length: 1500 })))
  await countedAre(6)
  expect((await capture()).records.map(({ bytes }) => bytes.length)).toEqual([100, 100])
  expect((await tunnelOf(engine, id)).stats.reconnects).toBe(0)
})

it("followed, it first has the last seconds, then what passes, and ends when the tunnel stops", async () => {
  peer.send(frame(echoRequest(allowed)))
  await countedAre(2)
  const following = read(await open({ follow: true }))
  const fromNow = await open({ follow: true, seconds: 0 })
  peer.send(frame(echoRequest(allowed)))
  expect((await read(fromNow, 2)).records.map(({ number }) => number)).toEqual([3, 4])
  await countedAre(4)
  await engine.call("tunnel.stop", { id })
  const { records, last } = await following
  expect(records.map(({ number }) => number)).toEqual([1, 2, 3, 4])
  expect(last.isLast).toBe(true)
})

it("of a stopped tunnel the seconds before its stop are there, and are not followed; started again it goes on", async () => {
  const begun = performance.now()
  peer.send(frame(echoRequest(allowed)))
  await countedAre(2)
  await engine.call("tunnel.stop", { id })
  const seconds = Math.ceil((performance.now() - begun) / 1000)
  await sleep(seconds * 1000 + 200)
  expect((await capture({ seconds })).records).toHaveLength(2)
  expect(await refusal({ follow: true })).toBe("tunnel-not-running")
  await begin(on)
  peer.send(frame(echoRequest(allowed)))
  await countedAre(2)
  expect((await capture()).records.map(({ number }) => number)).toEqual([1, 2, 3, 4])
})

it("a tunnel that never ran has nothing; a request that is none ends; a ninth capture at once is refused", async () => {
  expect(await refusal({ id: "never" })).toBe("tunnel-not-running")
  const eight = await Promise.all(Array.from({ length: 8 }, () => open({ follow: true })))
  expect(await refusal()).toBe("rate-limited")
  await Promise.all(eight.map(({ frames }) => frames.return()))
  await until(async () => (await capture()).last.isLast, { what: "room for one" })
  for (const text of ["nonsense\n", `${"x".repeat(5000)}`, '{"id":"t"}\n']) expect(await answerTo(text)).toBe("")
})

it("a viewer that reads nothing holds nothing up, and the engine's memory stays as it is", async () => {
  const socket: Socket = connect(captureSocketPath(engine.socketPath))
  socket.write(`${JSON.stringify(request({ follow: true }))}\n`)
  socket.pause()
  const burst = Buffer.concat(Array.from({ length: 1000 }, () => frame(echoRequest({ ...foreign, length: 1000 }))))
  const push = async (rounds: number, total: number) => {
    for (let i = 0; i < rounds; i++) peer.send(burst)
    await countedAre(total)
  }
  await push(100, 100_000) // the ring is full
  const before = await residentMemory(engine.running.pid)
  await push(100, 200_000)
  expect((await residentMemory(engine.running.pid)) - before).toBeLessThan(16 * 1024 * 1024)
  socket.destroy()
})

async function answerTo(text: string): Promise<string> {
  const socket = connect(captureSocketPath(engine.socketPath))
  socket.on("error", () => {})
  socket.write(text)
  let answer = ""
  for await (const chunk of socket) answer += chunk
  return answer
}
