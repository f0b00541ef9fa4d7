import { readdirSync, readlinkSync } from "node:fs"
import { type InterfaceWanted, interfaceCreate, type TunnelConfig } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { asUser, type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"

// What can be missing: the device, the right to open it, the capability, the interface, or somebody holds it.

let namespace: Namespace
beforeEach(async () => {
  namespace = await createNamespace("device")
})
afterEach(() => namespace.delete())

const ordinary = 12_345
const ip = (...args: string[]) => namespace.exec("ip", args)
const linkOf = async (name: string) => (await namespace.ip("address", "show", name))[0]
const wish = (fields: Partial<InterfaceWanted> & { name: string }): InterfaceWanted => ({
  ...interfaceCreate.parse({}),
  ...fields,
})
const tunnel = (name: string): TunnelConfig => ({
  id: name,
  name,
  interface: name,
  transport: { kind: "tcp", listen: "127.0.0.1:55555", peer: "127.0.0.1" },
  security: { kind: "none" },
  autostart: false,
})
const tunnelOf = async (engine: EngineProcess, id: string) =>
  (await engine.call("tunnel.list", null)).find((status) => status.id === id)

function tunDescriptors(pid: number): number {
  const isTun = (fd: string) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === "/dev/net/tun"
    } catch {
      return false // closed meanwhile
    }
  }
  return readdirSync(`/proc/${pid}/fd`).filter(isTun).length
}

/** A mount namespace of its own, so that the machine's /dev stays as it is. */
const withDevice = (make: string) => [
  "unshare",
  "-m",
  "sh",
  "-c",
  `mount -t tmpfs tmpfs /dev/net && ${make} && exec "$@"`,
  "sh",
]

/** Holds an interface until the namespace goes. */
async function hold(name: string, user: number): Promise<number> {
  const script =
    `process.title = "holder";` +
    `import { openTun, tunSetInterface } from "@tundeck/native-bindings"; const fd = openTun();` +
    `tunSetInterface(fd, { name: "${name}", kind: "tun", packetInfo: false, vnetHeader: false, multiQueue: false });` +
    `setInterval(() => {}, 1000)`
  const command = [...asUser(user), process.execPath, "--input-type=module", "-e", script]
  const holder = namespace.spawn(command[0] ?? "", command.slice(1), { cwd: import.meta.dirname })
  const isHeld = async () => (await namespace.exec("cat", [`/sys/class/net/${name}/carrier`])).stdout.trim() === "1"
  await ip("link", "set", name, "up")
  await until(isHeld, { what: `${name} to be held` })
  return holder.pid
}

it("without /dev/net/tun the engine starts, and creating says what to do", async () => {
  await using engine = await startEngineProcess(namespace, { wrapper: withDevice("true") })
  const problem = await engine.refusal("interface.create", { name: "x0" })
  expect(problem).toMatchObject({ code: "device-missing", detail: expect.stringContaining("modprobe tun") })
  const checks = await engine.call("host.checks", null)
  expect(checks).toContainEqual(
    expect.objectContaining({ id: "tun-device", ok: false, remedy: expect.stringContaining("--device /dev/net/tun") }),
  )
  expect(await engine.call("interface.list", null)).toEqual([])
})

it("a device that only root may open is told from one that is missing", async () => {
  const wrapper = withDevice("mknod -m 600 /dev/net/tun c 10 200")
  await using engine = await startEngineProcess(namespace, { wrapper })
  const problem = await engine.refusal("interface.create", { name: "x0" })
  expect(problem).toMatchObject({ code: "device-denied", detail: expect.stringContaining("chmod 0666 /dev/net/tun") })
})

it("all is well on a machine where all is there", async () => {
  await using engine = await startEngineProcess(namespace)
  const checks = await engine.call("host.checks", null)
  const ids = ["tun-device", "vnet-header", "multi-queue", "cap-net-admin", "cap-net-raw", "ipv6", "clock", "mtu"]
  for (const id of ids) expect(checks).toContainEqual(expect.objectContaining({ id, ok: true, remedy: null }))
})

it("without the capability nothing is made, and each refusal names it and the command", async () => {
  await ip("tuntap", "add", "dev", "own0", "mode", "tun", "user", String(ordinary))
  await using engine = await startEngineProcess(namespace, { ordinaryUser: ordinary })
  const created = await engine.refusal("interface.create", { name: "x0" })
  expect(created).toMatchObject({ code: "capability-missing", detail: expect.stringContaining("ip tuntap add dev x0") })
  const changed = await engine.refusal("interface.apply", {
    wanted: wish({ name: "own0", owner: ordinary, mtu: 1400 }),
  })
  expect(changed).toMatchObject({
    code: "capability-missing",
    detail: expect.stringContaining("ip link set own0 mtu 1400"),
  })
  expect(await engine.call("host.checks", null)).toContainEqual(
    expect.objectContaining({ id: "cap-net-admin", ok: false }),
  )
})

it("the owner of a persistent interface attaches without any capability, and its tunnel runs", async () => {
  await ip("tuntap", "add", "dev", "own0", "mode", "tun", "user", String(ordinary))
  await ip("link", "set", "own0", "up", "mtu", "1400")
  await using engine = await startEngineProcess(namespace, { ordinaryUser: ordinary })
  // The wish differs: the drift is told, the tunnel runs all the same.
  const { failures } = await engine.call("wanted.set", {
    interfaces: [wish({ name: "own0", owner: ordinary })],
    tunnels: [tunnel("own0")],
  })
  expect(failures).toEqual([{ subject: "interface own0", detail: expect.stringContaining("CAP_NET_ADMIN") }])
  await until(async () => JSON.stringify(await linkOf("own0")).includes("LOWER_UP"), { what: "own0 to be attached" })
  expect(await tunnelOf(engine, "own0")).toMatchObject({ state: "connecting" })
  const [seen] = await engine.call("interface.list", null)
  expect(seen).toMatchObject({ actual: { mtu: 1400 }, holders: [{ command: "tundeck" }] })
})

