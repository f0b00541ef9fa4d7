import { interfaceCreate } from "@tundeck/shared"
import { expect, it } from "vitest"
import { interfaceBody, parseRoute } from "./interface-body.ts"

it("what is not said is left to the server", () => expect(interfaceBody({ vnetHeader: true, heal: true })).toEqual({}))

it("every field of the body has its option", () => {
  const body = interfaceBody({
    name: "lab",
    kind: "tap",
    owner: "ada",
    group: "1000",
    mtu: 1400,
    mac: "02:00:00:00:00:01",
    bridge: "br0",
    address: ["10.0.0.1/24", "fd00::1/64"],
    route: [parseRoute("10.1.0.0/16,via 10.0.0.2,metric 5")],
    transient: true,
    multiQueue: true,
    packetInfo: true,
    vnetHeader: false,
    down: true,
    heal: false,
    ignoreDrift: ["mtu"],
  })
  expect(interfaceCreate.parse(body)).toEqual({
    name: "lab",
    kind: "tap",
    persistent: false,
    owner: "ada",
    group: 1000,
    packetInfo: true,
    vnetHeader: false,
    multiQueue: true,
    mtu: 1400,
    mac: "02:00:00:00:00:01",
    addresses: ["10.0.0.1/24", "fd00::1/64"],
    routes: [{ destination: "10.1.0.0/16", gateway: "10.0.0.2", metric: 5 }],
    bridge: "br0",
    up: false,
    heal: false,
    ignoreDrift: ["mtu"],
  })
  expect(Object.keys(body).sort()).toEqual(Object.keys(interfaceCreate.shape).sort())
})

it.each([
  ["10.1.0.0/16", { destination: "10.1.0.0/16" }],
  ["10.1.0.0/16,metric 0", { destination: "10.1.0.0/16", metric: 0 }],
  ["fd00::/64 via fe80::1", { destination: "fd00::/64", gateway: "fe80::1" }],
])("the route %j", (text, route) => expect(parseRoute(text)).toEqual(route))

it.each(["10.1.0.0/16,dev tun0", "10.1.0.0/16,metric", "10.1.0.0/16,metric -1"])("%j is no route", (text) =>
  expect(() => parseRoute(text)).toThrow("Write a route as"),
)
