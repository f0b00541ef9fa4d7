import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { connectByVeth } from "../../../testing/links.ts"
import { run } from "../../../testing/process.ts"
import { until } from "../../../testing/wait.ts"
import { createWireguardHost, type WireguardHost } from "../../../testing/wireguard-host.ts"

// How the stand-alone form begins, lives and ends, beside another implementation at the other end.

let a: WireguardHost
let b: WireguardHost
beforeEach(async () => {
  a = await createWireguardHost("alone-a")
  b = await createWireguardHost("alone-b")
  await connectByVeth(a, b, { v4: ["10.8.0.1/24", "10.8.0.2/24"], v6: ["fd08::1/64", "fd08::2/64"] })
})
afterEach(async () => {
  await a.delete()
  await b.delete()
})

const socket = "/var/run/wireguard/wg0.sock"
const program = "tundeck-wireguard.mjs"

async function exists(host: WireguardHost, path: string): Promise<boolean> {
  return (await host.exec("test", ["-e", path], { mayFail: true })).code === 0
}

/** Of the stand-alone form in this host. */
async function pids(host: WireguardHost): Promise<number[]> {
  const { stdout } = await run("ip", ["netns", "pids", host.name])
  const all = stdout.trim().split("\n").filter(Boolean)
  const commands = await Promise.all(all.map((pid) => run("ps", ["-o", "args=", "-p", pid], { mayFail: true })))
  return all.filter((_, i) => commands[i]?.stdout.includes(program)).map(Number)
}

async function signal(name: NodeJS.Signals): Promise<void> {
  for (const pid of await pids(a)) process.kill(pid, name)
}

/** The process and its interface: the kernel takes it away after the process, which it no longer lists then. */
async function hasEnded(host: WireguardHost): Promise<boolean> {
  if ((await pids(host)).length > 0) return false
  return (await host.exec("ip", ["link", "show", "wg0"], { mayFail: true })).code !== 0
}

async function isGone(host: WireguardHost): Promise<void> {
  const gone = async () => (await hasEnded(host)) && !(await exists(host, socket))
  await until(gone, { what: "the process, its interface and its socket to be gone" })
}

async function newKey(): Promise<{ privateKey: string; publicKey: string }> {
  const privateKey = (await run("wg", ["genkey"])).stdout.trim()
  return { privateKey, publicKey: (await run("wg", ["pubkey"], { input: privateKey })).stdout.trim() }
}

const answers = async (host: WireguardHost, target: string) =>
  (await host.exec("ping", ["-c", "1", "-W", "1", target], { mayFail: true })).code === 0

describe("wg-quick", () => {
  it("up makes an interface that reaches another implementation over IPv4 and IPv6, and down leaves nothing", async () => {
    const [keyA, keyB] = [await newKey(), await newKey()]
    const conf = (own: string, address: string, peer: string, peerNetworks: string, endpoint: string) =>
      `[Interface]\nPrivateKey = ${own}\nListenPort = 51820\nAddress = ${address}\n\n` +
      `[Peer]\nPublicKey = ${peer}\nAllowedIPs = ${peerNetworks}\nEndpoint = ${endpoint}:51820\n`
    const own = "10.77.0.1/24, fd77::1/64"
    const fileA = await a.file(
      "wg0.conf",
      conf(keyA.privateKey, own, keyB.publicKey, "10.77.0.2/32, fd77::2/128", "10.8.0.2"),
    )
    const theirs = "10.77.0.2/24, fd77::2/64"
    const fileB = await b.file(
      "wg0.conf",
      conf(keyB.privateKey, theirs, keyA.publicKey, "10.77.0.1/32, fd77::1/128", "[fd08::1]"),
    )
    const quick = (host: WireguardHost, verb: string, file: string, implementation: string) =>
      host.exec("wg-quick", [verb, file], {
        env: { ...process.env, WG_QUICK_USERSPACE_IMPLEMENTATION: implementation },
      })
    await quick(a, "up", fileA, `${import.meta.dirname}/../../bin/${program}`)
    await quick(b, "up", fileB, "wireguard-go")
    await until(() => answers(a, "10.77.0.2"), { what: "the other end over IPv4", timeoutMs: 20_000 })
    await until(() => answers(b, "fd77::1"), { what: "this end over IPv6", timeoutMs: 20_000 })
    const [handshake = ""] = (await a.wg("show", "wg0", "latest-handshakes")).split("\n")
    expect(Math.abs(Date.now() / 1000 - Number(handshake.split("\t")[1]))).toBeLessThan(60)
    const [, received, sent] = (await a.wg("show", "wg0", "transfer")).trim().split("\t").map(Number)
    expect(received).toBeGreaterThan(0)
    expect(sent).toBeGreaterThan(0)
    await quick(a, "down", fileA, "")
    await isGone(a)
  })
})

