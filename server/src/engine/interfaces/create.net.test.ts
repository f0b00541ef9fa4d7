import type { EngineParams, ProblemCode } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"

let namespace: Namespace
let engine: EngineProcess
beforeAll(async () => {
  namespace = await createNamespace("create")
  engine = await startEngineProcess(namespace)
  await namespace.exec("ip", ["link", "add", "br7", "up", "type", "bridge"])
  await namespace.exec("ip", ["link", "add", "veth7", "type", "veth", "peer", "name", "veth8"])
})
afterAll(async () => {
  await engine?.stop()
  await namespace?.delete()
})

const names = async () => (await namespace.ip("link", "show")).map((link) => link.ifname)

it("a tun with every field is what ip says it is", async () => {
  const wanted = await engine.call("interface.create", {
    name: "full0",
    kind: "tun",
    owner: "daemon",
    group: 4242,
    packetInfo: true,
    vnetHeader: true,
    multiQueue: true,
    mtu: 1400,
    addresses: ["10.1.0.1/24", "fd01::1/64"],
    routes: [
      { destination: "10.2.0.0/16", metric: 50 },
      { destination: "fd02::/48", gateway: "fd01::2" },
    ],
  })
  expect(wanted).toMatchObject({ name: "full0", persistent: true, heal: true })
  const [link] = await namespace.ip("address", "show", "full0")
  const flags = { type: "tun", pi: true, vnet_hdr: true, multi_queue: true, persist: true }
  expect(link).toMatchObject({
    mtu: 1400,
    flags: expect.arrayContaining(["UP"]),
    linkinfo: { info_kind: "tun", info_data: { ...flags, user: "daemon", group: 4242 } },
    addr_info: expect.arrayContaining([
      expect.objectContaining({ local: "10.1.0.1", prefixlen: 24 }),
      expect.objectContaining({ local: "fd01::1", prefixlen: 64 }),
    ]),
  })
  const routes = await namespace.ip("route", "show", "dev", "full0")
  expect(routes).toContainEqual(expect.objectContaining({ dst: "10.2.0.0/16", metric: 50 }))
  const routes6 = await namespace.ip("-6", "route", "show", "dev", "full0")
  expect(routes6).toContainEqual(expect.objectContaining({ dst: "fd02::/48", gateway: "fd01::2" }))
})

it("a tap has the MAC address and the bridge that were wished", async () => {
  await engine.call("interface.create", { name: "tap7", kind: "tap", mac: "02:00:5e:00:00:07", bridge: "br7" })
  const [link] = await namespace.ip("link", "show", "tap7")
  const info = { info_kind: "tun", info_data: expect.objectContaining({ type: "tap" }) }
  expect(link).toMatchObject({ address: "02:00:5e:00:00:07", master: "br7", linkinfo: expect.objectContaining(info) })
})

it("the list has the kernel's values, and those that others made", async () => {
  await namespace.exec("ip", ["tuntap", "add", "dev", "theirs0", "mode", "tap", "user", "daemon"])
  const list = await engine.call("interface.list", null)
  expect(list.map(({ actual }) => actual.name)).not.toContain("veth7")
  expect(list.find(({ actual }) => actual.name === "full0")).toMatchObject({
    actual: { kind: "tun", persistent: true, ownerName: "daemon", group: 4242, mtu: 1400, up: true, bridge: null },
    holders: [],
  })
  expect(list.find(({ actual }) => actual.name === "tap7")?.actual).toMatchObject({ bridge: "br7", kind: "tap" })
  expect(list.find(({ actual }) => actual.name === "theirs0")?.actual).toMatchObject({ kind: "tap", up: false })
})

it("without a name the kernel picks one, and the answer has it", async () => {
  const first = await engine.call("interface.create", { kind: "tap" })
  const second = await engine.call("interface.create", { kind: "tap" })
  expect([first.name, second.name]).toEqual(["tap0", "tap1"])
  expect(await names()).toEqual(expect.arrayContaining(["tap0", "tap1"]))
})

it("a kernel's pick never takes the name of a lost interface that is still wanted", async () => {
  const { name } = await engine.call("interface.create", { kind: "tun", heal: false })
  await namespace.exec("ip", ["link", "delete", name])
  expect((await engine.call("interface.create", { kind: "tun" })).name).not.toBe(name)
  await engine.call("interface.delete", { name })
})

it("a transient interface lives without any tunnel, held by tundeck", async () => {
  await engine.call("interface.create", { name: "brief0", persistent: false, addresses: ["10.3.0.1/24"] })
  const [link] = await namespace.ip("link", "show", "brief0")
  expect(link).toMatchObject({ linkinfo: { info_data: { persist: false } } })
  const list = await engine.call("interface.list", null)
  const holder = expect.objectContaining({ command: "tundeck", pid: expect.any(Number) })
  expect(list.find(({ actual }) => actual.name === "brief0")?.holders).toEqual([holder])
})

it("an interface that is wished down is down, and has its addresses", async () => {
  await engine.call("interface.create", { name: "down0", up: false, addresses: ["10.4.0.1/24", "fd04::1/64"] })
  const [link] = await namespace.ip("address", "show", "down0")
  expect(link).toMatchObject({ flags: expect.not.arrayContaining(["UP"]) })
  expect(link?.addr_info).toHaveLength(2)
})

it.each<[string, EngineParams<"interface.create">, ProblemCode, string]>([
  ["a name that is taken", { name: "full0" }, "interface-exists", "name"],
  ["a name of something else", { name: "veth7" }, "interface-exists", "name"],
  ["an owner that does not exist", { name: "bad0", owner: "no-such-user" }, "owner-not-found", "owner"],
  ["a group that does not exist", { name: "bad0", group: "no-such-group" }, "group-not-found", "group"],
  ["IPv6 below its least MTU", { name: "bad0", mtu: 1279, addresses: ["fd05::1/64"] }, "validation-failed", "mtu"],
  ["a bridge that does not exist", { name: "bad0", kind: "tap", bridge: "br9" }, "bridge-not-found", "bridge"],
  ["a bridge that is another interface", { name: "bad0", kind: "tap", bridge: "veth7" }, "bridge-not-found", "bridge"],
  [
    "a gateway out of reach",
    { name: "bad0", addresses: ["10.5.0.1/24"], routes: [{ destination: "10.6.0.0/16", gateway: "10.99.0.1" }] },
    "route-refused",
    "routes.0",
  ],
  ["an address that the kernel refuses", { name: "bad0", addresses: ["::1/128"] }, "address-refused", "addresses.0"],
  ["a name with a blank", { name: "a b" }, "validation-failed", "name"],
  ["a name of 16 characters", { name: "a234567890123456" }, "validation-failed", "name"],
  ["an MTU of 67", { name: "bad0", mtu: 67 }, "validation-failed", "mtu"],
])("%s is a problem at its field, and nothing is left behind", async (_what, input, code, path) => {
  const before = await names()
  const problem = await engine.refusal("interface.create", input)
  expect(problem).toMatchObject({ code, errors: [expect.objectContaining({ path })] })
  expect(await names()).toEqual(before)
})
