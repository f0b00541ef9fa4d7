import { afterAll, beforeAll, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { batchPackets } from "../relay/regions.ts"
import { carriers, over } from "../testing/carriers.ts"
import { echoRequest } from "../testing/echo-request.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { residentMemory } from "../testing/resident-memory.ts"
import {
  answers,
  calling,
  createTunnelLab,
  inner,
  kernelCounts,
  listening,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// Peers over TCP that take a byte a second, or none. An honest tunnel is served beside them by the same worker.

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
    await makeInterface(host, side, { name: "honest0" })
    await host.call("tunnel.start", end(side, "v4", { id: "honest", interface: "honest0" }, 4001))
  }
  await answers(lab.a, inner.b.v4)
})
afterAll(async () => {
  await engine?.stop()
  await other?.stop()
  await lab?.[Symbol.asyncDispose]()
})

/** A peer that waits on the port. It sends `greeting` every 100 ms. */
function startPeer(port: number, bytesASecond: number, greeting: Buffer) {
  const program = `
    require("node:net").createServer({ highWaterMark: 1 }, (socket) => {
      socket.pause()
      socket.on("error", () => {})
      setInterval(() => ${bytesASecond} > 0 && socket.read(${bytesASecond}), 1000)
      setInterval(() => socket.write(Buffer.from("${greeting.toString("hex")}", "hex")), 100)
    }).listen(${port}, "${outer.b.v4}")`
  return lab.b.spawn(process.execPath, ["-e", program])
}

const ways = carriers
  .filter(({ transport }) => transport.kind === "tcp")
  .flatMap((carrier, i) => [0, 1].map((bytesASecond) => ({ ...carrier, bytesASecond, number: 2 * i + bytesASecond })))

it.concurrent.each(ways)("$name, $bytesASecond bytes a second", async ({ transport, bytesASecond, number }) => {
  const id = `slow${number}`
  const network = `10.92.${number}`
  await makeInterface(engine, "a", { name: id, addresses: [`${network}.1/24`] })
  const packet = echoRequest({ from: `${network}.2`, to: `${network}.1` })
  const header = Buffer.alloc(transport.framing === "trains" ? 12 : 2)
  if (header.length === 12) header.writeUInt32BE(packet.length)
  else header.writeUInt16BE(packet.length)
  const peer = startPeer(5000 + number, bytesASecond, Buffer.concat([header, packet]))
  await engine.call("tunnel.start", over({ transport }, calling("a", "v4", { id, interface: id }, 5000 + number)))
  await reaches(engine, "up", { id })

  const flood = lab.a.spawn("socat", ["-u", "-b", "1200", "/dev/zero", `UDP4:${network}.2:9`])
  const outbound = async () => (await tunnelOf(engine, id)).stats.outbound
  const dropped = async () => (await kernelCounts(lab.a, id)).tx.dropped
  const stands = async () => {
    const [{ packets }, before] = [await outbound(), await dropped()]
    await new Promise((resolve) => setTimeout(resolve, 300)) // the fact is that nothing more goes meanwhile
    return packets > 0 && (await outbound()).packets === packets && (await dropped()) > before
  }
  await until(stands, { what: "the stream to be full", timeoutMs: 20_000 })
  const before = await residentMemory(engine.running.pid)
  const came = (await tunnelOf(engine, id)).stats.inbound.packets
  const { stdout } = await lab.a.exec("ping", ["-c", "30", "-i", "0.1", "-w", "30", inner.b.v4])
  const answered = [...stdout.matchAll(/icmp_seq=(\d+) /g)].map(([, sequence]) => Number(sequence))
  expect(answered).toEqual(answered.map((_, i) => i + 1)) // none was lost: ping waits for thirty
  // What it says is taken all the while.
  const isHeard = async () => (await tunnelOf(engine, id)).stats.inbound.packets > came + 10
  await until(isHeard, { what: "what it says to be taken" })
  expect((await residentMemory(engine.running.pid)) - before).toBeLessThan(16 * 1024 * 1024)
  const { state, stats } = await tunnelOf(engine, id)
  expect({ state, reconnects: stats.reconnects }).toEqual({ state: "up", reconnects: 0 })
  expect(stats.drops.filter(({ reason }) => reason !== "no-peer")).toEqual([])
  // The kernel's queue is the one that overflows: inside waits what was read in one go, at most.
  const waiting = (await kernelCounts(lab.a, id)).tx.packets - stats.outbound.packets - stats.outbound.dropped
  expect(waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThanOrEqual(batchPackets)
  await flood.stop()
  await peer.stop()
  await engine.call("tunnel.stop", { id })
})
