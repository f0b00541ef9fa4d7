import { type InterfaceWanted, interfaceCreate } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"

let namespace: Namespace
let engine: EngineProcess
beforeAll(async () => {
  namespace = await createNamespace("apply")
  engine = await startEngineProcess(namespace)
})
afterAll(async () => {
  await engine?.stop()
  await namespace?.delete()
})

const linkOf = async (name: string) => (await namespace.ip("address", "show", name))[0]
const ip = (...args: string[]) => namespace.exec("ip", args)
/** Not healed, so that what the test changes from outside stays. */
const wish = (fields: Partial<InterfaceWanted> & { name: string }): InterfaceWanted => ({
  ...interfaceCreate.parse({ heal: false }),
  ...fields,
})
const create = async (fields: Partial<InterfaceWanted> & { name: string }) => {
  const wanted = wish(fields)
  await engine.call("interface.create", wanted)
  return wanted
}
const apply = (wanted: InterfaceWanted, more = {}) => engine.call("interface.apply", { wanted, ...more })

it("only what differs is changed, and the steps are told as ip would say them", async () => {
  const wanted = await create({ name: "a0", addresses: ["10.1.0.1/24"] })
  const addresses = ["10.1.0.1/24", "fd01::1/64"]
  const changed = { ...wanted, mtu: 1400, addresses, routes: [{ destination: "10.2.0.0/16" }] }
  expect(await apply(changed)).toEqual({
    steps: ["ip link set a0 mtu 1400", "ip address add fd01::1/64 dev a0", "ip route add 10.2.0.0/16 dev a0"],
  })
  expect(await apply(changed)).toEqual({ steps: [] })
  expect(await linkOf("a0")).toMatchObject({ mtu: 1400 })
})

it("what is no longer wished goes, also what others added", async () => {
  const wanted = await create({ name: "a1", addresses: ["10.1.1.1/24", "10.1.1.2/24"] })
  await ip("address", "add", "10.9.0.1/24", "dev", "a1")
  await ip("route", "add", "10.10.0.0/16", "dev", "a1")
  await apply({ ...wanted, addresses: ["10.1.1.2/24"] })
  expect((await linkOf("a1"))?.addr_info).toEqual([expect.objectContaining({ local: "10.1.1.2" })])
  expect(await namespace.ip("route", "show", "dev", "a1")).toEqual([expect.objectContaining({ dst: "10.1.1.0/24" })])
})

it("a repair of named fields leaves the others as they are", async () => {
  const wanted = await create({ name: "a2", addresses: ["10.1.2.1/24"] })
  await ip("link", "set", "a2", "mtu", "1300")
  await ip("address", "flush", "dev", "a2")
  expect(await apply(wanted, { fields: ["addresses"] })).toEqual({ steps: ["ip address add 10.1.2.1/24 dev a2"] })
  expect(await linkOf("a2")).toMatchObject({ mtu: 1300 })
})

it("down and up again brings the IPv6 addresses back that the kernel drops on the way", async () => {
  const wanted = await create({ name: "a3", addresses: ["fd03::1/64"] })
  await apply({ ...wanted, up: false })
  expect(await linkOf("a3")).toMatchObject({ flags: expect.not.arrayContaining(["UP"]) })
  await apply(wanted)
  expect((await linkOf("a3"))?.addr_info).toContainEqual(expect.objectContaining({ local: "fd03::1" }))
})

it("a renamed interface keeps what it has", async () => {
  const wanted = await create({ name: "a4", addresses: ["10.1.4.1/24", "fd04::1/64"] })
  const before = await linkOf("a4")
  const { steps } = await apply({ ...wanted, name: "b4" }, { renameFrom: "a4" })
  expect(steps).toEqual(["ip link set a4 name b4"])
  expect(await linkOf("b4")).toMatchObject({ ifindex: before?.ifindex, flags: expect.arrayContaining(["UP"]) })
})

it("a name that is taken is refused, and nothing is renamed", async () => {
  const wanted = await create({ name: "a5" })
  await create({ name: "b5" })
  const request = { wanted: { ...wanted, name: "b5" }, renameFrom: "a5" }
  expect(await engine.refusal("interface.apply", request)).toMatchObject({ code: "interface-exists" })
  expect(await linkOf("a5")).toBeDefined()
})

