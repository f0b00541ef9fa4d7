import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { close, open, openFlags } from "../libc/files.ts"
import { enterNamespace } from "../testing/inside.ts"
import { openTun, tunSetGroup, tunSetInterface, tunSetOwner, tunSetPersistent } from "../tun/device.ts"
import { type AddressRequest, addressFlags } from "./address.ts"
import { type RouteRequest, routeProtocol, routeScope, routeTable, routeType } from "./route.ts"
import { openRtnetlink, type Rtnetlink } from "./rtnetlink.ts"

let namespace: Namespace
let rtnetlink: Rtnetlink

beforeAll(async () => {
  namespace = await enterNamespace("rtnetlink")
  rtnetlink = openRtnetlink()
})
afterAll(async () => {
  rtnetlink.close()
  await namespace.delete()
})
beforeEach(() => {
  for (const { index, name } of rtnetlink.links()) {
    // A veth end goes with its other end.
    if (name !== "lo" && rtnetlink.linkByIndex(index) !== undefined) rtnetlink.linkDelete(index)
  }
})

function indexOf(name: string): number {
  const link = rtnetlink.linkByName(name)
  if (link === undefined) throw new Error(`no link ${name}`)
  return link.index
}

/** A veth end that is up and has a carrier. */
function addWire(name: string): number {
  rtnetlink.linkAddVeth(name, `${name}-peer`)
  rtnetlink.linkSet({ index: indexOf(`${name}-peer`), up: true })
  rtnetlink.linkSet({ index: indexOf(name), up: true })
  return indexOf(name)
}

async function shown(...args: string[]): Promise<Record<string, unknown>> {
  const [first] = await namespace.ip(...args)
  return first ?? {}
}

test("a link is told as iproute2 tells it", async () => {
  const index = addWire("wire")
  await namespace.exec("ip", ["link", "set", "wire", "mtu", "1400", "txqueuelen", "77"])
  const oracle = await shown("link", "show", "dev", "wire")
  expect(rtnetlink.linkByIndex(index)).toMatchObject({
    index: oracle.ifindex,
    name: "wire",
    mtu: 1400,
    mac: oracle.address,
    up: true,
    lowerUp: true,
    operationalState: "up",
    master: undefined,
    kind: "veth",
    tun: undefined,
    transmitQueueLength: 77,
  })
  expect(rtnetlink.linkByName("wire")).toMatchObject({ index })
  expect(rtnetlink.linkByName("no-such-link")).toBeUndefined()
  expect(rtnetlink.linkByIndex(9_999)).toBeUndefined()
})

test("addresses and routes of one interface are those of all that are its own", () => {
  const [one, two] = [addWire("one"), addWire("two")]
  for (const [index, net] of [
    [one, 1],
    [two, 2],
  ] as const) {
    rtnetlink.addressAdd({ index, address: `10.7.${net}.1`, prefixLength: 24 })
    rtnetlink.addressAdd({ index, address: `fd07:${net}::1`, prefixLength: 64 })
  }
  for (const index of [one, two]) {
    const addresses = rtnetlink.addresses().filter((address) => address.index === index)
    const routes = rtnetlink.routes().filter((route) => route.interfaceIndex === index)
    expect(rtnetlink.addresses(index)).toEqual(addresses)
    expect(rtnetlink.routes(routeTable.main, index)).toEqual(routes)
    expect(addresses.length).toBeGreaterThanOrEqual(2)
    expect(routes.length).toBeGreaterThanOrEqual(2)
  }
  expect(rtnetlink.addresses(9_999)).toEqual([])
  expect(rtnetlink.routes(routeTable.main, 9_999)).toEqual([])
})

test("a tap's owner, group and flags are told; without an fd it has no carrier", () => {
  const fd = openTun()
  tunSetInterface(fd, { kind: "tap", name: "tap7", packetInfo: true, vnetHeader: true, multiQueue: true })
  tunSetOwner(fd, 54_321)
  tunSetGroup(fd, 54_322)
  tunSetPersistent(fd, true)
  rtnetlink.linkSet({ index: indexOf("tap7"), up: true })
  const expected = {
    kind: "tap",
    owner: 54_321,
    group: 54_322,
    packetInfo: true,
    vnetHeader: true,
    persistent: true,
    multiQueue: true,
  }
  expect(rtnetlink.linkByName("tap7")).toMatchObject({
    kind: "tun",
    lowerUp: true,
    carrier: true,
    tun: { ...expected, queues: 1 },
  })
  close(fd)
  expect(rtnetlink.linkByName("tap7")).toMatchObject({
    lowerUp: false,
    carrier: false,
    up: true,
    tun: { ...expected, queues: 0 },
  })
})

