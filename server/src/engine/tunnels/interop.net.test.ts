import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { startSimpletun } from "../../../../testing/peers/simpletun.ts"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  type Family,
  inner,
  innerAddresses,
  kernelCounts,
  listening,
  makeInterface,
  outer,
  ping,
  reaches,
  type TunnelLab,
  tunnelOf,
  waitsForPeer,
} from "../testing/tunnel-lab.ts"

// With the independent peer in C, which knows the tutorial's protocol and nothing of us: we are at a, it is at b.

const kinds = ["tun", "tap"] as const
const roles = ["listening", "calling"] as const

interface Setup {
  kind: (typeof kinds)[number]
  role: (typeof roles)[number]
  family: Family
  flags?: { vnetHeader?: boolean; packetInfo?: boolean; multiQueue?: boolean; mtu?: number }
}

let lab: TunnelLab
let engine: EngineProcess
let stopPeer: () => Promise<void>
beforeAll(async () => {
  lab = await createTunnelLab()
  engine = await startEngineProcess(lab.a)
})
afterAll(async () => {
  await engine?.stop()
  await lab?.[Symbol.asyncDispose]()
})
afterEach(async () => {
  await engine.call("tunnel.stop", { id: "t" })
  await stopPeer()
  for (const { actual } of await engine.call("interface.list", null)) {
    await engine.call("interface.delete", { name: actual.name })
    await lab.b.exec("ip", ["link", "delete", actual.name])
  }
})

async function connectWithPeer({ kind, role, family, flags }: Setup) {
  const name = await makeInterface(engine, "a", { kind, ...flags })
  const peer = { kind, addresses: innerAddresses("b"), noDelay: true }
  const startPeer = async (connect?: string) => {
    const running = await startSimpletun(lab.b, { ...peer, ...(connect === undefined ? {} : { connect }) })
    stopPeer = () => running.stop()
  }
  if (role === "calling") await startPeer()
  const config = role === "calling" ? calling("a", family) : listening("a", family)
  await engine.call("tunnel.start", { ...config, interface: name })
  if (role === "listening") {
    await waitsForPeer(engine)
    await startPeer(outer.a[family])
  }
  const status = await reaches(engine, "up")
  await answers(lab.a, inner.b.v4, inner.b.v6)
  return status
}

/** Ours against what the peer's kernel counted: that one sees packets one by one, also where ours sees trains. */
async function expectExactCounters(name: string): Promise<void> {
  const compare = async () => {
    const { stats } = await tunnelOf(engine)
    const { rx, tx } = await kernelCounts(lab.b, name)
    expect({ out: stats.outbound.packets, in: stats.inbound.packets + stats.inbound.dropped }).toEqual({
      out: rx.packets + rx.dropped,
      in: tx.packets,
    })
    return true
  }
  await until(compare, { what: "the counters to agree" })
}

describe.each(kinds)("%s", (kind) => {
  describe.each(roles)("%s", (role) => {
    it.each(["v4", "v6"] as const)("pings the C peer over IP%s", async (family) => {
      const { remote } = await connectWithPeer({ kind, role, family })
      expect(remote).toContain(outer.b[family])
      for (const address of [inner.b.v4, inner.b.v6]) expect(await ping(lab.a, address)).toBe(3)
      for (const address of [inner.a.v4, inner.a.v6]) expect(await ping(lab.b, address)).toBe(3)
    })

    it("carries 100 MB each way, every chunk's hash equal, every packet counted", { timeout: 180_000 }, async () => {
      await connectWithPeer({ kind, role, family: "v4" })
      const there = await transfer({ from: lab.a, to: lab.b, host: inner.b.v4, chunks: 100 })
      expect(there.received).toEqual(there.sent)
      const back = await transfer({ from: lab.b, to: lab.a, host: inner.a.v6, chunks: 100 })
      expect(back.received).toEqual(back.sent)
      expect([there.sent.length, back.sent.length]).toEqual([100, 100])
      await expectExactCounters(`${kind}0`)
    })
  })
})

it.each([true, false])(
  "a frame above 2,000 bytes is never sent: the C peer would end (vnetHeader: %s)",
  async (vnetHeader) => {
    await connectWithPeer({ kind: "tun", role: "calling", family: "v4", flags: { mtu: 9000, vnetHeader } })
    expect(await ping(lab.a, inner.b.v4, "-M", "do", "-s", "3000", "-W", "1")).toBe(0)
    await until(async () => (await dropsOf(engine, "frame-too-long")) === 3, { what: "three drops" })
    expect(await ping(lab.a, inner.b.v4)).toBe(3)
    expect(await tunnelOf(engine)).toMatchObject({ state: "up", stats: { reconnects: 0 } })
  },
)

describe.each([
  { vnetHeader: false, packetInfo: false, multiQueue: false },
  { vnetHeader: false, packetInfo: true, multiQueue: false },
  { vnetHeader: true, packetInfo: true, multiQueue: false },
  { vnetHeader: true, packetInfo: false, multiQueue: true },
])("with %o", (flags) => {
  it.each(kinds)("%s: the same bytes stand on the wire, and the kernel counts as we do", async (kind) => {
    await connectWithPeer({ kind, role: "calling", family: "v4", flags })
    for (const address of [inner.b.v4, inner.b.v6]) expect(await ping(lab.a, address)).toBe(3)
    const there = await transfer({ from: lab.a, to: lab.b, host: inner.b.v6, chunks: 10 })
    expect(there.received).toEqual(there.sent)
    const back = await transfer({ from: lab.b, to: lab.a, host: inner.a.v4, chunks: 10 })
    expect(back.received).toEqual(back.sent)
    await expectExactCounters(`${kind}0`)
    if (flags.vnetHeader && !flags.packetInfo) return // then our kernel counts trains, not packets
    const compare = async () => {
      const { stats } = await tunnelOf(engine)
      const { rx, tx } = await kernelCounts(lab.a, `${kind}0`)
      expect({ in: rx.packets, out: tx.packets }).toEqual({
        in: stats.inbound.packets,
        out: stats.outbound.packets + stats.outbound.dropped,
      })
      return true
    }
    await until(compare, { what: "our kernel's counters to agree" })
  })
})
