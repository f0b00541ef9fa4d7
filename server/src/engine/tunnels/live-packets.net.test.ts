import { setTimeout as sleep } from "node:timers/promises"
import { dropNumber, type Watch } from "@tundeck/shared"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { frame, listenWire, type WireListener, type WirePeer } from "../../../../testing/peers/wire.ts"
import { until } from "../../../../testing/wait.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { watchPackets } from "../testing/packet-watch.ts"
import { median } from "../testing/traffic.ts"
import {
  calling,
  createTunnelLab,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  takesPackets,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// What the panel is shown of a running tunnel. The peer is driven by hand, so that every packet is known.

let lab: TunnelLab
let engine: EngineProcess
let listener: WireListener
let peer: WirePeer
let calls = 0

beforeAll(async () => {
  lab = await createTunnelLab()
  // Nothing but our own packets: no router solicitations.
  await lab.a.exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
  engine = await startEngineProcess(lab.a)
  listener = await listenWire(lab.b, { host: outer.b.v4, port: 55_555 })
  await makeInterface(engine, "a", { addresses: ["10.66.0.1/24"] })
})
afterAll(async () => {
  await listener?.close()
  await engine?.stop()
  await lab?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await engine.call("tunnel.start", calling("a"))
  peer = await listener.accepted(calls++)
  await reaches(engine, "up")
  await takesPackets(lab.a, "tun0")
  return () => engine.call("tunnel.stop", { id: "t" })
})

const allowed = { from: "10.66.0.7", to: "10.66.0.1" }
const foreign = { from: "192.0.2.7", to: "10.66.0.1" }
const watch = (watch: Watch) => engine.call("tunnel.watch", { id: "t", watch })
const counted = async () => {
  const { stats } = await tunnelOf(engine)
  const { inbound, outbound } = stats
  return inbound.packets + inbound.dropped + outbound.packets + outbound.dropped
}
const countedAre = (count: number) =>
  until(async () => (await counted()) === count, { what: `${count} packets`, timeoutMs: 30_000 })

it("what passed before is shown first, then what passes, each with number, direction and verdict", async () => {
  for (const sequence of [1, 2]) peer.send(frame(echoRequest({ ...allowed, sequence })))
  peer.send(frame(echoRequest(foreign)))
  await countedAre(5)
  await using panel = await watchPackets(engine)
  await watch("live")
  await until(() => panel.records().length === 5, { what: "the kept packets" })
  peer.send(frame(echoRequest({ ...allowed, sequence: 3, length: 1500 })))
  await until(() => panel.records().length === 7, { what: "the new packets" })
  const records = panel.records()
  expect(records.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(panel.missed()).toBe(0)
  expect(panel.batches[0]).toMatchObject({ tunnel: "t", link: "ip" })
  const refused = records.filter(({ verdict }) => verdict !== 0)
  expect(refused).toMatchObject([{ direction: "inbound", verdict: dropNumber("source-not-allowed"), wireLength: 84 }])
  const replies = records.filter(({ direction }) => direction === "outbound")
  expect(replies.map(({ bytes }) => bytes[20])).toEqual([0, 0, 0]) // ICMP echo reply
  expect(records.at(-1)).toMatchObject({ wireLength: 1500, verdict: 0, direction: "outbound" })
  expect(records.at(-1)?.bytes.length).toBeLessThan(1500)
})

it("a packet is shown within 200 ms", async () => {
  await using panel = await watchPackets(engine)
  await watch("live")
  for (let sequence = 0; sequence < 20; sequence++) {
    peer.send(frame(echoRequest({ ...allowed, sequence })))
    await until(() => panel.records().length === (sequence + 1) * 2, { what: "request and reply" })
  }
  const delays = panel.batches.flatMap(({ arrivedAt, records }) => records.map(({ time }) => arrivedAt - time))
  console.log(`shown after ${median(delays).toFixed(0)} ms (median)`)
  expect(median(delays)).toBeLessThan(200)
})

it("of 200,000 packets in a rush, those shown and those missed are all that were counted", async () => {
  await using panel = await watchPackets(engine)
  await watch("live")
  const burst = Buffer.concat(Array.from({ length: 1000 }, () => frame(echoRequest({ ...foreign, length: 28 }))))
  const begun = performance.now()
  for (let i = 0; i < 200; i++) peer.send(burst)
  await countedAre(200_000)
  const seconds = (performance.now() - begun) / 1000
  await sleep(100) // the next excerpt is due
  peer.send(frame(echoRequest(allowed)))
  await until(() => panel.records().at(-1)?.number === 200_002, { what: "the last to be shown" })
  const numbers = panel.records().map(({ number }) => number)
  console.log(`${numbers.length} of 200,002 packets shown in ${seconds.toFixed(1)} s`)
  expect(numbers.length + panel.missed()).toBe(200_002)
  expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))).toBe(true)
})

it("nothing is shown after watching ended; watched again, what passed meanwhile is shown with its numbers", async () => {
  await using panel = await watchPackets(engine)
  await watch("live")
  peer.send(frame(echoRequest(allowed)))
  await until(() => panel.records().length === 2, { what: "request and reply" })
  await watch("off")
  for (const sequence of [1, 2, 3]) peer.send(frame(echoRequest({ ...allowed, sequence })))
  await countedAre(8)
  // The stream is in order: what is asked for now comes after what would have been sent before.
  expect(panel.records()).toHaveLength(2)
  await watch("live")
  await until(() => panel.records().length === 8, { what: "what passed meanwhile" })
  expect(panel.records().map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(panel.missed()).toBe(0)
  await watch("off")
})

it("a tunnel that rested shows the latest thousand that passed meanwhile, and tells of the others", async () => {
  await using panel = await watchPackets(engine)
  await watch("live")
  peer.send(frame(echoRequest(allowed)))
  await until(() => panel.records().length === 2, { what: "request and reply" })
  await watch("resting")
  peer.send(Buffer.concat(Array.from({ length: 1500 }, () => frame(echoRequest({ ...foreign, length: 28 })))))
  await countedAre(1502)
  expect(panel.records()).toHaveLength(2)
  await watch("live")
  await until(() => panel.records().length === 1002, { what: "the latest thousand" })
  expect(panel.missed()).toBe(500)
  expect(panel.records().map(({ number }) => number)).toEqual([
    1,
    2,
    ...Array.from({ length: 1000 }, (_, i) => 503 + i),
  ])
  await watch("off")
})

it("a tunnel that does not run has no packets to show", async () => {
  const problem = await engine.refusal("tunnel.watch", { id: "other", watch: "live" })
  expect(problem).toMatchObject({ code: "tunnel-not-running" })
})
