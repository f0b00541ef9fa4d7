import { readdir, readFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Carrier, carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { startFlow } from "../testing/live-flow.ts"
import { pingIntervalMs, startPingTrain } from "../testing/ping-train.ts"
import {
  answers,
  calling,
  createTunnelLab,
  inner,
  listening,
  makeInterface,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// The transport of a running tunnel is swapped, at one end and then at the other.

let lab: TunnelLab
let engines: Record<Side, EngineProcess>
beforeAll(async () => {
  lab = await createTunnelLab()
  engines = { a: await startEngineProcess(lab.a), b: await startEngineProcess(lab.b) }
})
afterAll(async () => {
  await engines?.a.stop()
  await engines?.b.stop()
  await lab?.[Symbol.asyncDispose]()
})

const sides = ["a", "b"] as const
const ends = { a: calling, b: listening } as const
const name = "swap0"
const config = (side: Side, carrier: Carrier, family: "v4" | "v6") =>
  over(carrier, ends[side](side, family, { interface: name }))

/** The descriptors by which the engine holds the interface. */
async function heldBy(side: Side): Promise<string[]> {
  const directory = `/proc/${engines[side].running.pid}/fdinfo`
  const held: string[] = []
  for (const fd of await readdir(directory)) {
    const text = await readFile(`${directory}/${fd}`, "utf8").catch(() => "")
    if (new RegExp(`^iff:\\s*${name}$`, "m").test(text)) held.push(fd)
  }
  return held
}

/** All that must stay as it is. */
async function lookAt(side: Side) {
  const [link] = await lab[side].ip("address", "show", name)
  const carrier = await lab[side].exec("cat", [`/sys/class/net/${name}/carrier_changes`])
  return { link, carrierChanges: Number(carrier.stdout), held: await heldBy(side), pid: engines[side].running.pid }
}

/** At tun the packets fit every transport in one piece; at tap they do not, and UDP carries them in fragments. */
describe.each([
  { kind: "tun", mtu: 1400, family: "v4" },
  { kind: "tap", mtu: 1500, family: "v6" },
] as const)("$kind over IP$family", ({ kind, mtu, family }) => {
  it("a connection and a ping live on through every transport and back, and the interface sees nothing of it", async () => {
    const [first, ...others] = carriers
    if (first === undefined) throw new Error("there is nothing to go over")
    for (const side of ["b", "a"] as const) {
      await makeInterface(engines[side], side, { kind, mtu, name })
      await engines[side].call("tunnel.start", config(side, first, family))
    }
    await answers(lab.a, inner.b.v4, inner.b.v6)
    const before = { a: await lookAt("a"), b: await lookAt("b") }
    expect(before.a.held).toHaveLength(1)
    await using ping = await startPingTrain(lab.a, inner.b.v4)
    await using flow = await startFlow(lab.a, lab.b, inner.b.v4)
    await flow.carries(1_000_000)
    for (const [i, carrier] of [...others, first].entries()) {
      // By turns the end that calls and the end that waits are first.
      for (const side of i % 2 === 0 ? sides : sides.toReversed()) {
        await engines[side].call("tunnel.start", config(side, carrier, family))
      }
      const unanswered = await ping.returns()
      await flow.carries(1_000_000)
      console.log(`to ${carrier.name}: ${unanswered} pings of ${pingIntervalMs} ms without an answer`)
      for (const side of sides) {
        expect(await lookAt(side)).toEqual(before[side])
        const { stats } = await reaches(engines[side], "up")
        // While one end has the new framing and the other the old one, neither takes the other's frames.
        const other = stats.drops.filter(({ direction, reason }) => direction === "inbound" && reason !== "bad-length")
        expect(other).toEqual([])
      }
    }
    const { sent, received } = await flow.end()
    expect(received).toBe(sent)
    expect((await tunnelOf(engines.b)).stats.inbound.bytes).toBeGreaterThan(1_000_000 * carriers.length)
    for (const side of sides) {
      await engines[side].call("tunnel.stop", { id: "t" })
      await engines[side].call("interface.delete", { name })
    }
  })
})
