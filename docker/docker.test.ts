// The image and docker/compose.yaml, run for real: as root, with a daemon and a base image made on the spot.
import { join } from "node:path"
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest"
import { privilegesOf } from "../testing/capabilities.ts"
import { familyOf } from "../testing/family.ts"
import { until } from "../testing/wait.ts"
import { importBaseImage } from "./test/base-image.ts"
import { type Compose, compose, composeDefaults } from "./test/compose.ts"
import { connectDocker, type Docker } from "./test/daemon.ts"

const peers = ["peer-a", "peer-b"] as const
type Peer = (typeof peers)[number]

const root = join(import.meta.dirname, "..")
const baseImage = "tundeck-test-base"
const image = "tundeck-test"
let docker: Docker
let project: Compose

beforeAll(async () => {
  docker = await connectDocker()
  await importBaseImage(docker, baseImage)
  const file = join(root, "docker/Dockerfile")
  const base = ["--build-arg", `BASE_IMAGE=${baseImage}`]
  await docker("build", "--network", "host", ...base, "--file", file, "--tag", image, root)
  project = await compose(docker, image)
  await project("up", "--detach", "--no-build").catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await logs()}`)
  })
}, 600_000)

afterAll(async () => {
  await project?.("down", "--volumes", "--timeout", "5")
  await docker?.stop()
}, 120_000)

test("both peers become healthy", async () => {
  printLogsWhenFailed()
  for (const peer of peers) {
    const healthy = async () => (await inspect(peer, "{{.State.Health.Status}}")) === "healthy"
    await until(healthy, { what: `${peer} to be healthy`, timeoutMs: 120_000, intervalMs: 500 })
  }
})

test("the tunnel comes up by itself, encrypted, and each peer knows the other by its key", async () => {
  printLogsWhenFailed()
  const [a, b] = [await tunnelThatIsUp("peer-a"), await tunnelThatIsUp("peer-b")]
  expect([a, b]).toMatchObject([{ insecure: false }, { insecure: false }])
  const known = ({
    security: {
      publicKey,
      peers: [other],
    },
  }: Tunnel) => [publicKey, other?.publicKey]
  expect(known(a)).toEqual(known(b).reverse())
})

test("both panels show the ping's requests and replies", async () => {
  printLogsWhenFailed()
  for (const peer of peers) await pingSeen(peer, Date.now())
})

test("no container is privileged: each has the capabilities named in compose.yaml, and /dev/net/tun at most", async () => {
  const launcher = ["SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "KILL"]
  const services = {
    "peer-a": ["NET_ADMIN", "NET_RAW", ...launcher],
    "peer-b": ["NET_ADMIN", "NET_RAW", ...launcher],
    ping: ["NET_RAW"],
  }
  for (const [service, capabilities] of Object.entries(services)) {
    const host = JSON.parse(await inspect(service, "{{json .HostConfig}}"))
    expect(host).toMatchObject({ Privileged: false, CapDrop: ["ALL"], CapAdd: capabilities })
    const devices = (host.Devices ?? []).map((device: { PathOnHost: string }) => device.PathOnHost)
    expect(devices).toEqual(service === "ping" ? [] : ["/dev/net/tun"])
  }
  const keys = JSON.parse(await inspect("keys", "{{json .HostConfig}}"))
  expect(keys).toMatchObject({ Privileged: false, CapDrop: ["ALL"], NetworkMode: "none" })
  expect(keys.CapAdd ?? []).toEqual([])
})

test("the engine holds NET_ADMIN and NET_RAW alone, the panel nothing; neither is root", async () => {
  for (const peer of peers) {
    const family = await familyOf(await mainProcess(peer))
    const engine = family.find(({ role }) => role === "engine")
    const panel = family.find(({ role }) => role === "panel")
    if (!engine || !panel) throw new Error(`${peer} runs ${JSON.stringify(family)}`)
    const [engineHas, panelHas] = [await privilegesOf(engine.pid), await privilegesOf(panel.pid)]
    expect(engineHas).toMatchObject({ permitted: ["NET_ADMIN", "NET_RAW"], effective: ["NET_ADMIN", "NET_RAW"] })
    expect(panelHas).toMatchObject({ permitted: [], effective: [], inheritable: [], ambient: [] })
    expect([engineHas.noNewPrivileges, panelHas.noNewPrivileges]).toEqual([true, true])
    expect(engineHas.uid).not.toBe(0)
    expect(panelHas.uid).not.toBe(0)
    expect(panelHas.uid).not.toBe(engineHas.uid)
  }
})

test("a killed peer that returns agrees on new keys, and the ping goes on", async () => {
  printLogsWhenFailed()
  const container = await project.container("peer-b")
  await docker("kill", container)
  await docker("start", container)
  const returned = Date.now()
  for (const peer of peers) await tunnelThatIsUp(peer)
  for (const peer of peers) await pingSeen(peer, returned)
})

test("a peer whose main process dies is started again, and its ping with it", async () => {
  printLogsWhenFailed()
  process.kill(await mainProcess("peer-a"), "SIGKILL")
  const again = async () => Number(await inspect("peer-a", "{{.RestartCount}}")) > 0
  await until(again, { what: "peer-a to be started again", timeoutMs: 120_000, intervalMs: 250 })
  const restarted = Date.now()
  for (const peer of peers) await tunnelThatIsUp(peer)
  for (const peer of peers) await pingSeen(peer, restarted)
})

test("as a user runs it, the panels stand on ports 8080 and 8081 of the host's loopback", async () => {
  const ports = (await composeDefaults(docker)).match(/127\.0\.0\.1:\d+:\d+/g)
  expect(ports).toEqual(["127.0.0.1:8080:8080", "127.0.0.1:8081:8081"])
})

async function inspect(service: string, format: string): Promise<string> {
  return docker("inspect", "--format", format, await project.container(service))
}

async function mainProcess(peer: Peer): Promise<number> {
  return Number(await inspect(peer, "{{.State.Pid}}"))
}

interface Tunnel {
  name: string
  state: string
  insecure: boolean
  security: { publicKey: string; peers: { publicKey: string }[] }
}

interface Packet {
  time: number
  info: string
}

const tokens = new Map<Peer, string>()

/** The items of a list of the peer's API. */
async function list<T>(peer: Peer, path: string): Promise<T[]> {
  let token = tokens.get(peer)
  if (token === undefined) {
    const create = ["tundeck", "token", "create", "--name", "test", "--role", "admin", "--json"]
    token = JSON.parse(await docker("exec", await project.container(peer), ...create)).token as string
    tokens.set(peer, token)
  }
  const answer = await fetch(`${project.panels[peer]}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`${peer}: GET ${path}: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { items: T[] }).items
}

async function tunnels(peer: Peer): Promise<Tunnel[]> {
  return list<Tunnel>(peer, "/tunnels")
}

async function tunnelThatIsUp(peer: Peer): Promise<Tunnel> {
  const isUp = async () => (await tunnels(peer)).find(({ state }) => state === "up")
  return until(isUp, { what: `a tunnel of ${peer} to be up`, timeoutMs: 120_000, intervalMs: 250 })
}

/** Waits until the peer's panel has an echo request and an echo reply that passed after `since`. */
async function pingSeen(peer: Peer, since: number): Promise<void> {
  const { name } = await tunnelThatIsUp(peer)
  const seen = async () => {
    const packets = (await list<Packet>(peer, `/tunnels/${name}/packets`)).filter(({ time }) => time > since)
    return ["request", "reply"].every((word) => packets.some(({ info }) => info.startsWith(`Echo (ping) ${word}`)))
  }
  await until(seen, { what: `a ping in ${peer}'s packets`, timeoutMs: 120_000, intervalMs: 500 })
}

function printLogsWhenFailed(): void {
  onTestFailed(async () => console.error(await logs()))
}

async function logs(): Promise<string> {
  const health = peers.map(async (peer) => `${peer}: ${await inspect(peer, "{{json .State.Health}}").catch(String)}`)
  return [await project("logs", "--no-color", "--tail", "80"), ...(await Promise.all(health))].join("\n")
}