test("a tun without owner says so, and has no MAC address", () => {
  const fd = openTun()
  tunSetInterface(fd, { kind: "tun", name: "tun7", packetInfo: false, vnetHeader: false, multiQueue: false })
  expect(rtnetlink.linkByName("tun7")).toMatchObject({
    mac: undefined,
    tun: { kind: "tun", owner: undefined, group: undefined, persistent: false, queues: undefined },
  })
  close(fd)
})

test("statistics count what crossed", async () => {
  addWire("wire")
  await namespace.exec("ip", ["-6", "address", "add", "fd00::1/64", "dev", "wire", "nodad"])
  await namespace.exec("ping", ["-c", "1", "-W", "1", "ff02::1%wire"]).catch(() => {})
  const sent = rtnetlink.linkByName("wire")?.statistics
  const received = rtnetlink.linkByName("wire-peer")?.statistics
  expect(sent?.sentPackets).toBeGreaterThan(0)
  expect(received).toMatchObject({ receivedPackets: sent?.sentPackets, receivedBytes: sent?.sentBytes })
})

test("state, MTU, MAC, queue length and name change, one at a time or together", async () => {
  const index = addWire("wire")
  rtnetlink.linkSet({ index, up: false })
  expect((await shown("link", "show", "dev", "wire")).flags).not.toContain("UP")
  rtnetlink.linkSet({ index, name: "wired", mtu: 1300, mac: "02:00:5e:00:53:07", transmitQueueLength: 9, up: true })
  expect(await shown("link", "show", "dev", "wired")).toMatchObject({
    ifindex: index,
    mtu: 1300,
    address: "02:00:5e:00:53:07",
    txqlen: 9,
    flags: expect.arrayContaining(["UP"]),
  })
})

test("a port joins a bridge and leaves it", async () => {
  const index = addWire("wire")
  rtnetlink.linkAddBridge("br0")
  rtnetlink.linkSet({ index, master: indexOf("br0") })
  expect(await shown("link", "show", "dev", "wire")).toMatchObject({ master: "br0" })
  expect(rtnetlink.linkByIndex(index)?.master).toBe(indexOf("br0"))
  rtnetlink.linkSet({ index, master: 0 })
  expect(await shown("link", "show", "dev", "wire")).not.toHaveProperty("master")
  expect(rtnetlink.linkByIndex(index)?.master).toBeUndefined()
})

test("a link moves to another namespace by fd; a veth end is born there", async () => {
  await using other = await createNamespace("other")
  const netnsFd = open(`/run/netns/${other.name}`, openFlags.readOnly | openFlags.closeOnExec)
  rtnetlink.linkAddVeth("near", "far", { netnsFd })
  rtnetlink.linkAddBridge("moving")
  rtnetlink.linkSet({ index: addWire("sent"), netnsFd })
  close(netnsFd)
  expect(rtnetlink.linkByName("near")).toBeDefined()
  expect(rtnetlink.linkByName("far")).toBeUndefined()
  expect(rtnetlink.linkByName("sent")).toBeUndefined()
  const names = (await other.ip("link", "show")).map(({ ifname }) => ifname)
  expect(names).toEqual(expect.arrayContaining(["far", "sent"]))
})

test("a link is deleted, and only once", async () => {
  const index = addWire("wire")
  rtnetlink.linkDelete(index)
  await expect(namespace.ip("link", "show", "dev", "wire")).rejects.toThrow(/does not exist/)
  expect(() => rtnetlink.linkDelete(index)).toThrow("RTM_DELLINK: ENODEV (No such device)")
})

