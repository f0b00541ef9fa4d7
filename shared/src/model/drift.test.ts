import { describe, expect, it } from "vitest"
import { compareInterface } from "./drift.ts"
import type { InterfaceActual, InterfaceWanted } from "./interface.ts"

const wanted: InterfaceWanted = {
  name: "tap7",
  kind: "tap",
  persistent: true,
  owner: null,
  group: null,
  packetInfo: false,
  vnetHeader: false,
  multiQueue: false,
  mtu: 1500,
  mac: null,
  addresses: [],
  routes: [],
  bridge: null,
  up: true,
  heal: true,
  ignoreDrift: [],
}

const none = { receivedPackets: 0, receivedBytes: 0, receiveDropped: 0, receiveErrors: 0 }
const actual: InterfaceActual = {
  index: 9,
  name: "tap7",
  kind: "tap",
  persistent: true,
  owner: null,
  ownerName: null,
  group: null,
  groupName: null,
  packetInfo: false,
  vnetHeader: false,
  multiQueue: false,
  mtu: 1500,
  mac: "02:00:00:00:00:01",
  addresses: [],
  routes: [],
  bridge: null,
  up: true,
  carrier: false,
  statistics: { ...none, sentPackets: 0, sentBytes: 0, sendDropped: 0, sendErrors: 0 },
}

type Row = [fact: string, wish: Partial<InterfaceWanted>, is: Partial<InterfaceActual>, drift: string[]]

const address = "10.0.0.1/24"
const network = { destination: "10.1.0.0/16" }

const rows: Row[] = [
  ["as wanted", {}, {}, []],
  ["another kind", { kind: "tun" }, {}, ["kind"]],
  ["no longer persistent", {}, { persistent: false }, ["persistent"]],
  ["single-queue where many were wanted", { multiQueue: true }, {}, ["multiQueue"]],
  ["another MTU", {}, { mtu: 1400 }, ["mtu"]],
  ["down", {}, { up: false }, ["up"]],
  ["packet information belongs to the attachment", { packetInfo: true }, {}, []],
  ["the virtio header belongs to the attachment", { vnetHeader: true }, {}, []],

  ["an owner by number", { owner: 1000 }, { owner: 1000, ownerName: "ann" }, []],
  ["an owner by name", { owner: "ann" }, { owner: 1000, ownerName: "ann" }, []],
  ["another owner", { owner: "ann" }, { owner: 1001, ownerName: "bob" }, ["owner"]],
  ["an owner whose name is gone", { owner: "ann" }, { owner: 1000, ownerName: null }, ["owner"]],
  ["an owner where none is wanted", {}, { owner: 0, ownerName: "root" }, ["owner"]],
  ["no owner where root is wanted", { owner: 0 }, {}, ["owner"]],
  ["a group by name", { group: "net" }, { group: 90, groupName: "net" }, []],
  ["another group", { group: 91 }, { group: 90, groupName: "net" }, ["group"]],

  ["any MAC address when none is wanted", {}, { mac: "02:00:00:00:00:99" }, []],
  ["another MAC address", { mac: "02:00:00:00:00:02" }, {}, ["mac"]],
  ["in a bridge when none is wanted", {}, { bridge: "br0" }, []],
  ["in another bridge", { bridge: "br0" }, { bridge: "br1" }, ["bridge"]],
  ["out of its bridge", { bridge: "br0" }, {}, ["bridge"]],

  ["addresses in another order", { addresses: [address, "fd00::1/64"] }, { addresses: ["fd00::1/64", address] }, []],
  ["an address missing", { addresses: [address] }, {}, ["addresses"]],
  ["an address too many", {}, { addresses: [address] }, ["addresses"]],
  ["another prefix length", { addresses: [address] }, { addresses: ["10.0.0.1/25"] }, ["addresses"]],
  ["the kernel's own link-local address", {}, { addresses: ["fe80::1234/64"] }, []],
  ["a link-local address of another length", {}, { addresses: ["fe80::1234/128"] }, ["addresses"]],
  [
    "a wanted link-local address is missed",
    { addresses: ["fe80::7/64"] },
    { addresses: ["fe80::8/64"] },
    ["addresses"],
  ],

  ["a route", { routes: [network] }, { routes: [network] }, []],
  ["a route missing", { routes: [network] }, {}, ["routes"]],
  ["a route too many", {}, { routes: [network] }, ["routes"]],
  ["no routes while down, as wanted", { up: false, routes: [network] }, { up: false }, []],
  ["another gateway", { routes: [{ ...network, gateway: "10.0.0.2" }] }, { routes: [network] }, ["routes"]],
  ["any metric when none is wanted", { routes: [network] }, { routes: [{ ...network, metric: 100 }] }, []],
  ["another metric", { routes: [{ ...network, metric: 50 }] }, { routes: [{ ...network, metric: 100 }] }, ["routes"]],
  ["metric 0 is no metric", { routes: [{ ...network, metric: 0 }] }, { routes: [network] }, []],
  [
    "metric 0 of IPv6 is 1024",
    { routes: [{ destination: "fd01::/64", metric: 0 }] },
    { routes: [{ destination: "fd01::/64", metric: 1024 }] },
    [],
  ],
  [
    "a route that came with its address",
    { addresses: [address] },
    { addresses: [address], routes: [{ destination: "10.0.0.0/24" }] },
    [],
  ],
  [
    "the same network through a gateway did not come with the address",
    { addresses: [address] },
    { addresses: [address], routes: [{ destination: "10.0.0.0/24", gateway: "10.0.0.9" }] },
    ["routes"],
  ],
  [
    "the host routes of addresses",
    { addresses: ["fd00::1/64"] },
    { addresses: ["fd00::1/64"], routes: [{ destination: "fd00::1/128" }, { destination: "fd00::/64" }] },
    [],
  ],
  [
    "link-local and multicast routes",
    {},
    { routes: [{ destination: "fe80::/64" }, { destination: "ff00::/8" }, { destination: "224.0.0.0/4" }] },
    [],
  ],
]

describe("drift", () => {
  it.each(rows)("%s", (_fact, wish, is, drift) => {
    expect(compareInterface({ ...wanted, ...wish }, { ...actual, ...is }).map(({ field }) => field)).toEqual(drift)
  })

  it("an interface that is gone is one drift", () => {
    expect(compareInterface({ ...wanted, mtu: 9000, addresses: [address] }, null)).toEqual([
      { field: "exists", wanted: true, actual: false, ignored: false },
    ])
  })

  it("what is ignored is still named, and marked", () => {
    expect(compareInterface({ ...wanted, ignoreDrift: ["mtu"] }, { ...actual, mtu: 1400, up: false })).toEqual([
      { field: "mtu", wanted: 1500, actual: 1400, ignored: true },
      { field: "up", wanted: true, actual: false, ignored: false },
    ])
  })

  it("both sides stand beside each other, without the kernel's own additions", () => {
    const [only] = compareInterface({ ...wanted, addresses: [address] }, { ...actual, addresses: ["fe80::9/64"] })
    expect(only).toEqual({ field: "addresses", wanted: [address], actual: [], ignored: false })
  })
})
