import { readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { HostEvent, SavedCapture, TunnelView } from "@tundeck/shared"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { type Running, run } from "../../../../testing/process.ts"
import { type Product, startProduct } from "../../../../testing/product.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../../../testing/temporary.ts"
import { until } from "../../../../testing/wait.ts"
import { CaptureShelf } from "./shelf.ts"

// A whole Tundeck whose state is on a disk of 16 MB, which fills up.

const megabyte = 1024 * 1024

let namespace: Namespace
let directory: TemporaryDirectory
let holder: Running
let product: Product
/** The disk, as it is seen from outside. */
let disk: string

/** What is started in it sees a small disk at `path`, in a mount namespace of its own. */
async function withSmallDisk(host: Namespace, path: string): Promise<Namespace> {
  const script = 'mount -t tmpfs -o size=16m,mode=755 tmpfs "$1" && touch "$1/there" && exec sleep infinity'
  holder = host.spawn("unshare", ["--mount", "sh", "-c", script, "sh", path])
  disk = `/proc/${holder.pid}/root${path}`
  await until(async () => (await readdir(disk)).includes("there"), { what: "the small disk" })
  const inside = (command: string, args: readonly string[]) => [
    ...["--target", `${holder.pid}`, "--mount", "--net", "--", command],
    ...args,
  ]
  return {
    ...host,
    exec: (command, args = [], options) => run("nsenter", inside(command, args), options),
    spawn: (command, args = [], options) => host.spawn("nsenter", inside(command, args), options),
  }
}

beforeAll(async () => {
  namespace = await createNamespace("full")
  directory = await temporaryDirectory()
  const host = await withSmallDisk(namespace, directory.path)
  const dataDirectory = join(directory.path, "data")
  product = await startProduct({ namespace: host, dataDirectory, env: { TUNDECK_CAPTURE_MEGABYTES: "4" } })
  await product.api("POST", "/interfaces", { name: "tun5", addresses: ["10.55.0.1/24"] })
  await product.api("POST", "/tunnels", {
    ...{ name: "lab", interface: "tun5", transport: { kind: "responder" }, security: { kind: "none" } },
    ...{ capture: { snapLength: 0 }, autostart: true },
  })
  await until(async () => (await tunnel()).state === "up", { what: "the tunnel to be up" })
})
afterAll(async () => {
  await product?.stop()
  await holder?.stop()
  await namespace?.delete()
  await directory?.remove()
})
beforeEach(() => rm(join(disk, "filler"), { force: true }))

const tunnel = async () => (await product.api<TunnelView>("GET", "/tunnels/lab")).body
const keep = () => product.api<SavedCapture & { code: string }>("POST", "/tunnels/lab/captures", { seconds: 3600 })
const list = async () => (await product.api<{ items: SavedCapture[]; bytes: number }>("GET", "/captures")).body
const events = async () => (await product.api<{ items: HostEvent[] }>("GET", "/events?limit=100")).body.items
const files = async () => (await readdir(join(disk, "data", "captures"))).sort()

/** Pings of 1,400 bytes, as fast as they are answered, until so many were. Fails when they are not within 30 s. */
async function ping(count: number): Promise<void> {
  await namespace.exec("ping", ["-q", "-f", "-c", `${count}`, "-w", "30", "-s", "1372", "10.55.0.2"])
}

/** Leaves less than is kept for the state. */
async function fill(): Promise<void> {
  await writeFile(join(disk, "filler"), Buffer.alloc(16 * megabyte)).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
  })
}

it("within the bound the newest are kept: the oldest go, and an event says so", async () => {
  await ping(400)
  const kept: string[] = []
  for (let i = 0; i < 5; i++) kept.push((await keep()).body.id)
  const { items, bytes } = await list()
  expect(bytes).toBeLessThanOrEqual(4 * megabyte)
  expect(items.map(({ id }) => id)).toEqual(kept.slice(-items.length).reverse())
  expect(items.length).toBeLessThan(5)
  expect(await files()).toHaveLength(2 * items.length)
  const letGo = (await events()).filter(({ text }) => text.startsWith("Let go of the saved capture"))
  expect(letGo).toHaveLength(5 - items.length)
})

it("a full disk answers 507, keeps what is there, leaves nothing half written, and traffic goes on", async () => {
  const before = await list()
  await fill()
  const { status, body } = await keep()
  expect([status, body.code]).toEqual([507, "store-full"])
  expect(await list()).toEqual(before)
  expect(await files()).toHaveLength(2 * before.items.length)
  await ping(20)
  await rm(join(disk, "filler"))
  expect((await keep()).status).toBe(201)
})

it("a disk that fills up while it is written: the same", async () => {
  await ping(1000)
  const { items } = await list()
  for (const { id } of items) await product.api("DELETE", `/captures/${id}`)
  // The state has its twentieth and a little more: room to begin, none to end.
  await writeFile(join(disk, "filler"), Buffer.alloc((await free()) - 1.2 * megabyte))
  expect((await keep()).status).toBe(507)
  expect(await files()).toEqual([])
  expect((await list()).items).toEqual([])
})

it("one part alone that the disk does not take: the same", async () => {
  const shelf = new CaptureShelf({ directory: join(disk, "shelf"), mostBytes: 64 * megabyte, onLetGo: () => {} })
  const about = { id: "c_1", tunnel: "t", name: "lab", time: 0, seconds: 1, causes: [] }
  async function* parts() {
    yield Buffer.alloc(20 * megabyte)
  }
  const written = shelf.write(about, { parts: parts(), packets: () => 0 }, () => {})
  await expect(written).rejects.toMatchObject({ code: "store-full" })
  expect([shelf.list(), await readdir(join(disk, "shelf"))]).toEqual([[], []])
})

it("a capture larger than all may be is refused with the bound", async () => {
  await ping(2500)
  const { status, body } = await keep()
  expect([status, body]).toMatchObject([507, { detail: expect.stringContaining("4 MB") }])
  expect(await files()).toEqual([])
})

it("one that saves itself becomes an event that says why it could not", async () => {
  const faults = { outbound: { lossPercent: 100 } }
  await product.api("PATCH", "/tunnels/lab", { capture: { megabytes: 1, snapLength: 0, saveOn: ["drop"] } })
  await product.api("PATCH", "/tunnels/lab", { faults })
  await writeFile(join(disk, "filler"), Buffer.alloc((await free()) - 0.5 * megabyte))
  const told = async () => {
    await namespace.exec("ping", ["-c", "1", "-W", "1", "10.55.0.2"], { mayFail: true })
    return (await events()).some(({ text }) => text.includes("could not be saved (the first outbound drop"))
  }
  await until(told, { what: "the event", timeoutMs: 20_000 })
  expect(await files()).toEqual([])
})

it("what is on the disk survives a panel that dies, and is deleted when asked", async () => {
  await rm(join(disk, "filler"), { force: true })
  await product.api("PATCH", "/tunnels/lab", { faults: {} })
  await ping(50)
  const { body } = await keep()
  await product.kill("SIGKILL", "panel")
  await until(async () => (await list()).items.length === 1, { what: "the panel to be back", timeoutMs: 20_000 })
  expect((await list()).items).toEqual([body])
  expect((await product.api("DELETE", `/captures/${body.id}`)).status).toBe(204)
  expect(await files()).toEqual([])
})

async function free(): Promise<number> {
  const { stdout } = await run("stat", ["-f", "-c", "%a %S", disk])
  const [blocks = 0, size = 0] = stdout.trim().split(" ").map(Number)
  return blocks * size
}
