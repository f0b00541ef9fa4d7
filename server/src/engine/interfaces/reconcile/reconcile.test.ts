import { driftFields, type InterfaceActual, type InterfaceWanted } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { actualOf, wishOf } from "./fixtures.ts"
import { mismatchOf, reconcile } from "./reconcile.ts"
import { toIpCommand } from "./step.ts"

const words = (wanted: InterfaceWanted, actual: InterfaceActual | null, extent = {}) =>
  reconcile(wanted, actual, extent).map((step) => toIpCommand(wanted.name, step))

const full = wishOf({
  owner: "alice",
  group: 100,
  mtu: 1400,
  mac: "02:00:00:00:00:01",
  addresses: ["10.0.0.1/24", "fd00::1/64"],
  routes: [{ destination: "10.1.0.0/16", gateway: "10.0.0.2", metric: 5 }],
  bridge: "br0",
})

describe("state × wish", () => {
  // What differs from the interface that is exactly as wished, and the steps that undo it.
  const table: [string, Partial<InterfaceActual>, string[]][] = [
    ["nothing", {}, []],
    ["owner", { ownerName: "bob" }, ["tunctl -t tap0 -u alice"]],
    ["group", { group: 7 }, ["tunctl -t tap0 -g 100"]],
    ["persistent", { persistent: false }, ["tunctl -t tap0"]],
    ["mac", { mac: "02:00:00:00:00:02" }, ["ip link set tap0 address 02:00:00:00:00:01"]],
    ["mtu", { mtu: 1500 }, ["ip link set tap0 mtu 1400"]],
    ["no bridge", { bridge: null }, ["ip link set tap0 master br0"]],
    ["another bridge", { bridge: "br1" }, ["ip link set tap0 master br0"]],
    ["an address gone", { addresses: ["fd00::1/64"] }, ["ip address add 10.0.0.1/24 dev tap0"]],
    [
      "an address more",
      { addresses: ["10.0.0.1/24", "fd00::1/64", "10.9.0.1/24"] },
      ["ip address del 10.9.0.1/24 dev tap0"],
    ],
    [
      "another prefix length",
      { addresses: ["10.0.0.1/8", "fd00::1/64"] },
      ["ip address del 10.0.0.1/8 dev tap0", "ip address add 10.0.0.1/24 dev tap0"],
    ],
    ["the kernel's link-local address", { addresses: ["10.0.0.1/24", "fd00::1/64", "fe80::1/64"] }, []],
    ["a route gone", { routes: [] }, ["ip route add 10.1.0.0/16 via 10.0.0.2 dev tap0 metric 5"]],
    [
      "a route more",
      { routes: [...full.routes, { destination: "10.9.0.0/16" }] },
      ["ip route del 10.9.0.0/16 dev tap0"],
    ],
    ["the routes that come with addresses", { routes: [...full.routes, { destination: "10.0.0.0/24" }] }, []],
    [
      "another gateway",
      { routes: [{ destination: "10.1.0.0/16", gateway: "10.0.0.3", metric: 5 }] },
      [
        "ip route del 10.1.0.0/16 via 10.0.0.3 dev tap0 metric 5",
        "ip route add 10.1.0.0/16 via 10.0.0.2 dev tap0 metric 5",
      ],
    ],
    ["down", { up: false }, ["ip link set tap0 up"]],
  ]

  it.each(table)("%s", (_difference, fields, steps) => {
    expect(words(full, actualOf(full, fields))).toEqual(steps)
  })

  it("wished down", () => {
    const down = { ...full, up: false }
    expect(words(down, actualOf(full))).toEqual(["ip link set tap0 down"])
    expect(words(down, actualOf(down))).toEqual([])
  })

  it("wished transient", () => {
    expect(words({ ...full, persistent: false }, actualOf(full))).toEqual(["tunctl -d tap0"])
  })

  it("wished without a bridge: apply leaves it, healing does not", () => {
    const wanted = { ...full, bridge: null }
    expect(words(wanted, actualOf(full))).toEqual(["ip link set tap0 nomaster"])
    expect(words(wanted, actualOf(full), { extras: "leave" })).toEqual([])
  })

  it("a MAC address of the kernel's choice is never changed", () => {
    const wanted = wishOf({ mac: null })
    expect(words(wanted, actualOf(wanted, { mac: "02:00:00:00:00:42" }))).toEqual([])
  })
})

it("a lost interface is made whole, in an order that the kernel takes", () => {
  expect(words(full, null)).toEqual([
    "ip tuntap add dev tap0 mode tap",
    "tunctl -t tap0 -u alice",
    "tunctl -t tap0 -g 100",
    "tunctl -t tap0",
    "ip link set tap0 address 02:00:00:00:00:01",
    "ip link set tap0 mtu 1400",
    "ip link set tap0 master br0",
    "ip address add 10.0.0.1/24 dev tap0",
    "ip address add fd00::1/64 dev tap0",
    "ip link set tap0 up",
    "ip route add 10.1.0.0/16 via 10.0.0.2 dev tap0 metric 5",
  ])
})

it("the flags of the attachment stand in the creation", () => {
  const wanted = wishOf({ name: "tun0", kind: "tun", packetInfo: true, vnetHeader: true, multiQueue: true })
  expect(words({ ...wanted, persistent: false, up: false }, null)).toEqual([
    "ip tuntap add dev tun0 mode tun pi vnet_hdr multi_queue",
  ])
})

it("what is lost stays lost when only other fields were asked for", () => {
  expect(words(full, null, { fields: ["mtu"] })).toEqual([])
})

it("only the named fields are mended", () => {
  const actual = actualOf(full, { mtu: 1500, up: false, addresses: [] })
  expect(words(full, actual, { fields: ["mtu", "up"] })).toEqual(["ip link set tap0 mtu 1400", "ip link set tap0 up"])
})

it("healing leaves what others added, but takes a changed route out of the way of the wanted one", () => {
  const actual = actualOf(full, {
    addresses: [...full.addresses, "10.9.0.1/24"],
    routes: [{ destination: "10.1.0.0/16", gateway: "10.0.0.3", metric: 5 }, { destination: "10.9.0.0/16" }],
  })
  expect(words(full, actual, { extras: "leave" })).toEqual([
    "ip route del 10.1.0.0/16 via 10.0.0.3 dev tap0 metric 5",
    "ip route add 10.1.0.0/16 via 10.0.0.2 dev tap0 metric 5",
  ])
})

it("routes are left out of an interface that is wished down: the kernel keeps none there", () => {
  const wanted = { ...full, up: false }
  expect(words(wanted, null).filter((word) => word.includes("route"))).toEqual([])
})

it("every drift field is mended or a mismatch", () => {
  const other = actualOf(full, {
    kind: "tun",
    persistent: false,
    ownerName: "bob",
    group: 7,
    multiQueue: true,
    mtu: 1500,
    mac: "02:00:00:00:00:02",
    addresses: [],
    routes: [],
    bridge: null,
    up: false,
  })
  const silent = driftFields.filter((field) => reconcile(full, other, { fields: [field] }).length === 0)
  expect(silent).toEqual(["exists", "kind", "multiQueue"])
  expect(mismatchOf(full, other)).toContain("tap0 is a tun, not a tap")
  expect(mismatchOf(full, { ...other, kind: "tap" })).toContain("tap0 was created with multi-queue")
  expect(mismatchOf(full, actualOf(full))).toBeUndefined()
})
