import { addressBytes, dropNumber, passed } from "@tundeck/shared"
import { describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import type { RelayPeer } from "../messages.ts"
import { device, flood } from "../ports.ts"
import { expandFlood } from "./flood.ts"
import { keptPlaces } from "./kept-places.ts"
import { thisDevice } from "./mac-table.ts"
import { TapRouter, TunRouter } from "./router.ts"

const noRoute = -dropNumber("no-route-to-peer")
const refused = dropNumber("source-not-allowed")
const peer = (address: string, allowed: string[] | null): RelayPeer => ({ address, allowed, enabled: true })

/** At offset 4. */
function packet(source: string, destination: string): DataView {
  const [from, to] = [addressBytes(source), addressBytes(destination)]
  const bytes = new Uint8Array(44)
  bytes[4] = from.length === 4 ? 0x45 : 0x60
  bytes.set(from, from.length === 4 ? 16 : 12)
  bytes.set(to, from.length === 4 ? 20 : 28)
  return new DataView(bytes.buffer)
}

describe("tun", () => {
  const router = new TunRouter([peer("192.0.2.1", ["10.0.1.0/24", "fd00:1::/64"]), peer("192.0.2.2", ["10.0.2.0/24"])])
  const routed = (destination: string, from = thisDevice) =>
    router.route(packet(destination.includes(":") ? "fd00::1" : "10.0.0.1", destination), 4, 40, from)

  it.each([
    ["10.0.1.9", 0],
    ["10.0.2.9", 1],
    ["fd00:1::9", 0],
    ["10.0.3.9", noRoute],
    ["fd00:2::9", noRoute],
    ["224.0.0.251", noRoute],
    ["255.255.255.255", noRoute],
    ["ff02::2", noRoute],
    ["fe80::1", noRoute],
  ])("to %s: %i", (destination, to) => expect(routed(destination)).toBe(to))

  it("multicast goes where a network says so", () => {
    const router = new TunRouter([peer("192.0.2.1", ["10.0.1.0/24"]), peer("192.0.2.2", ["224.0.0.0/4"])])
    expect(router.route(packet("10.0.0.1", "224.0.0.251"), 4, 40, thisDevice)).toBe(1)
  })

  it("from a peer to the device, even when the destination is another peer's: forwarding is the kernel's", () => {
    expect(routed("10.0.2.9", 0)).toBe(device)
  })

  it.each([
    ["10.0.1.9", "10.0.0.1", 0, passed],
    ["10.0.1.9", "10.0.0.1", 1, refused],
    ["10.0.9.9", "10.0.0.1", 0, refused],
    ["0.0.0.0", "10.0.0.1", 0, refused],
    ["fd00:1::9", "fd00::1", 0, passed],
    ["fd00:1::9", "fd00::1", 1, refused],
    ["fe80::9", "ff02::1", 1, passed],
    ["::", "ff02::1:ff00:1", 1, passed],
  ])("source %s to %s from peer %i: %i", (source, destination, from, verdict) =>
    expect(router.mayComeFrom(packet(source, destination), 4, 40, from)).toBe(verdict),
  )
})

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

describe("tap", () => {
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
})

it("a flood reaches each connected peer but the sender, over as many batches as it takes", () => {
  const from = new Batch(1)
  from.add(100, 60, 0)
  from.gsoSize[0] = 1400
  const up = Uint8Array.from([1, 1, 0, 1, 1, 1, 0])
  const to = new Batch(2)
  const reached: number[][] = []
  for (let next = 0; next < up.length; ) {
    to.clear()
    next = expandFlood(from, 0, up, 3, to, next)
    reached.push(Array.from(to.peer.subarray(0, to.count)))
    expect([to.at[0], to.length[0], to.gsoSize[0]]).toEqual([100, 60, 1400])
  }
  expect(reached).toEqual([
    [0, 1],
    [4, 5],
  ])
})

it("from the device it reaches all, and nobody when none is connected", () => {
  const [from, to] = [new Batch(1), new Batch(4)]
  from.add(0, 60, 0)
  expect(expandFlood(from, 0, Uint8Array.from([1, 1, 1]), thisDevice, to, 0)).toBe(3)
  expect(to.count).toBe(3)
  expect(expandFlood(from, 0, new Uint8Array(3), thisDevice, to, 0)).toBe(3)
  expect(to.count).toBe(3)
})
