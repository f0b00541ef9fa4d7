import type { TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { printWhenFailed } from "../../../../testing/on-failure.ts"
import { run } from "../../../../testing/process.ts"
import { type Product, startProduct } from "../../../../testing/product.ts"
import { until } from "../../../../testing/wait.ts"
import { createWireguardHost, type WireguardHost } from "../../../../testing/wireguard-host.ts"

// Root says something to a tunnel by stock tools; the engine, which is not root, does it, and the panel knows.

let host: WireguardHost
let product: Product
beforeEach(async () => {
  host = await createWireguardHost("socket")
  product = await startProduct({ namespace: host })
  printWhenFailed(product)
})
afterEach(async () => {
  await product.stop()
  await host.delete()
})

async function newPublicKey(): Promise<string> {
  const { stdout } = await run("wg", ["genkey"])
  return (await run("wg", ["pubkey"], { input: stdout })).stdout.trim()
}

async function createTunnel(of: Product = product, name = "lab"): Promise<void> {
  await of.api("POST", "/interfaces", { name: "wg0", addresses: ["10.77.0.1/24"] })
  const created = await of.api("POST", "/tunnels", { name, interface: "wg0", transport: { kind: "udp" } })
  expect(created.status).toBe(201)
  expect((await of.api("POST", `/tunnels/${name}/start`)).status).toBe(200)
}

async function view(): Promise<TunnelView> {
  return (await product.api<TunnelView>("GET", "/tunnels/lab")).body
}

/** As a person sees them in the page. */
async function peers(): Promise<string[]> {
  const { security } = await view()
  return security.kind === "wireguard" ? security.peers.map(({ publicKey }) => publicKey) : []
}

const isServed = async () => (await host.wgFailure("show", "wg0")) === ""

it("what `wg set` changes is in the page and saved; what the page changes `wg show` says", async () => {
  await createTunnel()
  const [key, other] = [await newPublicKey(), await newPublicKey()]
  await host.wg("set", "wg0", "listen-port", "51820", "peer", key, "allowed-ips", "10.1.0.0/16")
  await until(async () => (await peers()).includes(key), { what: "the peer to be in the page" })
  expect((await view()).transport.listen).toBe("[::]:51820")
  expect(JSON.stringify((await product.api("GET", "/events")).body)).toContain("Changed over its configuration socket")
  const added = await product.api("POST", "/tunnels/lab/peers", { publicKey: other, allowedIps: ["10.1.0.0/16"] })
  expect(added.status).toBe(201)
  expect(await host.wg("show", "wg0", "allowed-ips")).toBe(`${key}\t(none)\n${other}\t10.1.0.0/16\n`)
  await product.api("POST", "/tunnels/lab/stop")
  expect(await isServed()).toBe(false)
})

it("a change while the panel is away is kept until it is back, and not undone by what it wanted before", async () => {
  await createTunnel()
  const [before, meanwhile] = [await newPublicKey(), await newPublicKey()]
  await host.wg("set", "wg0", "peer", before)
  await until(async () => (await peers()).includes(before), { what: "the first peer to be in the page" })
  await product.kill("SIGSTOP", "panel")
  await host.wg("set", "wg0", "peer", meanwhile)
  await product.kill("SIGKILL", "panel")
  await until(async () => (await peers().catch((): string[] => [])).includes(meanwhile), {
    what: "the second peer to be in the page",
    timeoutMs: 30_000,
  })
  expect((await host.wg("show", "wg0", "peers")).trim().split("\n").sort()).toEqual([before, meanwhile].sort())
})

it("the socket of an engine that was killed is served by the next one, with what was saved", async () => {
  await createTunnel()
  const key = await newPublicKey()
  await host.wg("set", "wg0", "peer", key)
  await until(async () => (await peers()).includes(key), { what: "the peer to be in the page" })
  await product.kill("SIGKILL", "engine")
  const isBack = async () => (await host.wg("show", "wg0", "peers")) === `${key}\n`
  await until(isBack, { what: "the next engine's socket", timeoutMs: 30_000 })
  const mode = (await host.exec("stat", ["-c", "%a %U", "/run/wireguard", "/run/wireguard/wg0.sock"])).stdout
  expect(mode).toBe("700 root\n600 root\n")
})

it("of two Tundecks that want one socket the first has it, and the other says so and runs", {
  timeout: 120_000,
}, async () => {
  await createTunnel()
  const key = await newPublicKey()
  await host.wg("set", "wg0", "peer", key)
  const namespace = await createWireguardHost("second")
  // Another network namespace, the same directory of sockets.
  const shared = { ...namespace, exec: inMountsOf(host, namespace).exec, spawn: inMountsOf(host, namespace).spawn }
  const second = await startProduct({ namespace: shared })
  try {
    await createTunnel(second, "other")
    const events = async () => JSON.stringify((await second.api("GET", "/events")).body)
    await until(async () => /Another program serves .*wg0\.sock/.test(await events()), { what: "the event" })
    expect(await host.wg("show", "wg0", "peers")).toBe(`${key}\n`)
    await product.stop()
    const isTaken = async () => (await host.wg("show", "wg0", "peers")) === ""
    await until(isTaken, { what: "the second one to have the socket", timeoutMs: 30_000 })
  } finally {
    await second.stop()
    await namespace.delete()
  }
})

function inMountsOf(mounts: WireguardHost, network: WireguardHost): Pick<WireguardHost, "exec" | "spawn"> {
  const net = (args: readonly string[], command: string) => [`--net=/proc/${network.pid}/ns/net`, command, ...args]
  return {
    exec: (command, args = [], options) => mounts.exec("nsenter", net(args, command), options),
    spawn: (command, args = [], options) => mounts.spawn("nsenter", net(args, command), options),
  }
}
