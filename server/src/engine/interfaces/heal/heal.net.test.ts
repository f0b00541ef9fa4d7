import { type InterfaceWanted, interfaceCreate } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { until } from "../../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../../testing/engine-process.ts"

let namespace: Namespace
let engine: EngineProcess
beforeAll(async () => {
  namespace = await createNamespace("heal")
  engine = await startEngineProcess(namespace)
  await create({ name: "marker" })
})
afterAll(async () => {
  await engine?.stop()
  await namespace?.delete()
})

const linkOf = async (name: string) => (await namespace.ip("address", "show", name))[0]
const ip = (...args: string[]) => namespace.exec("ip", args)
const create = (fields: Partial<InterfaceWanted> & { name: string }) =>
  engine.call("interface.create", { ...interfaceCreate.parse({}), ...fields })
const event = (text: string) =>
  until(() => engine.events.find((event) => event.text === text), { what: `the event "${text}"` })
const healed = (what: string, condition: () => Promise<unknown>) => until(condition, { what })
/** The engine has seen all that was done so far (it hears of changes in order): what it would heal, it has healed. */
async function settled(): Promise<void> {
  await ip("link", "set", "marker", "mtu", "1400")
  await healed("the marker", async () => (await linkOf("marker"))?.mtu === 1500)
}

it("an MTU changed from outside is put back, and told", async () => {
  await create({ name: "m0" })
  await ip("link", "set", "m0", "mtu", "1400")
  await healed("the MTU", async () => (await linkOf("m0"))?.mtu === 1500)
  expect(await event("m0: mtu was changed to 1400 from outside; put back to 1500")).toMatchObject({
    severity: "info",
    subject: "interface m0",
  })
})

it("a deleted interface comes back whole", async () => {
  const routes = [{ destination: "10.12.0.0/16" }, { destination: "fd12::/48" }]
  await create({ name: "d0", mtu: 1400, owner: "daemon", addresses: ["10.11.0.1/24", "fd11::1/64"], routes })
  await ip("link", "delete", "d0")
  await event("d0: deleted from outside; created again")
  expect(await linkOf("d0")).toMatchObject({
    mtu: 1400,
    flags: expect.arrayContaining(["UP"]),
    linkinfo: { info_data: { persist: true, user: "daemon" } },
    addr_info: expect.arrayContaining([
      expect.objectContaining({ local: "10.11.0.1" }),
      expect.objectContaining({ local: "fd11::1" }),
    ]),
  })
  const destinations = (await namespace.ip("route", "show", "dev", "d0")).map((route) => route.dst)
  expect(destinations).toContain("10.12.0.0/16")
})

it("a transient interface comes back, and is held again", async () => {
  await create({ name: "d1", persistent: false })
  await ip("link", "delete", "d1")
  await event("d1: deleted from outside; created again")
  expect(await linkOf("d1")).toMatchObject({ linkinfo: { info_data: { persist: false } } })
})

it("set down from outside it comes up again, with the addresses and routes that went on the way", async () => {
  const routes = [{ destination: "10.22.0.0/16" }, { destination: "fd22::/48" }]
  await create({ name: "u0", addresses: ["10.21.0.1/24", "fd21::1/64"], routes })
  await ip("link", "set", "u0", "down")
  await healed("u0 to be up", async () => JSON.stringify((await linkOf("u0"))?.flags).includes('"UP"'))
  await healed("the addresses", async () => JSON.stringify(await linkOf("u0")).includes('"fd21::1"'))
  const table = async () => JSON.stringify(await namespace.ip("-6", "route", "show", "dev", "u0"))
  await healed("the routes", async () => (await table()).includes("fd22::/48"))
  expect(await namespace.ip("route", "show", "10.22.0.0/16")).toHaveLength(1)
})

it("addresses, routes, MAC, bridge and owner are put back", async () => {
  await ip("link", "add", "br1", "up", "type", "bridge")
  const routes = [{ destination: "10.32.0.0/16", gateway: "10.31.0.2" }]
  await create({
    name: "t1",
    kind: "tap",
    mac: "02:00:00:00:00:31",
    bridge: "br1",
    owner: "daemon",
    addresses: ["10.31.0.1/24"],
    routes,
  })
  await ip("address", "delete", "10.31.0.1/24", "dev", "t1")
  await event(
    "t1: address 10.31.0.1/24 was removed from outside; put back, route 10.32.0.0/16 was removed or changed from outside; put back",
  )
  await ip("route", "replace", "10.32.0.0/16", "via", "10.31.0.3")
  await healed("the route", async () =>
    JSON.stringify(await namespace.ip("route", "show", "10.32.0.0/16")).includes("10.31.0.2"),
  )
  await ip("link", "set", "t1", "nomaster")
  await healed("the bridge", async () => (await linkOf("t1"))?.master === "br1")
  await ip("link", "set", "t1", "address", "02:00:00:00:00:99")
  await healed("the MAC address", async () => (await linkOf("t1"))?.address === "02:00:00:00:00:31")
})

