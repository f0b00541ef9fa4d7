import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type EngineParams, type InterfaceWanted, interfaceCreate } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { run } from "../../../../testing/process.ts"
import { until } from "../../../../testing/wait.ts"
import { connectEngine } from "../../engine-rpc/connect.ts"
import { startEngineProcess } from "../testing/engine-process.ts"

let namespace: Namespace
beforeEach(async () => {
  namespace = await createNamespace("life")
})
afterEach(() => namespace.delete())

const names = async () => (await namespace.ip("link", "show")).map((link) => link.ifname)
const wish = (fields: Partial<InterfaceWanted> & { name: string }): InterfaceWanted => ({
  ...interfaceCreate.parse({}),
  ...fields,
})
const set = (...interfaces: InterfaceWanted[]): EngineParams<"wanted.set"> => ({ interfaces, tunnels: [] })
const quiet = {
  event: () => {},
  "interfaces.changed": () => {},
  "tunnel.changed": () => {},
  "tunnel.stamped": () => {},
  "tunnel.reconfigured": () => {},
}

it("after a reboot every interface comes back as it was", async () => {
  const wanted = set(
    wish({
      name: "tun5",
      owner: "daemon",
      mtu: 1400,
      addresses: ["10.5.0.1/24", "fd05::1/64"],
      routes: [{ destination: "10.6.0.0/16" }, { destination: "fd06::/48", metric: 7 }],
    }),
    wish({ name: "tap5", kind: "tap", mac: "02:00:00:00:00:05", vnetHeader: true, multiQueue: true, heal: false }),
    wish({ name: "brief5", persistent: false, up: false }),
  )
  const look = async () => {
    const settings = (await namespace.ip("address", "show")).map(({ ifindex, ...rest }) => ({ ...rest, txqlen: 0 }))
    return JSON.stringify([settings, await namespace.ip("route", "show"), await namespace.ip("-6", "route", "show")])
  }
  let before: string
  {
    await using engine = await startEngineProcess(namespace)
    expect(await engine.call("wanted.set", wanted)).toEqual({ failures: [] })
    before = await look()
  }
  await namespace.delete()
  namespace = await createNamespace("life")
  await using engine = await startEngineProcess(namespace)
  expect(await engine.call("wanted.set", wanted)).toEqual({ failures: [] })
  expect(JSON.parse(await look())).toEqual(JSON.parse(before))
})

it("one wish that cannot be done keeps no other from being done", async () => {
  await using engine = await startEngineProcess(namespace)
  const { failures } = await engine.call(
    "wanted.set",
    set(
      wish({ name: "one", owner: "no-such-user" }),
      wish({ name: "two", kind: "tap", bridge: "br9", addresses: ["10.7.0.1/24"] }),
      wish({ name: "three" }),
    ),
  )
  expect(failures).toEqual([
    { subject: "interface one", detail: expect.stringContaining("no user no-such-user") },
    { subject: "interface two", detail: expect.stringContaining("no bridge br9") },
  ])
  expect(await names()).toEqual(["lo", "one", "two", "three"])
})

it("a wish that is not to be healed leaves what stands, also after the engine's restart", async () => {
  await namespace.exec("ip", ["tuntap", "add", "dev", "kept", "mode", "tun"])
  await using engine = await startEngineProcess(namespace)
  await engine.call("wanted.set", set(wish({ name: "kept", heal: false, mtu: 1300 })))
  expect(await namespace.ip("link", "show", "kept")).toMatchObject([{ mtu: 1500 }])
})

it("what was seen lost and is not to be healed stays lost when the panel comes back", async () => {
  await using engine = await startEngineProcess(namespace)
  const wanted = set(wish({ name: "gone", heal: false }))
  await engine.call("wanted.set", wanted)
  await namespace.exec("ip", ["link", "delete", "gone"])
  await engine.call("wanted.set", wanted)
  expect(await names()).not.toContain("gone")
})

it("an ignored loss is no reason to leave an interface out after a reboot", async () => {
  await using engine = await startEngineProcess(namespace)
  const wanted = set(wish({ name: "back", ignoreDrift: ["exists", "mtu"], mtu: 1300 }))
  await engine.call("wanted.set", wanted)
  expect(await namespace.ip("link", "show", "back")).toMatchObject([{ mtu: 1300 }])
  await namespace.exec("ip", ["link", "delete", "back"])
  await engine.call("wanted.set", wanted)
  expect(await names()).toEqual(["lo"])
})

