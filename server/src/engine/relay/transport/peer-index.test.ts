import { decodeSocketAddress, encodeSocketAddress } from "@tundeck/native-bindings"
import { canonicalAddress, mostPeers } from "@tundeck/shared"
import fc from "fast-check"
import { expect, it } from "vitest"
import { strangerPeer } from "../batch.ts"
import { PeerIndex } from "./peer-index.ts"

const memory = new DataView(new ArrayBuffer(128))
/** As recvmsg leaves it, at an offset that is not 0. */
function socketAddress(address: string, port = 4000): DataView {
  new Uint8Array(memory.buffer).fill(0xee).set(encodeSocketAddress({ address, port }), 36)
  return memory
}
const find = (index: PeerIndex, address: string) => index.find(socketAddress(address), 36)
const peer = (address: string, enabled = true) => ({ address, enabled })

function remoteOf(index: PeerIndex, peer: number): string | undefined {
  const view = new DataView(new ArrayBuffer(40))
  const length = index.write(peer, view, 8)
  const remote = decodeSocketAddress(new Uint8Array(view.buffer, 8, length))
  return remote && `${remote.address} ${remote.port}`
}

it("knows each peer by its address, whatever the port, and everyone else as a stranger", () => {
  const v6 = fc
    .ipV6()
    .filter((text) => !text.includes("."))
    .map((text) => canonicalAddress(text) ?? text)
  const address = fc.oneof(fc.ipV4(), v6)
  fc.assert(
    fc.property(
      fc.uniqueArray(address, { maxLength: 40 }),
      fc.array(address),
      fc.nat(65_535),
      (peers, others, port) => {
        const index = new PeerIndex(peers.map((text) => peer(text)))
        for (const text of [...peers, ...others]) {
          const at = peers.indexOf(text)
          expect(index.find(socketAddress(text, port), 36)).toBe(at < 0 ? strangerPeer : at)
        }
      },
    ),
  )
})

it("an IPv4 peer is itself on a socket of both families", () => {
  const index = new PeerIndex([peer("192.0.2.1"), peer("192.0.2.2")])
  expect(find(index, "::ffff:192.0.2.2")).toBe(1)
  expect(find(index, "::192.0.2.2")).toBe(strangerPeer)
})

it("a disabled peer is a stranger, and so is another address family", () => {
  const index = new PeerIndex([peer("192.0.2.1", false)])
  expect(find(index, "192.0.2.1")).toBe(strangerPeer)
  memory.setUint16(36, 1, true)
  expect(index.find(memory, 36)).toBe(strangerPeer)
})

it("a stranger may differ in one word only", () => {
  const index = new PeerIndex([peer("fd00::1")])
  for (let i = 1; i < 100; i++) {
    const word = i.toString(16)
    for (const address of [`fd00:${word}::1`, `fd00:0:${word}::1`, `fd00::${word}:0:1`, `fd00::${word}:0:0:1`]) {
      expect(find(index, address), address).toBe(strangerPeer)
    }
  }
})

it("a thousand neighbours are told apart", () => {
  const addresses = Array.from({ length: mostPeers }, (_, i) =>
    i % 2 === 0 ? `10.0.${i >> 8}.${i & 255}` : `fd00::${i}`,
  )
  const index = new PeerIndex(addresses.map((text) => peer(text)))
  expect(addresses.map((text) => find(index, text))).toEqual(addresses.map((_, i) => i))
  expect(find(index, "10.0.3.255")).toBe(strangerPeer)
})

it("answers to where each peer was heard last", () => {
  const index = new PeerIndex([peer("192.0.2.1"), peer("fd00::1")])
  expect(remoteOf(index, 0)).toBeUndefined()
  index.remember(0, socketAddress("192.0.2.1", 1111), 36)
  index.remember(1, socketAddress("fd00::1", 2222), 36)
  index.remember(0, socketAddress("192.0.2.1", 3333), 36)
  expect([remoteOf(index, 0), remoteOf(index, 1)]).toEqual(["192.0.2.1 3333", "fd00::1 2222"])
  index.remember(0, socketAddress("::ffff:192.0.2.1", 4444), 36)
  expect(remoteOf(index, 0)).toBe("::ffff:192.0.2.1 4444")
})

it("a peer that stays is not forgotten when the others change", () => {
  const before = new PeerIndex([peer("192.0.2.1"), peer("fd00::1")])
  before.remember(0, socketAddress("192.0.2.1", 1111), 36)
  before.remember(1, socketAddress("fd00::1", 2222), 36)
  const after = new PeerIndex([peer("192.0.2.9"), peer("fd00::1"), peer("192.0.2.1", false)], before)
  expect([0, 1, 2].map((i) => remoteOf(after, i))).toEqual([undefined, "fd00::1 2222", undefined])
})