test.each<[Omit<AddressRequest, "index">, object]>([
  [
    { address: "10.1.0.1", prefixLength: 24 },
    { family: "inet", local: "10.1.0.1", prefixlen: 24, scope: "global" },
  ],
  [
    { address: "10.2.0.1", prefixLength: 32, peer: "10.2.0.2" },
    { family: "inet", local: "10.2.0.1", address: "10.2.0.2", prefixlen: 32 },
  ],
  [
    { address: "10.3.0.1", prefixLength: 24, broadcast: "10.3.0.255", scope: routeScope.link },
    { family: "inet", local: "10.3.0.1", broadcast: "10.3.0.255", scope: "link" },
  ],
  [
    { address: "fd00::1", prefixLength: 64, flags: addressFlags.noDuplicateDetection },
    { family: "inet6", local: "fd00::1", prefixlen: 64, scope: "global", nodad: true },
  ],
  [
    { address: "fd00::3", prefixLength: 128, peer: "fd00::4", flags: addressFlags.noDuplicateDetection },
    { family: "inet6", local: "fd00::3", address: "fd00::4", prefixlen: 128 },
  ],
])("address %o: added, told, refused twice, deleted", async (wanted, expected) => {
  const index = addWire("wire")
  const request = { index, ...wanted }
  rtnetlink.addressAdd(request)
  const { addr_info } = await shown("address", "show", "dev", "wire")
  expect(addr_info).toEqual(expect.arrayContaining([expect.objectContaining(expected)]))
  const { flags, ...told } = request
  const found = rtnetlink.addresses().find((address) => address.address === wanted.address)
  expect(found).toMatchObject({ ...told, family: wanted.address.includes(":") ? 6 : 4 })
  expect((found?.flags ?? 0) & addressFlags.permanent).not.toBe(0)
  expect(() => rtnetlink.addressAdd(request)).toThrow(/^RTM_NEWADDR: EEXIST/)
  rtnetlink.addressDelete(request)
  expect(rtnetlink.addresses().filter((address) => address.address === wanted.address)).toEqual([])
  expect(() => rtnetlink.addressDelete(request)).toThrow(/^RTM_DELADDR: EADDRNOTAVAIL/)
})

test.each<[RouteRequest, object]>([
  [
    { destination: "10.9.0.0/16", gateway: "10.1.0.2" },
    { dst: "10.9.0.0/16", gateway: "10.1.0.2", protocol: "static", scope: "global" },
  ],
  [
    { destination: "0.0.0.0/0", gateway: "10.1.0.2", metric: 50 },
    { dst: "default", metric: 50 },
  ],
  [{ destination: "10.8.0.0/16" }, { dst: "10.8.0.0/16", scope: "link" }],
  [
    { destination: "10.7.0.1/32", preferredSource: "10.1.0.1" },
    { dst: "10.7.0.1", prefsrc: "10.1.0.1" },
  ],
  [{ destination: "10.6.0.0/16", gateway: "fd00::2" }, { via: { family: "inet6", host: "fd00::2" } }],
  [
    { destination: "fd09::/64", gateway: "fd00::2", metric: 7 },
    { dst: "fd09::/64", gateway: "fd00::2", metric: 7, protocol: "static" },
  ],
  [
    { destination: "::/0", gateway: "fd00::2" },
    { dst: "default", gateway: "fd00::2" },
  ],
  [
    { destination: "fd08::/64", table: 1000, protocol: routeProtocol.boot },
    { dst: "fd08::/64", protocol: "boot" },
  ],
])("route %o: added, told, refused twice, deleted", async (wanted, expected) => {
  const index = addWire("wire")
  rtnetlink.addressAdd({ index, address: "10.1.0.1", prefixLength: 24 })
  const flags = addressFlags.noDuplicateDetection
  rtnetlink.addressAdd({ index, address: "fd00::1", prefixLength: 64, flags })
  const request = { interfaceIndex: index, ...wanted }
  rtnetlink.routeAdd(request)
  const table = wanted.table ?? routeTable.main
  const family = wanted.destination.includes(":") ? "-6" : "-4"
  const show = () => namespace.ip(family, "route", "show", "table", `${table}`)
  const match = expect.objectContaining({ dev: "wire", ...expected })
  expect(await show()).toContainEqual(match)
  const told = () => rtnetlink.routes(table).filter(({ destination }) => destination === wanted.destination)
  expect(told()).toEqual([expect.objectContaining(request)])
  expect(() => rtnetlink.routeAdd(request)).toThrow(/^RTM_NEWROUTE: EEXIST/)
  rtnetlink.routeDelete(request)
  expect(await show()).not.toContainEqual(match)
  expect(told()).toEqual([])
  expect(() => rtnetlink.routeDelete(request)).toThrow(/^RTM_DELROUTE: ESRCH/)
})

test("a route is replaced in place", () => {
  const index = addWire("wire")
  rtnetlink.addressAdd({ index, address: "10.1.0.1", prefixLength: 24 })
  rtnetlink.routeReplace({ destination: "10.9.0.0/16", gateway: "10.1.0.2" })
  rtnetlink.routeReplace({ destination: "10.9.0.0/16", gateway: "10.1.0.3" })
  const routes = rtnetlink.routes().filter(({ destination }) => destination === "10.9.0.0/16")
  expect(routes.map(({ gateway }) => gateway)).toEqual(["10.1.0.3"])
})

test("a table that nobody used is empty", () => {
  expect(rtnetlink.routes(4711)).toEqual([])
})

