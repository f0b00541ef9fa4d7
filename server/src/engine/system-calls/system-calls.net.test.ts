import { type CallCause, callText, commandOf, describeCall, interfaceCreate, type SystemCall } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { freePort } from "../../../../testing/free-port.ts"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { createKeyPair } from "../testing/wireguard-keys.ts"

let namespace: Namespace
let byHand: Namespace
let engine: EngineProcess
beforeAll(async () => {
  namespace = await createNamespace("syscalls")
  byHand = await createNamespace("by-hand")
  for (const { exec } of [namespace, byHand]) await exec("ip", ["link", "add", "br0", "type", "bridge"])
  engine = await startEngineProcess(namespace)
})
afterAll(async () => {
  await engine?.stop()
  await byHand?.delete()
  await namespace?.delete()
})

const because = (request: string, action = "changeInterface"): CallCause => ({ request, action })
const callsOf = (wish: { request?: string; interface?: string; tunnel?: string }) =>
  engine.call("calls.list", { limit: 1000, ...wish })

/** What `ip` says, but for what no two interfaces share. */
async function stateOf({ ip }: Namespace, name: string): Promise<unknown> {
  const links = await ip("address", "show", "dev", name)
  const routes = [...(await ip("route", "show", "dev", name)), ...(await ip("-6", "route", "show", "dev", name))]
  const unlike = new Set(["ifindex", "link_index", "stable_secret", "num_tx_queues", "num_rx_queues", "flags"])
  const plain = (key: string, value: unknown) => (unlike.has(key) ? undefined : value)
  return JSON.parse(JSON.stringify({ links, routes }, plain))
}

/** Types the equal commands of calls. */
async function typeByHand(calls: readonly SystemCall[]): Promise<string[]> {
  const commands = calls.flatMap((call) => commandOf(call) ?? [])
  for (const command of commands) await byHand.exec("sh", ["-c", command])
  return commands
}

it("the equal commands, typed by hand, lead to the same state at each step", async () => {
  const wanted = {
    ...interfaceCreate.parse({ kind: "tap", heal: false, mac: "02:00:00:00:00:07", mtu: 1400 }),
    ...{ name: "equal0", addresses: ["10.1.0.1/24", "fd01::1/64"], persistent: true },
    routes: [
      { destination: "10.2.0.0/16" },
      { destination: "10.3.0.0/16", gateway: "10.1.0.9", metric: 50 },
      { destination: "fd02::/32", gateway: "fd01::9" },
    ],
  }
  const steps: [string, () => Promise<unknown>][] = [
    ["made", () => engine.call("interface.create", wanted, because("made"))],
    [
      "changed",
      () => {
        const changed = { ...wanted, mtu: 1300, addresses: ["10.1.0.2/24", "fd01::1/64"], routes: [], bridge: "br0" }
        return engine.call("interface.apply", { wanted: changed }, because("changed"))
      },
    ],
    ["left", () => engine.call("interface.apply", { wanted: { ...wanted, up: false } }, because("left"))],
  ]
  for (const [request, act] of steps) {
    await act()
    const calls = await callsOf({ request })
    const commands = await typeByHand(calls)
    expect(commands.length).toBeGreaterThan(2)
    await until(async () => isSame(await stateOf(namespace, "equal0"), await stateOf(byHand, "equal0")), {
      what: `${commands.join("; ")} to lead to the same`,
    })
  }
  const renamed = { ...wanted, name: "equal1", up: false }
  await engine.call("interface.apply", { wanted: renamed, renameFrom: "equal0", fields: [] }, because("renamed"))
  expect(await typeByHand(await callsOf({ request: "renamed" }))).toEqual(["ip link set dev equal0 name equal1"])
  const underNewName = await callsOf({ interface: "equal1" })
  expect(underNewName.map(({ request }) => request)).toEqual(expect.arrayContaining(["made", "changed", "renamed"]))
  expect(await callsOf({ interface: "equal0" })).toEqual(underNewName)
  const loose = { ...renamed, persistent: false }
  await engine.call("interface.apply", { wanted: loose, fields: ["persistent"] }, because("loose"))
  const loosened = await callsOf({ request: "loose" })
  expect(loosened.flatMap((call) => commandOf(call) ?? [])).toEqual(["ip tuntap delete dev equal1 mode tap"])
  await engine.call("interface.delete", { name: "equal1" }, because("deleted"))
  expect(await typeByHand(await callsOf({ request: "deleted" }))).toEqual(["ip link delete dev equal1"])
  expect(await byHand.ip("link", "show", "type", "tun")).toEqual([])
})

it("whom a tap belongs to: the equal commands lead to the same; a tun's owner has none", async () => {
  const owned = { owner: 4711, group: 4712, persistent: true }
  await engine.call(
    "interface.create",
    { ...interfaceCreate.parse({ kind: "tap" }), ...owned, name: "owned0" },
    because("owned"),
  )
  const commands = await typeByHand((await callsOf({ request: "owned" })).filter(({ kind }) => kind === "ioctl"))
  expect(commands.slice(1)).toEqual(["tunctl -t owned0 -u 4711", "tunctl -t owned0 -g 4712"])
  for (const { ip } of [namespace, byHand]) {
    const [tap] = await ip("link", "show", "dev", "owned0")
    expect(tap).toMatchObject({ linkinfo: { info_data: { persist: true, user: 4711, group: 4712 } } })
  }
  await engine.call("interface.create", { ...interfaceCreate.parse({}), ...owned, name: "owned1" }, because("other"))
  const calls = (await callsOf({ request: "other" })).filter(({ name }) => /OWNER|GROUP/.test(name))
  expect(calls.map(commandOf)).toEqual([null, null])
})

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