it("a rename whose other change is refused keeps its old name and values", async () => {
  const wanted = await create({ name: "a6" })
  const routes = [{ destination: "10.6.0.0/16", gateway: "10.99.0.1" }]
  const request = { wanted: { ...wanted, name: "b6", mtu: 1300, routes }, renameFrom: "a6" }
  expect(await engine.refusal("interface.apply", request)).toMatchObject({ code: "route-refused" })
  expect(await linkOf("a6")).toMatchObject({ mtu: 1500 })
})

it("a persistent interface becomes transient and lives on, and back", async () => {
  const wanted = await create({ name: "a7" })
  await apply({ ...wanted, persistent: false })
  expect(await linkOf("a7")).toMatchObject({ linkinfo: { info_data: { persist: false } } })
  await apply(wanted)
  expect(await linkOf("a7")).toMatchObject({ linkinfo: { info_data: { persist: true } } })
  const list = await engine.call("interface.list", null)
  expect(list.find(({ actual }) => actual.name === "a7")?.holders).toEqual([])
})

it("owner and group are set on an interface that nobody holds", async () => {
  const wanted = await create({ name: "a8" })
  await apply({ ...wanted, owner: "daemon", group: "mail" })
  expect(await linkOf("a8")).toMatchObject({ linkinfo: { info_data: { user: "daemon", group: "mail" } } })
})

it("an owner that cannot be taken away again says so", async () => {
  const wanted = await create({ name: "a9", owner: "daemon" })
  const problem = await engine.refusal("interface.apply", { wanted: { ...wanted, owner: null } })
  expect(problem).toMatchObject({ code: "setting-refused", errors: [expect.objectContaining({ path: "owner" })] })
  expect(problem.detail).toContain("Delete the interface and create it anew")
})

it("a tap changes its MAC address and leaves its bridge", async () => {
  await ip("link", "add", "br0", "up", "type", "bridge")
  const wanted = await create({ name: "t0", kind: "tap", mac: "02:00:00:00:00:01", bridge: "br0" })
  await apply({ ...wanted, mac: "02:00:00:00:00:02", bridge: null })
  const link = await linkOf("t0")
  expect(link).toMatchObject({ address: "02:00:00:00:00:02" })
  expect(link).not.toHaveProperty("master")
})

it("another kind is refused with the way out", async () => {
  await ip("tuntap", "add", "dev", "k0", "mode", "tap")
  const problem = await engine.refusal("interface.apply", { wanted: wish({ name: "k0" }) })
  expect(problem).toMatchObject({ code: "interface-mismatch" })
  expect(problem.detail).toContain("k0 is a tap, not a tun. Delete it (`ip link delete k0`)")
})

it("a lost interface comes back whole, but not when only other fields were asked for", async () => {
  const wanted = await create({ name: "l0", vnetHeader: true, mtu: 1400, addresses: ["10.1.9.1/24"] })
  await ip("link", "delete", "l0")
  const partly = { wanted, fields: ["mtu" as const] }
  expect(await engine.refusal("interface.apply", partly)).toMatchObject({ code: "interface-not-found" })
  expect((await apply(wanted)).steps[0]).toBe("ip tuntap add dev l0 mode tun vnet_hdr")
  expect(await linkOf("l0")).toMatchObject({ mtu: 1400, linkinfo: { info_data: { persist: true } } })
})

it("a deleted interface is gone, also one that was lost before", async () => {
  for (const name of ["x0", "x1"]) await create({ name, persistent: name === "x0" })
  await ip("tuntap", "add", "dev", "x2", "mode", "tap")
  await create({ name: "x3" })
  await ip("link", "delete", "x3")
  for (const name of ["x0", "x1", "x2", "x3"]) await engine.call("interface.delete", { name })
  const names = (await namespace.ip("link", "show")).map((link) => link.ifname)
  expect(names.filter((name) => String(name).startsWith("x"))).toEqual([])
  expect(await engine.refusal("interface.delete", { name: "x0" })).toMatchObject({ code: "interface-not-found" })
})

it("what is no tun or tap is never deleted, and not managed", async () => {
  const problem = await engine.refusal("interface.delete", { name: "lo" })
  expect(problem).toMatchObject({ code: "interface-mismatch", detail: expect.stringContaining("does not touch it") })
  expect(await engine.refusal("interface.manage", wish({ name: "lo" }))).toMatchObject({ code: "interface-not-found" })
})
