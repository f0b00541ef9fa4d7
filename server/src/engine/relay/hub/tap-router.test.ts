import { dropNumber, passed } from "@tundeck/shared"
import { expect, it } from "vitest"
import type { RelayPeer } from "../messages.ts"
import { device, flood } from "../ports.ts"
import { keptPlaces } from "./kept-places.ts"
import { thisDevice } from "./mac-table.ts"
import { TapRouter } from "./tap-router.ts"

const refused = dropNumber("source-not-allowed")
const peer = (address: string, allowed: string[] | null): RelayPeer => ({ address, allowed, enabled: true })

/** A frame of 60 bytes at offset 4 between hosts that are numbers; 255 is the broadcast address. */
function frame(source: number, destination: number): DataView {
  const view = new DataView(new ArrayBuffer(64))
  view.setUint16(4, destination === 255 ? 0xffff : 0x0200)
  view.setUint32(6, destination === 255 ? 0xffffffff : destination)
  view.setUint16(10, 0x0200)
  view.setUint32(12, source)
  view.setUint16(16, 0x88b5) // IEEE 802: local experimental
  return view
}

const anyone = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) => peer(address, null))
const send = (router: TapRouter, source: number, destination: number, from: number, now = 0) =>
  router.route(frame(source, destination), 4, 60, from, now)

it("broadcast, multicast and the unknown are flooded; the answer is not", () => {
  const router = new TapRouter(anyone)
  expect(send(router, 1, 255, 0)).toBe(flood)
  expect(send(router, 1, 2, 0)).toBe(flood)
  expect(send(router, 2, 1, 1)).toBe(0)
  expect(send(router, 1, 2, 0)).toBe(1)
  const multicast = frame(1, 2)
  multicast.setUint8(4, 0x33)
  expect(router.route(multicast, 4, 60, 0, 0)).toBe(flood)
})

it("this host is a port like the others", () => {
  const router = new TapRouter(anyone)
  send(router, 9, 255, thisDevice)
  expect(send(router, 1, 9, 0)).toBe(device)
  expect(send(router, 9, 1, thisDevice)).toBe(0)
})

it("never back to where it came from", () => {
  const router = new TapRouter(anyone)
  send(router, 1, 255, 2)
  send(router, 8, 255, thisDevice)
  expect(send(router, 2, 1, 2)).toBe(-dropNumber("back-to-sender"))
  expect(send(router, 9, 8, thisDevice)).toBe(-dropNumber("back-to-sender"))
})

it("a host that moves is found at its new place", () => {
  const router = new TapRouter(anyone)
  send(router, 1, 255, 0)
  send(router, 1, 255, 2)
  expect(send(router, 2, 1, 1)).toBe(2)
})

it("a peer that goes takes what was behind it along", () => {
  const router = new TapRouter(anyone)
  send(router, 1, 255, 0)
  router.forget(0)
  expect(send(router, 2, 1, 1)).toBe(flood)
})

it("what was behind a peer that stays is kept, and forgotten with one that goes", () => {
  const router = new TapRouter(anyone)
  for (const i of [0, 1, 2]) send(router, i + 1, 255, i)
  const after = [{ ...peer("192.0.2.1", null), enabled: false }, peer("192.0.2.9", null), peer("192.0.2.3", null)]
  router.setPeers(after, keptPlaces(anyone, after))
  expect(router.macs(1000)).toEqual([{ mac: "02:00:00:00:00:03", peer: 2, ageSeconds: 1 }])
})

it("each peer has its own inner sources", () => {
  const router = new TapRouter([peer("192.0.2.1", ["10.0.1.0/24"]), peer("192.0.2.2", null)])
  const arp = frame(1, 255)
  arp.setUint16(16, 0x0806)
  arp.setUint32(32, 0x0a000201) // 10.0.2.1
  expect([0, 1, 2].map((from) => router.mayComeFrom(arp, 4, 60, from))).toEqual([refused, passed, refused])
})