it("what others add stays: it is drift for people to see", async () => {
  await create({ name: "e0", addresses: ["10.41.0.1/24"] })
  await ip("address", "add", "10.42.0.1/24", "dev", "e0")
  await ip("route", "add", "10.43.0.0/16", "dev", "e0")
  await settled()
  expect((await linkOf("e0"))?.addr_info).toContainEqual(expect.objectContaining({ local: "10.42.0.1" }))
  expect(await namespace.ip("route", "show", "10.43.0.0/16")).toHaveLength(1)
})

it("renamed from outside it is made anew, and what has the other name is not ours", async () => {
  await create({ name: "r0", addresses: ["10.51.0.1/24"] })
  await ip("link", "set", "r0", "down")
  await settled()
  await ip("link", "set", "r0", "name", "r1")
  await event("r0: deleted from outside; created again")
  expect(await linkOf("r0")).toMatchObject({ addr_info: [expect.objectContaining({ local: "10.51.0.1" })] })
  await ip("link", "set", "r1", "mtu", "1400")
  await settled()
  expect(await linkOf("r1")).toMatchObject({ mtu: 1400 })
})

it("many that change at once are all healed", async () => {
  const names = Array.from({ length: 60 }, (_, i) => `many${i}`)
  for (const name of names) await create({ name, up: false })
  const batch = names.map((name) => `link set ${name} mtu 1400`).join("\n")
  await namespace.exec("sh", ["-c", `echo "${batch}" | ip -batch -`])
  await healed("all", async () =>
    (await namespace.ip("link", "show")).every(({ ifname, mtu }) => !`${ifname}`.startsWith("many") || mtu === 1500),
  )
})

it("without healing the drift is told once, and nothing is touched", async () => {
  await create({ name: "n0", heal: false })
  await ip("link", "set", "n0", "mtu", "1400")
  await event("n0: mtu is 1400 now, wanted is 1500")
  await ip("link", "delete", "n0")
  await event("n0: deleted from outside")
  await settled()
  expect((await engine.call("interface.list", null)).map(({ actual }) => actual.name)).not.toContain("n0")
})

it("an ignored field is not healed", async () => {
  await create({ name: "i0", ignoreDrift: ["mtu"] })
  await ip("link", "set", "i0", "mtu", "1400")
  await settled()
  expect(await linkOf("i0")).toMatchObject({ mtu: 1400 })
})

it("what is not ours is never touched", async () => {
  await ip("tuntap", "add", "dev", "theirs", "mode", "tun")
  await ip("link", "set", "theirs", "mtu", "1300", "up")
  await settled()
  expect(await linkOf("theirs")).toMatchObject({ mtu: 1300 })
})

it("a managed interface is healed, a released one is left", async () => {
  await ip("tuntap", "add", "dev", "g0", "mode", "tun")
  const wanted = { ...interfaceCreate.parse({ up: false }), name: "g0" }
  await engine.call("interface.manage", wanted)
  await ip("link", "set", "g0", "mtu", "1400")
  await healed("the MTU", async () => (await linkOf("g0"))?.mtu === 1500)
  await engine.call("interface.release", { name: "g0" })
  await ip("link", "set", "g0", "mtu", "1400")
  await settled()
  expect(await linkOf("g0")).toMatchObject({ mtu: 1400 })
})

it("another kind under the name is told, and not touched", async () => {
  await create({ name: "k0" })
  // Stopped meanwhile: it heals faster than we type.
  engine.running.signal("SIGSTOP")
  await ip("link", "delete", "k0")
  await ip("tuntap", "add", "dev", "k0", "mode", "tap")
  engine.running.signal("SIGCONT")
  await until(() => engine.events.find(({ text }) => text.startsWith("k0 is a tap, not a tun.")), {
    what: "the mismatch to be told",
  })
  await settled()
  expect(await linkOf("k0")).toMatchObject({ linkinfo: { info_data: { type: "tap" } } })
})

it("against a storm of changes it gives up for a minute, and says so", async () => {
  await create({ name: "s0" })
  const storm = until(
    async () => {
      await ip("link", "set", "s0", "mtu", "1400")
      return engine.events.find(({ text }) => text.startsWith("s0: changed from outside again and again"))
    },
    { what: "the storm to be noticed", timeoutMs: 40_000, intervalMs: 60 },
  )
  expect(await storm).toMatchObject({ severity: "warning" })
  await ip("link", "set", "s0", "mtu", "1300")
  await settled()
  expect(await linkOf("s0")).toMatchObject({ mtu: 1300 })
})