it.each(["SIGTERM", "SIGKILL"] as const)("%s leaves persistent interfaces and no transient one", async (signal) => {
  await using engine = await startEngineProcess(namespace)
  await engine.call("wanted.set", set(wish({ name: "stays" }), wish({ name: "goes", persistent: false })))
  expect(await names()).toEqual(["lo", "stays", "goes"])
  engine.running.signal(signal)
  await until(() => engine.running.exited, { what: "the engine to end" })
  expect(await names()).toEqual(["lo", "stays"])
})

it("when the panel goes away all runs on, and the next one reads it back", async () => {
  await using engine = await startEngineProcess(namespace)
  await engine.call("wanted.set", set(wish({ name: "brief", persistent: false })))
  engine.disconnect()
  await until(() => engine.output().includes("the panel went away"), { what: "the engine to notice" })
  await namespace.exec("ip", ["link", "set", "brief", "mtu", "1300"])
  await until(async () => (await namespace.ip("link", "show", "brief"))[0]?.mtu === 1500, { what: "healing" })
  const next = await connectEngine(engine.socketPath, quiet)
  expect((await next.call("interface.list", null)).map(({ actual }) => actual.name)).toEqual(["brief"])
  next.close()
})

it("a change from outside is told, on interfaces of others too", async () => {
  await using engine = await startEngineProcess(namespace)
  for (const command of [
    ["tuntap", "add", "dev", "theirs", "mode", "tun"],
    ["link", "set", "theirs", "up"],
    ["address", "add", "10.8.0.1/24", "dev", "theirs"],
    ["route", "add", "10.9.0.0/16", "dev", "theirs"],
    ["link", "delete", "theirs"],
  ]) {
    const before = engine.changes()
    await namespace.exec("ip", command)
    await until(() => engine.changes() > before, { what: `ip ${command.join(" ")} to be told` })
  }
})

it("the engine is an ordinary user with two capabilities and can gain no more", async () => {
  await using engine = await startEngineProcess(namespace)
  const status = readFileSync(`/proc/${engine.running.pid}/status`, "utf8")
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1]
  expect(field("Uid")).toBe("64174\t64174\t64174\t64174")
  expect(field("Groups")).toBe("")
  const netAdminAndNetRaw = "0000000000003000"
  expect([field("CapEff"), field("CapPrm"), field("CapBnd")]).toEqual(Array(3).fill(netAdminAndNetRaw))
  expect([field("CapInh"), field("CapAmb")]).toEqual(Array(2).fill("0000000000000000"))
  expect(field("NoNewPrivs")).toBe("1")
})

it("whoever is not the panel's user is turned away, root too", async () => {
  await using engine = await startEngineProcess(namespace, { env: { TUNDECK_PANEL_UID: "64173" } })
  const stranger = await connectEngine(engine.socketPath, quiet)
  await stranger.closed
  await until(() => engine.output().includes("not the panel"), { what: "the refusal in the log" })
})

it("it enters the namespace that it is told, and nothing of it stands in the one it comes from", async () => {
  await using inside = await createNamespace("inside")
  await using engine = await startEngineProcess(namespace, { env: { TUNDECK_NETNS: `/run/netns/${inside.name}` } })
  await engine.call("interface.create", { name: "there0" })
  expect((await inside.ip("link", "show")).map((link) => link.ifname)).toContain("there0")
  expect(await names()).toEqual(["lo"])
})

it("wrong settings end it at once, with every fault named", async () => {
  const env = { PATH: process.env.PATH, TUNDECK_PANEL_UID: "root", TUNDECK_LOG_LEVEL: "loud" }
  const { code, stderr } = await run(process.execPath, [join(import.meta.dirname, "../main.ts")], {
    env,
    mayFail: true,
  })
  expect(code).toBe(1)
  for (const name of ["TUNDECK_ENGINE_SOCKET", "TUNDECK_PANEL_UID", "TUNDECK_LOG_LEVEL"]) expect(stderr).toContain(name)
})
