import type { TunnelConfig, TunnelPeerStatus, WireguardConfig, WireguardPeer } from "@tundeck/shared"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { createHostsFile, type HostsFile } from "../testing/hosts-file.ts"
import { type StockPeer, startStockPeer } from "../testing/stock-peer.ts"
import {
  answers,
  createTunnelLab,
  inner,
  innerAddresses,
  makeInterface,
  outer,
  ping,
  type TunnelLab,
} from "../testing/tunnel-lab.ts"
import { createKeyPair, createPresharedKey, type KeyPair } from "../testing/wireguard-keys.ts"

// What changes while a wireguard tunnel runs. The device stays as it is; the other end is Debian's wireguard-go.

const port = 51_820
const timeout = 60_000
const name = "stock.test"

let lab: TunnelLab
let hosts: HostsFile
let engine: EngineProcess
let stock: StockPeer
let ours: KeyPair
beforeAll(async () => {
  lab = await createTunnelLab()
  hosts = await createHostsFile()
  engine = await startEngineProcess(lab.a, { wrapper: hosts.wrapper })
  await makeInterface(engine, "a", { mtu: 1420 })
})
beforeEach(async () => {
  ours = createKeyPair()
  stock = await startStockPeer(lab.b, { name: "change0", port, addresses: innerAddresses("b") })
  await stock.set(ours.publicKey, "allowed-ips", `${inner.a.v4}/32,${inner.a.v6}/128`)
})
afterEach(async () => {
  await engine.call("tunnel.stop", { id: "t" })
  await stock.stop()
})
afterAll(async () => {
  await engine?.stop()
  await hosts?.[Symbol.asyncDispose]()
  await lab?.[Symbol.asyncDispose]()
})

function peer(change: Partial<WireguardPeer> = {}): WireguardPeer {
  const allowedIps = [`${inner.b.v4}/32`, `${inner.b.v6}/128`]
  const endpoint = `${outer.b.v4}:${port}`
  return {
    name: "stock",
    publicKey: stock.publicKey,
    allowedIps,
    endpoint,
    keepaliveSeconds: 0,
    enabled: true,
    ...change,
  }
}

function start(
  transport: Partial<TunnelConfig["transport"]> = {},
  peers: WireguardPeer[] = [peer()],
  security: Partial<WireguardConfig> = {},
) {
  return engine.call("tunnel.start", {
    ...{ id: "t", name: "t", interface: "tun0", autostart: false },
    transport: { kind: "udp", listen: `[::]:${port}`, ...transport },
    security: { kind: "wireguard", privateKey: ours.privateKey, ...security, peers },
  })
}

async function status(): Promise<TunnelPeerStatus> {
  const found = (await engine.call("tunnel.peers", { id: "t" })).find(({ publicKey }) => publicKey === stock.publicKey)
  if (found === undefined) throw new Error("the tunnel has no such peer")
  return found
}

/** How often a program attached to the interface, or let go of it. */
async function carrierChanges(): Promise<string> {
  return (await lab.a.exec("cat", ["/sys/class/net/tun0/carrier_changes"])).stdout.trim()
}

it("another port and another mark: the device stays, the keys stay, and the peer follows", { timeout }, async () => {
  await start()
  await answers(lab.a, inner.b.v4)
  const [before, { lastHandshakeAt }] = [await carrierChanges(), await status()]
  await start({ listen: "[::]:51999", firewallMark: 7 })
  await answers(lab.a, inner.b.v4)
  expect((await stock.state()).endpoint).toBe(`${outer.a.v4}:51999`)
  expect(await carrierChanges()).toBe(before)
  expect(await status()).toMatchObject({ lastHandshakeAt, connected: true })
})

it("another peer comes and goes: the one that stays keeps its keys", { timeout }, async () => {
  await start()
  await answers(lab.a, inner.b.v4)
  const { lastHandshakeAt, outbound } = await status()
  const other = { name: "other", publicKey: createKeyPair().publicKey, allowedIps: ["10.90.0.0/16"] }
  await start({}, [{ ...other, keepaliveSeconds: 0, enabled: true }, peer({ name: "renamed", keepaliveSeconds: 25 })])
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  expect(await status()).toMatchObject({ name: "renamed", lastHandshakeAt })
  expect((await status()).outbound.packets).toBeGreaterThan(outbound.packets)
  await start()
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
})

it("not enabled any more: cut off at once, and back with a new handshake", { timeout }, async () => {
  await start()
  await answers(lab.a, inner.b.v4)
  const { lastHandshakeAt } = await status()
  await start({}, [peer({ enabled: false })])
  expect(await ping(lab.a, inner.b.v4, "-W", "1")).toBe(0)
  expect(await status()).toMatchObject({ enabled: false, connected: false })
  await start()
  await answers(lab.a, inner.b.v4)
  expect((await status()).lastHandshakeAt).toBeGreaterThan(lastHandshakeAt ?? 0)
})

it("another private key, the previous one still held: a peer that knows no other is answered", {
  timeout,
}, async () => {
  await start()
  await answers(lab.a, inner.b.v4)
  const next = createKeyPair()
  await start({}, [peer()], { privateKey: next.privateKey, previousPrivateKey: ours.privateKey })
  expect(await ping(lab.a, inner.b.v4)).toBe(3)
  await stock.set(next.publicKey, "allowed-ips", `${inner.a.v4}/32,${inner.a.v6}/128`)
  await start({}, [peer()], { privateKey: next.privateKey })
  await answers(lab.a, inner.b.v4)
})

it("another preshared key on both sides: the old keys end, new ones are agreed", { timeout }, async () => {
  await start()
  await answers(lab.a, inner.b.v4)
  const presharedKey = createPresharedKey()
  await stock.set(ours.publicKey, ...(await stock.presharedKey(presharedKey)))
  await start({}, [peer({ presharedKey })])
  await answers(lab.a, inner.b.v4)
})

it("an endpoint's name is looked up, and what it leads to is shown", { timeout }, async () => {
  await hosts.set(name, outer.b.v4)
  await start({}, [peer({ endpoint: `${name}:${port}` })])
  await answers(lab.a, inner.b.v4)
  expect(await status()).toMatchObject({ endpoint: `${outer.b.v4}:${port}`, connected: true })
})

it("a name without an address is looked up again until it has one", { timeout }, async () => {
  await hosts.set(name)
  await start({}, [peer({ endpoint: `${name}:${port}`, keepaliveSeconds: 1 })])
  expect(await ping(lab.a, inner.b.v4, "-W", "1")).toBe(0)
  await hosts.set(name, outer.b.v4)
  await until(async () => (await ping(lab.a, inner.b.v4, "-c", "1", "-W", "1")) === 1, {
    what: "the name's new address to be called",
    timeoutMs: 40_000,
  })
})

it("a handshake is an event, with the peer's name", { timeout }, async () => {
  await start({}, [peer({ name: "new" })])
  await answers(lab.a, inner.b.v4)
  const told = () => engine.events.map(({ text }) => text).filter((text) => text.startsWith("new: "))
  await until(() => told().length > 0, { what: "the event" }) // it goes its own way to the panel
  expect(told()).toEqual([`new: handshake, at ${outer.b.v4}:${port}.`])
})
