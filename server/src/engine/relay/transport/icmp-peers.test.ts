import { expect, test } from "vitest"
import { EchoPeers } from "./icmp-peers.ts"

function request(identifier: number, sequence: number): DataView {
  const view = new DataView(new ArrayBuffer(16))
  view.setUint16(4, identifier)
  view.setUint16(6, sequence)
  return view
}

test("a peer is known from its first request on; the latest one counts", () => {
  const peers = new EchoPeers(4, 2)
  expect(peers.isKnown(0)).toBe(false)
  peers.noteRequest(0, request(7, 1), 0)
  peers.noteRequest(0, request(7, 2), 0)
  expect([peers.isKnown(0), peers.identifier(0), peers.sequence(0)]).toEqual([true, 7, 2])
  peers.noteRequest(0, request(8, 1), 0)
  expect([peers.identifier(0), peers.sequence(0), peers.isKnown(1)]).toEqual([8, 1, false])
})

test("peers keep what is known of them when others come and go", () => {
  const peers = new EchoPeers(4, 3)
  for (const peer of [0, 1, 2]) {
    peers.noteRequest(peer, request(100 + peer, peer), 0)
    const header = new DataView(new ArrayBuffer(20))
    header.setUint8(19, peer)
    peers.noteHeader(peer, header, 0)
  }
  peers.setPeers([2, -1, 0])
  expect([0, 1, 2].map((peer) => peers.isKnown(peer))).toEqual([true, false, true])
  expect([peers.identifier(0), peers.identifier(2)]).toEqual([102, 100])
  const control = new DataView(new ArrayBuffer(64))
  peers.writeControl(0, control, 0)
  expect(control.getUint8(23)).toBe(2)
})

test("an IPv4 reply names the address that was spoken to: struct in_pktinfo", () => {
  const peers = new EchoPeers(4, 1)
  const header = new DataView(new ArrayBuffer(20))
  header.setUint32(16, 0x0a080002)
  peers.noteHeader(0, header, 0)
  const control = new DataView(new ArrayBuffer(64))
  for (let i = 0; i < 64; i++) control.setUint8(i, 0xee)
  expect(peers.writeControl(0, control, 0)).toBe(32)
  const hex = Buffer.from(control.buffer).subarray(0, 28).toString("hex")
  expect(hex).toBe(`1c00000000000000${"0000000008000000"}${"00000000"}0a080002${"00000000"}`)
})

test("an IPv6 reply repeats the kernel's own control message, without its interface: struct in6_pktinfo", () => {
  const peers = new EchoPeers(6, 1)
  const received = new DataView(new ArrayBuffer(64))
  received.setUint32(0, 36, true)
  received.setInt32(8, 41, true)
  received.setInt32(12, 50, true)
  for (let i = 0; i < 16; i++) received.setUint8(16 + i, i + 1)
  received.setUint32(32, 3, true)
  peers.noteControl(0, received, 0, 36)
  const control = new DataView(new ArrayBuffer(64))
  expect(peers.writeControl(0, control, 0)).toBe(40)
  received.setUint32(32, 0, true)
  expect(Buffer.from(control.buffer)).toEqual(Buffer.from(received.buffer))
})

test.each([
  ["none", 0, 41, 50],
  ["a short one", 35, 41, 50],
  ["another level", 36, 0, 50],
  ["another type", 36, 41, 49],
])("%s: such a control message is not looked at", (_what, length, level, type) => {
  const peers = new EchoPeers(6, 1)
  const received = new DataView(new ArrayBuffer(64))
  received.setInt32(8, level, true)
  received.setInt32(12, type, true)
  received.setUint8(16, 0xfd)
  peers.noteControl(0, received, 0, length)
  const control = new DataView(new ArrayBuffer(64))
  peers.writeControl(0, control, 0)
  expect(control.getUint8(16)).toBe(0)
})
