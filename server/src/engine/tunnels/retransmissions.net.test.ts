import type { TunnelConfig } from "@tundeck/shared"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { healWire, loseOnWire } from "../testing/lossy-wire.ts"
import {
  answers,
  calling,
  createTunnelLab,
  inner,
  listening,
  makeInterface,
  outer,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
  tunnelPort,
} from "../testing/tunnel-lab.ts"
import { createKeyPair } from "../testing/wireguard-keys.ts"

// What the kernel sent again on a tunnel's connection, by its own count, and what the tunnel says of it.

const keys = { a: createKeyPair(), b: createKeyPair() }
const other = { a: "b", b: "a" } as const

let lab: TunnelLab
let engines: Record<Side, EngineProcess>
beforeAll(async () => {
  lab = await createTunnelLab()
  engines = { a: await startEngineProcess(lab.a), b: await startEngineProcess(lab.b) }
  for (const side of ["b", "a"] as const) await makeInterface(engines[side], side, { mtu: 1400 })
})
afterAll(async () => {
  for (const side of ["a", "b"] as const) await engines?.[side].stop()
  await lab?.[Symbol.asyncDispose]()
})

function wireguard(side: Side): TunnelConfig {
  const peer = {
    ...{ name: "other", publicKey: keys[other[side]].publicKey, keepaliveSeconds: 0, enabled: true },
    allowedIps: [`${inner[other[side]].v4}/32`],
    ...(side === "a" && { endpoint: `${outer.b.v4}:${tunnelPort}` }),
  }
  return {
    ...{ id: "t", name: "t", interface: "tun0", autostart: false },
    transport: { kind: "tcp", listen: `${outer[side].v4}:${tunnelPort}` },
    security: { kind: "wireguard", privateKey: keys[side].privateKey, peers: [peer] },
  }
}

/** Of `a`'s connection to `b`, by the kernel. */
async function sentAgain(): Promise<number> {
  const { stdout } = await lab.a.exec("ss", ["-tinHO", "state", "established", "dport", "=", `:${tunnelPort}`])
  return Number(/retrans:\d+\/(\d+)/.exec(stdout)?.[1] ?? 0)
}

async function counted(): Promise<number | null | undefined> {
  const { rows } = await engines.a.call("tunnel.counted", { since: 0 })
  return rows.find(({ id, peer }) => id === "t" && peer === undefined)?.retransmissions
}

/** So many datagrams of 1,000 bytes to `b`'s inner address, one every 5 ms; none comes back. */
async function sendOneWay(count: number): Promise<void> {
  const script = `
    const socket = require("node:dgram").createSocket("udp4")
    let left = ${count}
    const timer = setInterval(() => {
      if (left-- === 0) { clearInterval(timer); socket.close() } else socket.send(Buffer.alloc(1000), 9999, "${inner.b.v4}")
    }, 5)`
  await lab.a.exec(process.execPath, ["-e", script])
}

/** What comes to `b` and is dropped there, until what is done is done. */
async function dropping(what: string, act: () => Promise<void>): Promise<void> {
  const chain = `chain in { type filter hook prerouting priority raw; ${what} drop; }`
  await lab.b.exec("nft", ["-f", "-"], { input: `table inet dropping {\n${chain}\n}` })
  await act()
  await lab.b.exec("nft", ["delete", "table", "inet", "dropping"])
}

describe.each([
  ["wireguard over tcp", { a: wireguard("a"), b: wireguard("b") }],
  ["clear tcp", { a: calling("a", "v4", { id: "t" }), b: listening("b", "v4", { id: "t" }) }],
])("%s: what the kernel sent again", (_kind, tunnels) => {
  beforeEach(async () => {
    for (const side of ["b", "a"] as const) await engines[side].call("tunnel.start", tunnels[side])
    await reaches(engines.a, "up")
    await answers(lab.a, inner.b.v4)
    expect(await counted()).toBe(0)
  })
  afterEach(async () => {
    for (const side of ["a", "b"] as const) await engines[side].call("tunnel.stop", { id: "t" })
  })

  it("on a wire that loses is counted, no more and no less", { timeout: 60_000 }, async () => {
    for (const side of [lab.a, lab.b]) await loseOnWire(side, 3)
    await transfer({ from: lab.a, to: lab.b, host: inner.b.v4, chunks: 5, timeoutMs: 50_000 })
    for (const side of [lab.a, lab.b]) expect(await healWire(side)).toBeGreaterThan(0)
    const isCounted = async () => {
      await sendOneWay(50) // it is counted while something is sent
      const [of, by] = [await counted(), await sentAgain()]
      return of === by && of > 0
    }
    await until(isCounted, { what: "the counts to agree", timeoutMs: 20_000 })
  })

  it("is counted while packets go one way only", { timeout: 60_000 }, () =>
    dropping("iif tun0 udp dport 9999", async () => {
      await loseOnWire(lab.b, 2)
      const sendsAgain = async () => {
        await sendOneWay(100)
        return sentAgain()
      }
      const before = await until(sendsAgain, { what: "something to be sent again", timeoutMs: 20_000 })
      expect(await healWire(lab.b)).toBeGreaterThan(0)
      const isCounted = async () => {
        await sendOneWay(50)
        return Number(await counted()) >= before
      }
      await until(isCounted, { what: "it to be counted", timeoutMs: 20_000 })
    }),
  )

  it("is counted until a connection ends, also when nothing comes back any more", { timeout: 60_000 }, () =>
    dropping("iif veth0", async () => {
      await sendOneWay(10)
      let last = 0
      const isOver = async () => {
        last = Math.max(last, await sentAgain())
        return (await tunnelOf(engines.a)).state === "reconnecting"
      }
      await until(isOver, { what: "the silence to be noticed", timeoutMs: 40_000 })
      expect(last).toBeGreaterThan(0)
      expect(await counted()).toBeGreaterThanOrEqual(last)
    }),
  )
})
