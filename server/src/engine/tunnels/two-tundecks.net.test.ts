import type { TunnelConfig, TunnelPeerStatus } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { healWire, loseOnWire } from "../testing/lossy-wire.ts"
import { startStockPeer } from "../testing/stock-peer.ts"
import {
  answers,
  createTunnelLab,
  inner,
  innerAddresses,
  makeInterface,
  outer,
  reaches,
  type Side,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"
import { createKeyPair } from "../testing/wireguard-keys.ts"

// Two engines with WireGuard between them: what they agree on inside the session, over real sockets and devices.

const port = 51_820
const megabytes = 5
const timeout = 90_000
const keys = { a: createKeyPair(), b: createKeyPair() }
const other = { a: "b", b: "a" } as const

let lab: TunnelLab
let engines: Record<Side, EngineProcess>
beforeAll(async () => {
  lab = await createTunnelLab()
  engines = { a: await startEngineProcess(lab.a), b: await startEngineProcess(lab.b) }
})
afterAll(async () => {
  for (const side of ["a", "b"] as const) await engines?.[side].stop()
  await lab?.[Symbol.asyncDispose]()
})

/** `a` calls. */
function tunnel(side: Side, kind: "tcp" | "udp", publicKey = keys[other[side]].publicKey): TunnelConfig {
  const peer = {
    ...{ name: "other", publicKey, keepaliveSeconds: 0, enabled: true },
    allowedIps: [`${inner[other[side]].v4}/32`, `${inner[other[side]].v6}/128`],
    ...(side === "a" && { endpoint: `${outer.b.v4}:${port}` }),
  }
  return {
    ...{ id: "t", name: "t", interface: "net0", autostart: false },
    transport: { kind, listen: `${outer[side].v4}:${port}` },
    security: { kind: "wireguard", privateKey: keys[side].privateKey, peers: [peer] },
  }
}

async function peerStatus(side: Side): Promise<TunnelPeerStatus> {
  const [status] = await engines[side].call("tunnel.peers", { id: "t" })
  if (status === undefined) throw new Error("the tunnel has no peer")
  return status
}

async function connected(link: "tun" | "tap", kind: "tcp" | "udp", use: () => Promise<void>): Promise<void> {
  for (const side of ["b", "a"] as const) {
    await makeInterface(engines[side], side, { kind: link, mtu: 1400, name: "net0" })
    await engines[side].call("tunnel.start", tunnel(side, kind))
  }
  try {
    // A handshake that is lost is tried again after 5 s.
    for (const side of ["a", "b"] as const) await reaches(engines[side], "up", { timeoutMs: 30_000 })
    await answers(lab.a, inner.b.v4, inner.b.v6)
    await use()
  } finally {
    for (const side of ["a", "b"] as const) {
      await engines[side].call("tunnel.stop", { id: "t" })
      await engines[side].call("interface.delete", { name: "net0" })
    }
  }
}

async function carry(from: Side, family: "v4" | "v6"): Promise<void> {
  const to = other[from]
  const { sent, received } = await transfer({
    ...{ from: lab[from], to: lab[to], host: inner[to][family], chunks: megabytes, timeoutMs: timeout },
  })
  expect(sent).toHaveLength(megabytes)
  expect(received).toEqual(sent)
}

const cases = (["tun", "tap"] as const).flatMap((link) => (["tcp", "udp"] as const).map((kind) => ({ link, kind })))

describe.each(cases)("$link over $kind", ({ link, kind }) => {
  it("each knows the other as a Tundeck, and what is carried arrives as it was sent, both ways", { timeout }, () =>
    connected(link, kind, async () => {
      for (const side of ["a", "b"] as const) {
        const isKnown = async () => {
          const { isTundeck, roundTripMs } = await peerStatus(side)
          return isTundeck === true && Number(roundTripMs) > 0
        }
        await until(isKnown, { what: `${side} to know the other, and the way to it` })
        const { cipher, carrier } = await peerStatus(side)
        expect([cipher, carrier]).toEqual([process.arch === "x64" ? "aes-256-gcm" : cipher, kind])
      }
      for (const family of ["v4", "v6"] as const) {
        await carry("a", family)
        await carry("b", family)
      }
      for (const side of ["a", "b"] as const) expect((await tunnelOf(engines[side])).stats.inbound.dropped).toBe(0)
    }),
  )
})

it("tap, 3 % loss both ways: frames pass, whatever became of the hellos", { timeout }, async () => {
  for (const side of [lab.a, lab.b]) await loseOnWire(side, 3)
  await connected("tap", "udp", async () => {
    await carry("a", "v4")
    await carry("b", "v6")
  })
  for (const side of [lab.a, lab.b]) expect(await healWire(side)).toBeGreaterThan(0)
})

it("tap with a stock peer: the tunnel says that it wants a Tundeck on both sides", { timeout }, async () => {
  const stock = await startStockPeer(lab.b, { name: "stock0", port, addresses: innerAddresses("b") })
  await makeInterface(engines.a, "a", { kind: "tap", mtu: 1400, name: "net0" })
  try {
    await stock.set(keys.a.publicKey, "allowed-ips", `${inner.a.v4}/32`)
    await engines.a.call("tunnel.start", tunnel("a", "udp", stock.publicKey))
    const isSaid = async () => (await tunnelOf(engines.a)).reason?.code === "no-tundeck"
    await until(isSaid, { what: "the reason", timeoutMs: 30_000 })
    expect(await peerStatus("a")).toMatchObject({ isTundeck: false, connected: false })
  } finally {
    await engines.a.call("tunnel.stop", { id: "t" })
    await engines.a.call("interface.delete", { name: "net0" })
    await stock.stop()
  }
})