it("an interface of another user is refused with its owner's name", async () => {
  await ip("tuntap", "add", "dev", "other0", "mode", "tun", "user", "daemon")
  await using engine = await startEngineProcess(namespace, { ordinaryUser: ordinary })
  await engine.call("tunnel.start", tunnel("other0"))
  expect(await tunnelOf(engine, "other0")).toMatchObject({
    state: "failed",
    reason: { code: "device-denied", detail: expect.stringContaining("It belongs to daemon") },
  })
})

it("an owner deletes what is his without any capability", async () => {
  await ip("tuntap", "add", "dev", "own0", "mode", "tun", "user", String(ordinary))
  await using engine = await startEngineProcess(namespace, { ordinaryUser: ordinary })
  await engine.call("interface.delete", { name: "own0" })
  expect(await namespace.ip("link", "show")).toHaveLength(1)
})

it("a held interface names its holder, and works when that ends", async () => {
  await ip("tuntap", "add", "dev", "held0", "mode", "tun", "user", "64174")
  const pid = await hold("held0", 64_174)
  await using engine = await startEngineProcess(namespace)
  const holder = `held0 is held by holder (pid ${pid}).`
  const problem = await engine.refusal("interface.apply", { wanted: wish({ name: "held0", owner: "daemon" }) })
  expect(problem).toMatchObject({ code: "interface-held", detail: expect.stringContaining(holder) })
  await engine.call("tunnel.start", tunnel("held0"))
  expect(await tunnelOf(engine, "held0")).toMatchObject({
    state: "failed",
    reason: { code: "interface-held", detail: expect.stringContaining(holder) },
  })
  process.kill(pid)
  await until(async () => (await tunnelOf(engine, "held0"))?.state === "connecting", { what: "the tunnel to attach" })
})

it("a managed interface that became another kind is not attached to", async () => {
  await ip("tuntap", "add", "dev", "k0", "mode", "tun")
  await using engine = await startEngineProcess(namespace)
  await engine.call("interface.manage", wish({ name: "k0", heal: false }))
  await ip("link", "delete", "k0")
  await ip("tuntap", "add", "dev", "k0", "mode", "tap")
  await engine.call("tunnel.start", tunnel("k0"))
  expect(await tunnelOf(engine, "k0")).toMatchObject({
    state: "failed",
    reason: { code: "interface-mismatch", detail: "k0 is a tap, not a tun." },
  })
})

it.each([true, false])(
  "deleted under a running tunnel it is attached to again (persistent: %s)",
  async (persistent) => {
    await using engine = await startEngineProcess(namespace)
    await engine.call("interface.create", wish({ name: "run0", persistent }))
    await engine.call("tunnel.start", tunnel("run0"))
    for (let round = 0; round < 3; round++) {
      const before = await linkOf("run0")
      await ip("link", "delete", "run0")
      const isNew = async () => {
        const link = await linkOf("run0")
        return link?.ifindex !== before?.ifindex && JSON.stringify(link).includes("LOWER_UP")
      }
      await until(isNew, { what: "run0 to be there and attached" })
      await until(async () => (await tunnelOf(engine, "run0"))?.state === "connecting", { what: "the tunnel to go on" })
    }
    await engine.call("tunnel.stop", { id: "run0" })
    const [seen] = await engine.call("interface.list", null)
    expect(seen?.holders).toEqual(persistent ? [] : [expect.objectContaining({ command: "tundeck" })])
    expect(seen?.actual.persistent).toBe(persistent)
    expect(tunDescriptors(engine.running.pid)).toBe(persistent ? 0 : 1)
  },
)

it("a tunnel holds its interface while it runs, and gives it back", async () => {
  await using engine = await startEngineProcess(namespace)
  await engine.call("interface.create", wish({ name: "busy0", packetInfo: true }))
  await engine.call("tunnel.start", tunnel("busy0"))
  expect(await linkOf("busy0")).toMatchObject({ linkinfo: { info_data: { pi: true } } })
  const list = async () => (await engine.call("interface.list", null))[0]
  expect(await list()).toMatchObject({ actual: { carrier: true }, holders: [{ command: "tundeck" }] })
  // Its owner can be changed meanwhile, through the fd that the tunnel has.
  await engine.call("interface.apply", { wanted: wish({ name: "busy0", packetInfo: true, owner: "daemon" }) })
  expect(await tunnelOf(engine, "busy0")).toMatchObject({ state: "connecting" })
  await engine.call("tunnel.start", { ...tunnel("busy0"), id: "second" })
  expect(await tunnelOf(engine, "second")).toMatchObject({
    state: "failed",
    reason: { code: "interface-held", detail: "Another tunnel of Tundeck is attached to busy0." },
  })
  await engine.call("tunnel.stop", { id: "second" })
  await engine.call("tunnel.stop", { id: "busy0" })
  expect(await list()).toMatchObject({ actual: { carrier: false, ownerName: "daemon" }, holders: [] })
})