describe("the beginning", () => {
  it("it stays in the foreground with -f, and serves its socket with mode 0600", async () => {
    const running = a.spawn(process.execPath, [`${import.meta.dirname}/../../bin/${program}`, "-f", "wg0"])
    await until(() => exists(a, socket), { what: "the socket" })
    expect((await a.exec("stat", ["-c", "%a %U", socket])).stdout).toBe("600 root\n")
    expect(running.exited).toBe(false)
    running.signal("SIGTERM")
    await isGone(a)
  })

  it("what keeps it from beginning is said, with an exit code, and nothing stays", async () => {
    expect(await a.standAlone("not/a/name")).toContain("Use letters, digits")
    expect(await a.standAlone("lo")).toBe("tundeck: There is an interface lo already.")
    await a.exec("mkdir", ["-p", "/var/run/wireguard"])
    a.spawn("socat", ["-u", `UNIX-LISTEN:${socket}`, "OPEN:/dev/null"])
    const isServed = async () => (await a.exec("ss", ["-Hlx"])).stdout.includes(socket)
    await until(isServed, { what: "another program's socket" })
    expect(await a.standAlone("wg0")).toBe(`tundeck: ${socket} cannot be made: another program serves it.`)
    await until(() => hasEnded(a), { what: "nothing to stay" })
  })

  it("the socket of one that was killed is taken over", async () => {
    expect(await a.standAlone("wg0")).toBeUndefined()
    await signal("SIGKILL")
    await until(() => hasEnded(a), { what: "it to be killed" })
    expect(await exists(a, socket)).toBe(true)
    expect(await a.standAlone("wg0")).toBeUndefined()
    expect(await a.wg("show", "wg0", "peers")).toBe("")
  })
})

describe("the end", () => {
  it.each([
    ["SIGTERM", () => signal("SIGTERM")],
    ["the interface is deleted", () => a.exec("ip", ["link", "delete", "wg0"])],
    ["the socket is deleted", () => a.exec("rm", [socket])],
  ])("%s: interface, socket and process are gone", async (_, end) => {
    expect(await a.standAlone("wg0")).toBeUndefined()
    expect(await pids(a)).toHaveLength(1)
    await end()
    await isGone(a)
  })
})

it("the interface works on in another network namespace, while its sockets stay; deleted there, all ends", async () => {
  const [keyA, keyB] = [await newKey(), await newKey()]
  const inner = await createWireguardHost("inner")
  expect(await a.standAlone("wg0")).toBeUndefined()
  await b.exec("wireguard-go", ["wg0"])
  const file = (host: WireguardHost, { privateKey }: { privateKey: string }) => host.file("key", privateKey)
  await a.wg("set", "wg0", "private-key", await file(a, keyA), "listen-port", "51820")
  await b.wg("set", "wg0", "private-key", await file(b, keyB), "listen-port", "51820")
  await a.wg("set", "wg0", "peer", keyB.publicKey, "allowed-ips", "10.77.0.2/32", "endpoint", "10.8.0.2:51820")
  await b.wg("set", "wg0", "peer", keyA.publicKey, "allowed-ips", "10.77.0.1/32")
  await a.exec("ip", ["link", "set", "wg0", "netns", `${inner.pid}`])
  for (const [host, address] of [
    [inner, "10.77.0.1/24"],
    [b, "10.77.0.2/24"],
  ] as const) {
    await host.exec("ip", ["address", "add", address, "dev", "wg0"])
    await host.exec("ip", ["link", "set", "wg0", "up"])
  }
  await until(() => answers(inner, "10.77.0.2"), { what: "the other end", timeoutMs: 20_000 })
  expect(await a.wg("show", "wg0", "peers")).toBe(`${keyB.publicKey}\n`)
  await inner.exec("ip", ["link", "delete", "wg0"])
  await isGone(a)
  await inner.delete()
})

it("garbage, silence and a flood of clients: it answers on, and its memory stays flat", async () => {
  expect(await a.standAlone("wg0")).toBeUndefined()
  const [pid] = await pids(a)
  const memory = async () => Number((await run("ps", ["-o", "rss=", "-p", `${pid}`])).stdout)
  const pour = (what: string) =>
    a.exec("sh", ["-c", `${what} | timeout 20 socat -u - UNIX-CONNECT:${socket}`], { mayFail: true })
  const pourAll = async () => {
    await pour("head -c 20000000 /dev/urandom")
    await pour("head -c 20000000 /dev/zero")
    await pour("printf 'set=1\\n'; yes public_key=zz | head -c 15000000")
    await pour("printf 'set=1\\nfwmark='")
  }
  for (let i = 0; i < 3; i++) await pourAll()
  const before = await memory()
  for (let i = 0; i < 9; i++) await pourAll()
  const silent = Array.from({ length: 60 }, () => a.spawn("socat", ["-u", `UNIX-CONNECT:${socket}`, "OPEN:/dev/null"]))
  for (const one of silent) one.signal("SIGKILL")
  await until(async () => (await a.wgFailure("show", "wg0")) === "", { what: "an answer after all that" })
  expect(await memory()).toBeLessThan(before + 60_000)
  expect(await a.wg("show", "wg0", "fwmark")).toBe("off\n")
})