it("a refusal is told with its errno and the kernel's sentence, and so is what was undone", async () => {
  const routes = [{ destination: "10.8.0.0/16", gateway: "10.99.0.1" }]
  const wanted = { ...interfaceCreate.parse({}), name: "refused0", routes }
  await engine.call("interface.create", wanted, because("refused", "createInterface")).catch(() => {})
  const calls = await callsOf({ request: "refused" })
  const route = calls.find(({ name }) => name === "RTM_NEWROUTE")
  expect(route).toMatchObject({ error: "ENETUNREACH", detail: expect.stringContaining("gateway") })
  const answer = route && describeCall(route).answer
  expect(answer?.fields.map(({ name }) => name)).toContain("NLMSGERR_ATTR_MSG")
  const [removed, closed] = calls.slice(-2)
  expect(removed).toMatchObject({ name: "RTM_DELLINK", action: "createInterface", error: null })
  expect(closed).toMatchObject({ kind: "file", name: "close", error: null })
})

it("healing is told, too, and is nobody's request", async () => {
  await engine.call("interface.create", { ...interfaceCreate.parse({}), name: "healed0", mtu: 1400 })
  await namespace.exec("ip", ["link", "set", "healed0", "mtu", "1300"])
  const healings = async () => (await callsOf({ interface: "healed0" })).filter(({ action }) => action === "heal")
  await until(async () => (await healings()).length > 0, { what: "the healing to be told" })
  const [healed] = await healings()
  expect(healed).toMatchObject({ request: null, name: "RTM_NEWLINK", interface: "healed0" })
  expect(healed && commandOf(healed)).toBe("ip link set dev healed0 mtu 1400")
})

it("a tunnel's start: its device and its sockets' options, and no byte of a key", async () => {
  await engine.call("interface.create", { ...interfaceCreate.parse({}), name: "carried0", addresses: ["10.5.0.1/24"] })
  const { privateKey } = createKeyPair()
  const port = await freePort()
  const config = {
    ...{ id: "t_calls", name: "calls", interface: "carried0", autostart: false },
    transport: { kind: "udp" as const, listen: `127.0.0.1:${port}` },
    security: { kind: "wireguard" as const, privateKey, peers: [] },
  }
  await engine.call("tunnel.start", config, because("started", "startTunnel"))
  const told = () => callsOf({ tunnel: "t_calls" })
  for (const name of ["open", "TUNSETIFF", "TUNSETOFFLOAD", "socket", "UDP_GRO", "IP_MTU_DISCOVER", "bind"]) {
    await until(async () => (await told()).some((call) => call.name === name), { what: `${name} to be told` })
  }
  const calls = await told()
  const bound = calls.find(({ name }) => name === "bind")
  expect(bound && callText(bound)).toBe(`bind(${bound?.fd}, {AF_INET (2), ${port}, 127.0.0.1}) = 0`)
  expect(bound).toMatchObject({ interface: "carried0", tunnel: "t_calls", kind: "socket", error: null })
  expect(new Set(calls.map(({ request }) => request))).toEqual(new Set(["started"]))
  const text = JSON.stringify(calls)
  expect(text).toContain(Buffer.from("carried0").toString("hex"))
  expect(text).not.toContain(Buffer.from(privateKey, "base64").toString("hex").slice(0, 16))
  await engine.call("tunnel.stop", { id: "t_calls" }, because("stopped", "stopTunnel"))
  const stopped = async () => (await callsOf({ request: "stopped", tunnel: "t_calls" })).map(({ name }) => name)
  await until(async () => (await stopped()).length > 1, { what: "the end to be told" })
  expect((await stopped()).toSorted()).toEqual(["TUNSETOFFLOAD", "close"])
})

it("a connection's options are of the start; those of a later try are nobody's request", async () => {
  await engine.call("interface.create", { ...interfaceCreate.parse({}), name: "dials0", addresses: ["10.6.0.1/24"] })
  const config = {
    ...{ id: "t_dials", name: "dials", interface: "dials0", autostart: false },
    transport: { kind: "tcp" as const, connect: "127.0.0.1:9" },
    security: { kind: "none" as const },
  }
  await engine.call("tunnel.start", config, because("dials", "startTunnel"))
  const told = async () => (await callsOf({ tunnel: "t_dials" })).filter(({ name }) => name === "connect")
  await until(async () => (await told()).length > 1, { what: "a second try" })
  const [first, second] = await told()
  expect(first && callText(first)).toMatch(/^connect\(\d+, {AF_INET \(2\), 9, 127.0.0.1}\) = /)
  expect(first).toMatchObject({ request: "dials", action: "startTunnel", interface: "dials0" })
  expect(second).toMatchObject({ request: null, action: "reconnect" })
  await engine.call("tunnel.stop", { id: "t_dials" })
})
