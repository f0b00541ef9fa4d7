import { expect, test } from "vitest"
import { decodeAddress, encodeAddress } from "./address.ts"
import { attribute, concatenate, textAttribute, u32Attribute } from "./attributes.ts"
import { decodeEvent } from "./event.ts"
import { decodeLink } from "./link.ts"
import { encodeLinkChange } from "./link-request.ts"
import { messageType } from "./numbers.ts"
import { decodeRoute, encodeNewRoute, encodeRouteDeletion, routeScope } from "./route.ts"

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

test.each([
  { index: 3, address: "10.0.0.1", prefixLength: 24 },
  { index: 3, address: "10.0.0.1", prefixLength: 32, peer: "10.0.0.2" },
  { index: 3, address: "10.0.0.1", prefixLength: 24, broadcast: "10.0.0.255" },
  { index: 9, address: "fd00::1", prefixLength: 64, scope: 253, flags: 0x282 },
  { index: 9, address: "fd00::1", prefixLength: 128, peer: "fd00::2" },
])("%o is decoded as it was encoded", (request) => {
  expect(decodeAddress(encodeAddress(request))).toEqual({
    family: request.address.includes(":") ? 6 : 4,
    peer: undefined,
    broadcast: undefined,
    scope: 0,
    flags: 0,
    ...request,
  })
})

test.each([
  { destination: "10.0.0.0/8", gateway: "10.1.0.1" },
  { destination: "0.0.0.0/0", gateway: "10.1.0.1", metric: 5 },
  { destination: "10.0.0.0/8", gateway: "fd00::1", interfaceIndex: 4 },
  { destination: "::/0", interfaceIndex: 4 },
  { destination: "fd00::/64", gateway: "fd01::1", interfaceIndex: 4, table: 1000, preferredSource: "fd00::1" },
])("%o is decoded as it was encoded, main and static unless it says else", (request) => {
  expect(decodeRoute(encodeNewRoute(request))).toEqual({
    family: request.destination.includes(":") ? 6 : 4,
    gateway: undefined,
    interfaceIndex: undefined,
    metric: undefined,
    preferredSource: undefined,
    table: 254,
    protocol: 4,
    scope: 0,
    type: 1,
    ...request,
  })
})

test("an IPv4 route without a gateway has the scope of its link, a deletion any", () => {
  const request = { destination: "10.0.0.0/8", interfaceIndex: 4 }
  expect(decodeRoute(encodeNewRoute(request))?.scope).toBe(routeScope.link)
  expect(decodeRoute(encodeRouteDeletion(request))).toMatchObject({ scope: routeScope.nowhere, protocol: 0, type: 0 })
})

test("what is no address or prefix is refused before it is sent", () => {
  expect(() => encodeAddress({ index: 1, address: "10.0.0.01", prefixLength: 8 })).toThrow(RangeError)
  expect(() => encodeNewRoute({ destination: "10.0.0.0" })).toThrow(RangeError)
  expect(() => encodeNewRoute({ destination: "10.0.0.0/8", gateway: "gateway" })).toThrow(RangeError)
  expect(() => encodeLinkChange({ index: 1, mac: "02:00" })).toThrow(RangeError)
})

test("a change of nothing but the state has flag and mask, and no attribute", () => {
  expect(hex(encodeLinkChange({ index: 2, up: true }))).toBe("00000000020000000100000001000000")
  expect(hex(encodeLinkChange({ index: 2, up: false }))).toBe("00000000020000000000000001000000")
  expect(hex(encodeLinkChange({ index: 2 }))).toBe("00000000020000000000000000000000")
})

test("a master of 0 is said, not left out", () => {
  expect(hex(encodeLinkChange({ index: 2, master: 0 }).subarray(16))).toBe("08000a0000000000")
})

const link = concatenate([
  Uint8Array.from({ length: 16 }, (_, offset) => (offset === 4 ? 7 : offset === 8 ? 1 : 0)),
  textAttribute(3, "tun7"),
  u32Attribute(4, 1400),
  attribute(1, Uint8Array.of(2, 0, 0, 0, 0, 9)),
  attribute(16, Uint8Array.of(6)),
])

test("a link is read by its attributes", () => {
  expect(decodeLink(link)).toMatchObject({
    index: 7,
    name: "tun7",
    mtu: 1400,
    mac: "02:00:00:00:00:09",
    up: true,
    lowerUp: false,
    operationalState: "up",
    kind: undefined,
    tun: undefined,
    statistics: undefined,
  })
})

test("a bridge's message about its port is no link event", () => {
  const ofBridge = link.slice()
  ofBridge[0] = 7 // AF_BRIDGE
  expect(decodeLink(ofBridge)).toBeUndefined()
  const message = { type: messageType.RTM_DELLINK, flags: 0, sequence: 0 }
  expect(decodeEvent({ ...message, payload: ofBridge })).toBeUndefined()
  expect(decodeEvent({ ...message, payload: link })).toMatchObject({ type: "link-removed", link: { name: "tun7" } })
})

test("every event type has its word", () => {
  const address = encodeAddress({ index: 1, address: "10.0.0.1", prefixLength: 8 })
  const route = encodeNewRoute({ destination: "10.0.0.0/8", interfaceIndex: 1 })
  const words = [
    ["RTM_NEWLINK", link],
    ["RTM_DELLINK", link],
    ["RTM_NEWADDR", address],
    ["RTM_DELADDR", address],
    ["RTM_NEWROUTE", route],
    ["RTM_DELROUTE", route],
    ["RTM_GETLINK", link],
  ] as const
  expect(
    words.map(([name, payload]) => decodeEvent({ type: messageType[name], flags: 0, sequence: 0, payload })?.type),
  ).toEqual([
    "link-changed",
    "link-removed",
    "address-changed",
    "address-removed",
    "route-changed",
    "route-removed",
    undefined,
  ])
})
