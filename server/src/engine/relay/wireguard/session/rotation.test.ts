import { expect, it } from "vitest"
import { refusal } from "../refusal.ts"
import { createConnectedPair, peerOf, privateKey, Wire } from "../testing/session-lab.ts"

// `b` gets another private key, which `a` learns later or never.

const second = 1_000
const [keyA, oldKey, newKey] = [privateKey(1), privateKey(2), privateKey(3)]
const both = { privateKey: newKey, previousPrivateKey: oldKey }

function rotated(seed = 1) {
  const wire = new Wire(seed)
  const pair = createConnectedPair(wire)
  pair.b.session.setIdentity(both)
  return { wire, ...pair }
}

it("keys stay when the private key becomes the previous one", () => {
  const { wire, a, b } = rotated()
  a.send("still")
  b.send("too")
  wire.run(100)
  expect([a.got, b.got]).toEqual([["0:too"], ["0:hello", "0:still"]])
  expect(b.told).not.toContain("ended 0")
})

it("a peer that knows the old key alone is answered, and asked first under that one", () => {
  const { wire, a, b } = rotated()
  wire.run(200 * second)
  a.send("a asks")
  wire.run(100)
  expect(b.got.at(-1)).toBe("0:a asks")
  expect(b.session.status(0)?.usesPreviousKey).toBe(true)
  wire.run(200 * second)
  b.send("b asks")
  wire.run(100)
  expect(a.got.at(-1)).toBe("0:b asks")
  expect(wire.typesSent("b:1").filter((type) => type === 1)).toHaveLength(1)
})

it("a peer that has learnt the new key is answered, and found by the second try", () => {
  const { wire, a, b } = rotated()
  wire.run(200 * second)
  a.session.setPeers([peerOf(newKey)])
  b.send("b asks")
  wire.run(4 * second)
  expect(a.got).toEqual([])
  wire.run(2 * second)
  expect(a.got).toEqual(["0:b asks"])
  expect(b.session.status(0)?.usesPreviousKey).toBe(false)
  wire.run(200 * second)
  b.send("at once")
  wire.run(100)
  expect(a.got.at(-1)).toBe("0:at once")
  wire.run(200 * second)
  a.send("a asks")
  wire.run(100)
  expect(b.got.at(-1)).toBe("0:a asks")
})

it("a new session tries the new key first, and then both in turn", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.session.setPeers([null])
  b.session.setPeers([peerOf(keyA)])
  b.session.setIdentity(both)
  a.session.setPeers([null])
  b.send("x")
  wire.run(16 * second)
  expect(a.verdicts.slice(-4)).toEqual(new Array(4).fill(-refusal.noPeer))
  a.session.setPeers([peerOf(oldKey)])
  wire.run(11 * second)
  expect(a.got).toEqual(["0:x"])
})

it("when the previous key is dropped, what was made with it ends at once", () => {
  const { wire, a, b } = rotated()
  b.session.setIdentity({ privateKey: newKey, previousPrivateKey: null })
  expect(b.told.at(-1)).toBe("ended 0")
  a.send("old keys")
  wire.run(30 * second)
  expect(b.got).toEqual(["0:hello"])
  expect(new Set(b.verdicts.slice(1))).toContain(-refusal.notAuthentic)
  a.session.setPeers([peerOf(newKey)])
  a.send("new keys")
  wire.run(second)
  expect(b.got.at(-1)).toBe("0:new keys")
})

it("a handshake that was begun with a dropped key is forgotten", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.run(200 * second)
  wire.passes = ({ bytes }) => bytes[0] !== 2
  b.send("x")
  wire.run(second)
  const response = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  expect(response[0]).toBe(2)
  b.session.setIdentity({ privateKey: newKey, previousPrivateKey: null })
  expect(b.receive(response, a.address)).toBe(-refusal.notAuthentic)
  wire.run(30 * second)
  expect(a.verdicts.at(-1)).toBe(0)
})