test.each([
  ["mtu less than device minimum", () => rtnetlink.linkSet({ index: addWire("wire"), mtu: 67 })],
  ["mtu greater than device maximum", () => rtnetlink.linkSet({ index: addWire("wire"), mtu: 65_536 })],
  ["Attribute failed policy validation", () => rtnetlink.linkAddBridge("a-name-that-is-too-long")],
  [
    "ipv4: Invalid prefix length",
    () => rtnetlink.addressAdd({ index: addWire("wire"), address: "10.0.0.1", prefixLength: 33 }),
  ],
  [
    "Invalid prefix for given prefix length",
    () => rtnetlink.routeAdd({ destination: "10.0.0.1/8", interfaceIndex: addWire("wire") }),
  ],
  [
    "Nexthop has invalid gateway",
    () => rtnetlink.routeAdd({ destination: "10.0.0.0/8", gateway: "192.0.2.1", interfaceIndex: addWire("wire") }),
  ],
])("an error carries the kernel's sentence: %s", (sentence, act) => {
  expect(act).toThrow(expect.objectContaining({ name: "SyscallError", detail: sentence }))
})

test("a failed request leaves the next one whole", () => {
  expect(() => rtnetlink.linkDelete(9_999)).toThrow(/ENODEV/)
  expect(rtnetlink.linkByName("lo")).toMatchObject({ index: 1 })
})

test("a dump longer than any buffer comes whole", () => {
  const index = addWire("wire")
  const count = 1_500
  for (let i = 0; i < count; i++) {
    rtnetlink.routeAdd({ destination: `10.${i >> 8}.${i & 255}.0/24`, interfaceIndex: index })
  }
  const routes = rtnetlink.routes().filter(({ destination }) => destination.startsWith("10."))
  expect(new Set(routes.map(({ destination }) => destination)).size).toBe(count)
})

test("the way to an address is told as iproute2 tells it, and nothing where there is none", async () => {
  const index = addWire("wire")
  await namespace.exec("ip", ["link", "set", "lo", "up"])
  for (const address of ["192.0.2.1/24", "2001:db8::1/64"]) {
    await namespace.exec("ip", ["address", "add", address, "dev", "wire", ...(address.includes(":") ? ["nodad"] : [])])
  }
  await namespace.exec("ip", ["route", "add", "198.51.100.0/24", "via", "192.0.2.9", "dev", "wire"])
  for (const address of ["192.0.2.7", "198.51.100.3", "2001:db8::7"]) {
    const oracle = await shown("route", "get", address)
    const found = rtnetlink.routeTo(address)
    expect(found).toMatchObject({ interfaceIndex: index, gateway: oracle.gateway, preferredSource: oracle.prefsrc })
    expect(found?.type).toBe(routeType.unicast)
  }
  expect(rtnetlink.routeTo("192.0.2.1")).toMatchObject({ type: routeType.local })
  await namespace.exec("ip", ["route", "add", "blackhole", "203.0.113.0/24"])
  for (const address of ["203.0.113.1", "8.8.8.8", "2001:db9::1"]) expect(rtnetlink.routeTo(address)).toBeUndefined()
  expect(() => rtnetlink.routeTo("no address")).toThrow(RangeError)
})

test("a neighbour's MAC address is what the kernel learnt or was told, and none while it does not know", async () => {
  const index = addWire("wire")
  rtnetlink.addressAdd({ index, address: "10.9.0.1", prefixLength: 24 })
  const neighbour = (...args: string[]) => namespace.exec("ip", ["neigh", "replace", ...args, "dev", "wire"])
  expect(rtnetlink.neighbourMac(index, "10.9.0.2")).toBeUndefined()
  await neighbour("10.9.0.2", "lladdr", "02:00:00:00:00:02", "nud", "stale")
  await neighbour("fd09::2", "lladdr", "02:00:00:00:00:06", "nud", "permanent")
  await neighbour("10.9.0.3", "lladdr", "02:00:00:00:00:03", "nud", "failed")
  expect(rtnetlink.neighbourMac(index, "10.9.0.2")).toBe("02:00:00:00:00:02")
  expect(rtnetlink.neighbourMac(index, "fd09::2")).toBe("02:00:00:00:00:06")
  expect(rtnetlink.neighbourMac(index, "10.9.0.3")).toBeUndefined()
  expect(rtnetlink.neighbourMac(index + 1, "10.9.0.2")).toBeUndefined()
  expect(rtnetlink.neighbourMac(9_999, "10.9.0.2")).toBeUndefined()
  expect(() => rtnetlink.neighbourMac(index, "10.9.0")).toThrow(RangeError)
})
