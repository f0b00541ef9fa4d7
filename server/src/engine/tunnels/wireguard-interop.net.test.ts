import { setTimeout as sleep } from "node:timers/promises"
import type { TunnelConfig, TunnelPeerStatus } from "@tundeck/shared"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { startDatagrams } from "../../../../testing/peers/datagrams.ts"
import { transfer } from "../../../../testing/transfer.ts"
import { until } from "../../../../testing/wait.ts"
import { StaticKey } from "../relay/wireguard/noise/keys.ts"
import { cookieReplySize, initiationAt, initiationSize } from "../relay/wireguard/noise/messages.ts"
import { strayInitiations } from "../relay/wireguard/testing/stray-initiations.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { healWire, loseOnWire } from "../testing/lossy-wire.ts"
import { startPingTrain } from "../testing/ping-train.ts"
import { type StockPeer, startStockPeer } from "../testing/stock-peer.ts"
import {
  answers,
  createTunnelLab,
  dropsOf,
  type Family,
  inner,
  innerAddresses,
  makeInterface,
  outer,
  ping,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"
import { createKeyPair, createPresharedKey } from "../testing/wireguard-keys.ts"

// Debian's wireguard-go, configured by Debian's wg, is the other end. It knows nothing of Tundeck.

const port = 51_820
const udpHeader = 8
const megabytes = 10
const timeout = 60_000
const ours = createKeyPair()

let lab: TunnelLab
let engine: EngineProcess
let stock: StockPeer

beforeAll(async () => {
  lab = await createTunnelLab()
  engine = await startEngineProcess(lab.a)
  await makeInterface(engine, "a", { mtu: 1420 })
})
afterEach(async () => {
  await stock?.stop()
  await engine.call("tunnel.stop", { id: "t" })
})
afterAll(async () => {
  await engine?.stop()
  await lab?.[Symbol.asyncDispose]()
})

type Caller = "ours" | "stock"
interface Case {
  caller: Caller
  family?: Family
  presharedKey?: string
}

const networks = ["10.77.0.2/32", "fd77::2/128"]
const endpointOf = (side: "a" | "b", family: Family) =>
  family === "v4" ? `${outer[side].v4}:${port}` : `[${outer[side].v6}]:${port}`

function tunnel({ caller, family = "v4", presharedKey }: Case): TunnelConfig {
  const peer = {
    name: "stock",
    publicKey: stock.publicKey,
    allowedIps: networks,
    keepaliveSeconds: 0,
    enabled: true,
    ...(presharedKey && { presharedKey }),
    ...(caller === "ours" && { endpoint: endpointOf("b", family) }),
  }
  return {
    ...{ id: "t", name: "t", interface: "tun0", autostart: false },
    transport: { kind: "udp", listen: `[::]:${port}` },
    security: { kind: "wireguard", privateKey: ours.privateKey, peers: [peer] },
  }
}

async function begin(wanted: Case): Promise<void> {
  await beginStock(wanted)
  await engine.call("tunnel.start", tunnel(wanted))
}

async function beginStock({ caller, family = "v4", presharedKey }: Case): Promise<void> {
  stock = await startStockPeer(lab.b, { name: "stock0", port, addresses: innerAddresses("b") })
  const psk = presharedKey === undefined ? [] : await stock.presharedKey(presharedKey)
  const endpoint = caller === "stock" ? ["endpoint", endpointOf("a", family)] : []
  await stock.set(ours.publicKey, ...psk, ...endpoint, "allowed-ips", `${inner.a.v4}/32,${inner.a.v6}/128`)
}

async function peerStatus(): Promise<TunnelPeerStatus> {
  const [status] = await engine.call("tunnel.peers", { id: "t" })
  if (status === undefined) throw new Error("the tunnel has no peer")
  return status
}

async function carryBothWays(host: { a: string; b: string }): Promise<void> {
  for (const [from, to] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const { sent, received } = await transfer({
      ...{ from: lab[from], to: lab[to], host: host[to], chunks: megabytes, timeoutMs: timeout },
    })
    expect(sent).toHaveLength(megabytes)
    expect(received).toEqual(sent)
  }
}

const cases = (["ours", "stock"] as const).flatMap((caller) =>
  (["v4", "v6"] as const).map((family) => ({ caller, family, name: `${caller} calls over IP${family}` })),
)

describe.each(cases)("$name", (wanted) => {
  it("IPv4 and IPv6 pass inside, and 10 MB each way arrive as they were sent", { timeout }, async () => {
    await begin(wanted)
    const [from, host] = wanted.caller === "ours" ? [lab.a, inner.b] : [lab.b, inner.a]
    await answers(from, host.v4, host.v6)
    await reaches(engine, "up")
    await carryBothWays({ a: inner.a.v4, b: inner.b.v4 })
    await carryBothWays({ a: inner.a.v6, b: inner.b.v6 })
    expect((await tunnelOf(engine)).stats.inbound.dropped).toBe(0)
  })
})

it.each(["ours", "stock"] as const)(
  "with a preshared key, when %s calls; with another one nothing passes",
  { timeout },
  async (caller) => {
    const presharedKey = createPresharedKey()
    await begin({ caller, presharedKey })
    const [from, host] = caller === "ours" ? [lab.a, inner.b] : [lab.b, inner.a]
    await answers(from, host.v4)
    await engine.call("tunnel.start", tunnel({ caller, presharedKey: createPresharedKey() }))
    expect(await ping(from, host.v4, "-W", "1")).toBe(0)
  },
)

it("the peer is told by its key, with endpoint, handshake and bytes; so are we", { timeout }, async () => {
  await begin({ caller: "ours" })
  await answers(lab.a, inner.b.v4)
  const status = await peerStatus()
  expect(status).toMatchObject({ publicKey: stock.publicKey, connected: true, endpoint: endpointOf("b", "v4") })
  expect(Math.abs(Date.now() - (status.lastHandshakeAt ?? 0))).toBeLessThan(60_000)
  const seen = await stock.state()
  expect(seen.endpoint).toBe(endpointOf("a", "v4"))
  expect(seen.lastHandshakeAt).toBeGreaterThan(0)
  expect(seen.received).toBeGreaterThan(84)
})

// Whoever sends and hears nothing asks for new keys after 15 s: the protocol's own time.
const noticed = (from: TunnelLab["a"], host: string) =>
  until(async () => (await ping(from, host, "-c", "1", "-W", "1")) === 1, {
    what: `${host} to answer`,
    timeoutMs: 30_000,
  })

const isSeenAt = (endpoint: string) =>
  until(async () => (await peerStatus()).endpoint === endpoint, { what: `the peer to be seen at ${endpoint}` })

async function isNowAt(before: string, after: string): Promise<void> {
  await lab.b.exec("ip", ["address", "delete", before, "dev", "veth0"])
  await lab.b.exec("ip", ["address", "add", after, "dev", "veth0"])
}

it("it is followed to another address, and it follows us", { timeout }, async () => {
  await begin({ caller: "stock" })
  await answers(lab.b, inner.a.v4)
  await isNowAt(`${outer.b.v4}/24`, "10.8.0.22/24")
  // wireguard-go keeps to the address that it had, until it asks for new keys.
  await noticed(lab.b, inner.a.v4)
  await isSeenAt(`10.8.0.22:${port}`)
  await stock.listenOn(51_999)
  await answers(lab.b, inner.a.v4)
  await isSeenAt("10.8.0.22:51999")
  await answers(lab.a, inner.b.v4)
  await isNowAt("10.8.0.22/24", `${outer.b.v4}/24`)
})

it("killed and started anew, it is reached again as soon as it is missed", { timeout }, async () => {
  await begin({ caller: "ours" })
  await answers(lab.a, inner.b.v4)
  await stock.restart()
  await noticed(lab.a, inner.b.v4)
  await answers(lab.b, inner.a.v4)
})

it("our engine killed and started anew, it reaches us again", { timeout }, async () => {
  await begin({ caller: "stock" })
  await answers(lab.b, inner.a.v4)
  await engine.stop()
  engine = await startEngineProcess(lab.a)
  await engine.call("wanted.set", { interfaces: [], tunnels: [] })
  await engine.call("tunnel.start", tunnel({ caller: "stock" }))
  await noticed(lab.b, inner.a.v4)
})

it("new keys are made under traffic, and nothing is lost", { timeout }, async () => {
  await engine.stop()
  engine = await startEngineProcess(lab.a, { env: { TUNDECK_REKEY_SECONDS: "5" } })
  await begin({ caller: "ours" })
  await answers(lab.a, inner.b.v4)
  const first = (await stock.state()).lastHandshakeAt
  await using pings = await startPingTrain(lab.a, inner.b.v4)
  const renewed = async () => (await stock.state()).lastHandshakeAt >= first + 10
  await until(renewed, { what: "two more handshakes", timeoutMs: 30_000 })
  expect(await pings.returns()).toBe(0)
  const answered = pings.answered()
  expect(answered).toHaveLength(answered.at(-1) ?? 0)
})

it("3 % loss both ways: 10 MB each way arrive as they were sent", { timeout: 2 * timeout }, async () => {
  await begin({ caller: "ours" })
  await answers(lab.a, inner.b.v4)
  for (const side of [lab.a, lab.b]) await loseOnWire(side, 3)
  await carryBothWays({ a: inner.a.v4, b: inner.b.v4 })
  for (const side of [lab.a, lab.b]) expect(await healWire(side)).toBeGreaterThan(0)
})

/** Counts the datagrams that come there and are as these words of nft say. */
async function countArrivals(namespace: TunnelLab["a"], name: string, words: string) {
  const nft = (...args: string[]) => namespace.exec("nft", args)
  await nft("add", "table", "inet", name)
  await nft("add", "chain", "inet", name, "in", "{ type filter hook input priority 0; }")
  await nft("add", "rule", "inet", name, "in", ...words.split(" "), "counter")
  return {
    async count(): Promise<number> {
      const { stdout } = await nft("list", "table", "inet", name)
      return Number(/packets (\d+)/.exec(stdout)?.[1])
    },
    [Symbol.asyncDispose]: async () => void (await nft("delete", "table", "inet", name)),
  }
}

const betweenTunnels = `udp sport ${port} udp dport ${port}`
const cookieReply = `udp length ${udpHeader + cookieReplySize}`
const strays = (publicKey: string) => strayInitiations(new StaticKey(Buffer.from(publicKey, "base64")), 500)

it("while we are under load, it answers our cookie and gets in", { timeout }, async () => {
  await using cookies = await countArrivals(lab.b, "cookies", `${betweenTunnels} ${cookieReply}`)
  await begin({ caller: "stock" })
  // Above what is no load, and below what is sent cookies.
  const datagrams = strays(ours.publicKey)
  const flood = await startDatagrams(lab.b, { address: outer.a.v4, port, perSecond: 1_500, datagrams })
  const isLoaded = async () => (await dropsOf(engine, "under-load")) > 100
  await until(isLoaded, { what: "our engine to be under load" })
  await noticed(lab.b, inner.a.v4)
  const before = await dropsOf(engine, "under-load")
  expect(await cookies.count()).toBeGreaterThan(0)
  await until(async () => (await dropsOf(engine, "under-load")) > before, { what: "the load to go on" })
  await flood.stop()
})

/**
 * Keeps wireguard-go under load until it is ended. It is that for a second after 128 handshakes waited at once: it is held up
 * until more have come.
 */
async function keepStockLoaded() {
  const datagrams = strays(stock.publicKey)
  const flood = await startDatagrams(lab.a, { address: outer.b.v4, port, perSecond: 2_000, datagrams })
  const ending = new AbortController()
  const ended = (async () => {
    while (!ending.signal.aborted) {
      stock.pause()
      await sleep(100)
      stock.resume()
      await sleep(200)
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      ending.abort()
      await ended
      await flood.stop()
    },
  }
}

it("while it is under load, we answer its cookie and get in", { timeout }, async () => {
  const hasMac2 = `udp length ${udpHeader + initiationSize} @th,${8 * (udpHeader + initiationAt.mac2)},32 != 0`
  await using cookies = await countArrivals(lab.a, "cookies", `${betweenTunnels} ${cookieReply}`)
  await using others = await countArrivals(lab.a, "others", `udp sport ${port} udp dport != ${port} ${cookieReply}`)
  await using proven = await countArrivals(lab.b, "proven", `${betweenTunnels} ${hasMac2}`)
  await beginStock({ caller: "ours" })
  await using _load = await keepStockLoaded()
  await until(async () => (await others.count()) > 100, { what: "wireguard-go to be under load" })
  await engine.call("tunnel.start", tunnel({ caller: "ours" }))
  await noticed(lab.a, inner.b.v4)
  const before = await others.count()
  expect(await cookies.count()).toBeGreaterThan(0)
  expect(await proven.count()).toBeGreaterThan(0)
  await until(async () => (await others.count()) > before, { what: "the load to go on" })
})
