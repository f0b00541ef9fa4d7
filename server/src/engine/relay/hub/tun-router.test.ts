import { addressBytes, dropNumber, passed } from "@tundeck/shared"
import { expect, it } from "vitest"
import type { RelayPeer } from "../messages.ts"
import { device } from "../ports.ts"
import { thisDevice } from "./mac-table.ts"
import { TunRouter } from "./tun-router.ts"

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

it("other peers have other networks, out and in", () => {
  const router = new TunRouter([peer("192.0.2.1", ["10.0.1.0/24"])])
  router.setPeers([peer("192.0.2.1", ["10.0.2.0/24"])])
  expect(router.route(packet("10.0.0.1", "10.0.1.9"), 4, 40, thisDevice)).toBe(noRoute)
  expect(router.route(packet("10.0.0.1", "10.0.2.9"), 4, 40, thisDevice)).toBe(0)
  expect(router.mayComeFrom(packet("10.0.1.9", "10.0.0.1"), 4, 40, 0)).toBe(refused)
})

it("no MAC address is seen", () => {
  const router = new TunRouter([peer("192.0.2.1", ["10.0.1.0/24"])])
  router.route(packet("10.0.0.1", "10.0.1.9"), 4, 40, thisDevice)
  expect(router.macs()).toEqual([])
})
