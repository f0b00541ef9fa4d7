import { type InterfaceActual, type InterfaceView, interfaceCreate } from "@tundeck/shared"
import { expect, test } from "vitest"
import { acceptance, compare } from "./comparison.ts"

const wish = { ...interfaceCreate.parse({ addresses: ["10.0.0.1/24"] }), name: "tun0" }
const actual: InterfaceActual = {
  ...wish,
  index: 3,
  owner: null,
  ownerName: null,
  group: null,
  groupName: null,
  mtu: 1400,
  addresses: ["10.0.0.9/24", "fe80::1/64"],
  carrier: true,
  statistics: {
    receivedPackets: 0,
    receivedBytes: 0,
    receiveDropped: 0,
    receiveErrors: 0,
    sentPackets: 0,
    sentBytes: 0,
    sendDropped: 0,
    sendErrors: 0,
  },
}
const view: InterfaceView = {
  ...wish,
  managed: true,
  actual,
  holders: [],
  drift: [
    { field: "mtu", wanted: 1500, actual: 1400, ignored: false },
    { field: "addresses", wanted: [], actual: [], ignored: true },
  ],
}

const statusOf = (of: InterfaceView) => new Map(compare(of).map(({ field, status }) => [field, status]))

test("comparison: a field differs, differs but is ignored, or is as wanted", () => {
  const status = statusOf(view)
  expect([status.get("mtu"), status.get("addresses"), status.get("up")]).toEqual(["differs", "ignored", "same"])
})

test("comparison: packet information belongs to the attachment and never drifts", () => {
  expect(statusOf(view).get("packetInfo")).toBe("attachment")
})

test("comparison: MAC and bridge are shown on tap alone", () => {
  expect(statusOf(view).has("mac")).toBe(false)
  expect(statusOf({ ...view, kind: "tap" }).has("mac")).toBe(true)
})

test("comparison: another's interface is shown, not judged", () => {
  expect([...new Set(statusOf({ ...view, managed: false, drift: [] }).values())]).toEqual(["unwatched"])
})

test("accept: what the kernel says becomes the wish, without its own link-local addresses", () => {
  expect(acceptance("mtu", view)).toEqual({ mtu: 1400 })
  expect(acceptance("addresses", view)).toEqual({ addresses: ["10.0.0.9/24"] })
})

test("accept: what was settled at creation, or is gone, cannot be accepted", () => {
  expect(acceptance("kind", view)).toBeUndefined()
  expect(acceptance("multiQueue", view)).toBeUndefined()
  expect(acceptance("mtu", { ...view, actual: null })).toBeUndefined()
})
