import { expect, it } from "vitest"
import { initiationSize } from "../noise/messages.ts"
import { refusal } from "../refusal.ts"
import { createConnectedPair, createPair, peerOf, privateKey, SessionEnd, Wire } from "../testing/session-lab.ts"

const second = 1_000

it("handshake: the first packet waits, goes with the keys, and the answer comes back", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  expect(a.send("ping")).toBe(0)
  wire.run(100)
  expect(b.got).toEqual(["0:ping"])
  expect(b.send("pong")).toBe(48)
  wire.run(100)
  expect(a.got).toEqual(["0:pong"])
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  expect(wire.typesSent("b:1")).toEqual([2, 4])
  expect(a.told).toEqual(["authenticated 0 b:1", "established 0", "ready 0"])
  expect(b.told).toEqual(["authenticated 0 a:1", "established 0", "ready 0"])
  expect(a.session.status(0)).toMatchObject({ handshakeAt: a.time - 198, usesPreviousKey: false })
})

it("handshake: whoever asks without a packet confirms the keys with an empty message", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  a.session.initiate(0, wire.now)
  wire.run(100)
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  expect(wire.sent.at(-1)?.bytes).toHaveLength(32)
  expect(b.told).toContain("ready 0")
  expect(b.got).toEqual([])
})

it("handshake: whoever answers sends no data before it knows that the peer has the keys", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  wire.passes = ({ bytes }) => bytes[0] !== 4
  a.session.initiate(0, wire.now)
  wire.run(100)
  expect(b.send("early")).toBe(0)
  wire.run(4_800)
  expect(wire.typesSent("b:1")).toEqual([2])
  wire.passes = () => true
  a.send("first")
  wire.run(100)
  expect(a.got).toEqual(["0:early"])
})

it("handshake: with the same preshared key there are keys, with different ones there are none", () => {
  const same = new Wire()
  const one = createConnectedPair(same, { a: { presharedKey: privateKey(9) }, b: { presharedKey: privateKey(9) } })
  expect(one.b.got).toEqual(["0:hello"])
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire, { a: { presharedKey: privateKey(9) }, b: {} })
  expect(b.got).toEqual([])
  expect(a.told).toEqual([])
  expect(a.verdicts).toEqual([-refusal.notAuthentic])
})

it("handshake: both ends begin at once, and both complete", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  b.endpoints[0] = "a:1"
  a.send("from a")
  b.send("from b")
  wire.run(100)
  expect([a.got, b.got]).toEqual([["0:from b"], ["0:from a"]])
  a.send("more")
  b.send("more")
  wire.run(100)
  expect([a.got, b.got]).toEqual([
    ["0:from b", "0:more"],
    ["0:from a", "0:more"],
  ])
})

it.each(Array.from({ length: 30 }, (_, i) => [i]))(
  "both ends begin at about the same time (%i ms apart): it settles",
  (apart) => {
    const wire = new Wire(apart, { delayMs: 10 })
    const { a, b } = createPair(wire)
    b.endpoints[0] = "a:1"
    a.send("one")
    wire.run(apart)
    b.send("two")
    wire.run(50)
    a.send("three")
    b.send("four")
    wire.run(50)
    expect(a.got.toSorted()).toEqual(["0:four", "0:two"])
    expect(b.got.toSorted()).toEqual(["0:one", "0:three"])
  },
)

it("a stranger's initiation gets no answer, nor one to another key", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  const peers = [peerOf(privateKey(2))]
  const stranger = new SessionEnd(wire, {
    address: "s:1",
    identity: { privateKey: privateKey(7), previousPrivateKey: null },
    peers,
    endpoints: ["b:1"],
  })
  stranger.send("let me in")
  wire.run(100)
  expect(b.verdicts).toEqual([-refusal.noPeer])
  a.endpoints[0] = "s:1"
  a.send("wrong door")
  wire.run(100)
  expect(stranger.verdicts).toEqual([-refusal.notAuthentic])
  expect(wire.typesSent("b:1")).toEqual([])
})

it("roaming: an authentic message moves the peer; a replayed or a false one does not", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  a.address = "a:2"
  a.send("moved")
  wire.run(100)
  expect(b.endpoints[0]).toBe("a:2")
  const message = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  expect(b.receive(message, "evil:1")).toBe(-refusal.replayed)
  const forged = Uint8Array.from(message)
  forged[8] = 99
  expect(b.receive(forged, "evil:1")).toBe(-refusal.notAuthentic)
  const initiation = wire.sent[0]?.bytes ?? new Uint8Array(0)
  expect(b.receive(initiation, "evil:1")).toBe(-refusal.oldInitiation)
  expect(b.endpoints[0]).toBe("a:2")
  expect(b.told.filter((told) => told.startsWith("authenticated"))).toEqual([
    "authenticated 0 a:1",
    "authenticated 0 a:2",
  ])
})

it("a replayed initiation is refused, also an older one that never came", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  wire.passes = ({ at }) => at > 5_000
  a.send("x")
  wire.run(6 * second)
  const [never, came] = wire.sent.filter(({ bytes }) => bytes.length === initiationSize)
  const sent = wire.sent.length
  for (const message of [never, came]) {
    expect(b.receive(message?.bytes ?? new Uint8Array(0), "a:1")).toBe(-refusal.oldInitiation)
  }
  expect(wire.sent).toHaveLength(sent)
})

it("a peer's initiations are taken 50 times a second at most", () => {
  const wire = new Wire()
  const { b } = createPair(wire)
  const make = (clockMs: number) => {
    const far = new SessionEnd(wire, {
      address: "f:1",
      identity: { privateKey: privateKey(1), previousPrivateKey: null },
      peers: [peerOf(privateKey(2))],
      endpoints: ["nowhere:1"],
    })
    far.clockMs = clockMs
    far.send("x")
    return wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  }
  const messages = [make(0), make(1_000), make(2_000)]
  expect(messages.map((message) => b.receive(message, "f:1"))).toEqual([
    0,
    -refusal.oldInitiation,
    -refusal.oldInitiation,
  ])
  wire.now += 19
  expect(b.receive(messages[1] ?? new Uint8Array(0), "f:1")).toBe(-refusal.oldInitiation)
  wire.now += 1
  expect(b.receive(messages[1] ?? new Uint8Array(0), "f:1")).toBe(0)
})

it("a clock that steps back, and a restart, leave no peer behind: the floor was kept", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  a.clockMs = -86_400_000
  wire.suspend(200 * second)
  a.send("stepped back")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:stepped back"])
  a.address = "gone:1"
  const again = new SessionEnd(wire, {
    address: "a:1",
    identity: { privateKey: privateKey(1), previousPrivateKey: null },
    peers: [peerOf(privateKey(2))],
    endpoints: ["b:1"],
    stampedAfter: a.stamp,
  })
  again.clockMs = -86_400_000
  again.send("restarted")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:stepped back", "0:restarted"])
})

it("of a hundred peers that are called at once none makes the time stamps run ahead of the clock", () => {
  const wire = new Wire()
  const keys = Array.from({ length: 100 }, (_, i) => privateKey(10 + i))
  const caller = new SessionEnd(wire, {
    address: "a:1",
    identity: { privateKey: privateKey(1), previousPrivateKey: null },
    peers: keys.map((key) => peerOf(key)),
    endpoints: keys.map((_, i) => `peer${i}:1`),
  })
  for (let place = 0; place < 100; place++) caller.send("hello", place)
  expect(wire.sent).toHaveLength(100)
  expect(caller.stamp).toBeLessThanOrEqual(BigInt(caller.time) * 1_000_000n)
})

it("a clock that steps back while a peer is taken out leaves it not behind", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const before = a.stamp
  a.session.setPeers([])
  a.clockMs = -86_400_000
  a.session.setPeers([peerOf(privateKey(2))])
  wire.suspend(200 * second)
  a.send("back")
  wire.run(100)
  expect(a.stamp).toBeGreaterThan(before)
  expect(b.got).toEqual(["0:hello", "0:back"])
})

it.each([
  [4, 0],
  [4, 4],
  [4, 31],
  [1, 147],
  [1, 149],
  [2, 91],
  [2, 148],
  [3, 63],
  [1, 3],
  [0, 148],
  [6, 64],
])("type %i of %i bytes is no message", (type, length) => {
  const { b } = createConnectedPair(new Wire())
  const bytes = new Uint8Array(length)
  bytes.set([type].slice(0, length))
  expect(b.receive(bytes, "a:1")).toBe(-refusal.malformed)
})

it("keys for another purpose are the same at both ends, the other way round, and others for another label", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const [ours, theirs] = [a.session.deriveKey(0, "trains"), b.session.deriveKey(0, "trains")]
  expect(ours?.sending).toEqual(theirs?.receiving)
  expect(ours?.receiving).toEqual(theirs?.sending)
  expect(ours?.sending).not.toEqual(ours?.receiving)
  expect(a.session.deriveKey(0, "others")?.sending).not.toEqual(ours?.sending)
})

it.each([
  [0, 1, 16],
  [0, 16, 16],
  [0, 17, 32],
  [1420, 1420, 1420],
  [1420, 1419, 1420],
  [1420, 1400, 1408],
  [1420, 1421, 1436],
  [1420, 2840, 2840],
])("padding limit %i: a packet of %i bytes has %i in its message", (limit, length, padded) => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  a.session.setPaddingLimit(limit)
  expect(a.send("x".repeat(length))).toBe(padded + 32)
})

it("padding is zero, whatever lay there", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  a.memory.bytes.fill(255)
  a.send("x")
  wire.run(100)
  expect(b.memory.bytes.subarray(4096 + 16, 4096 + 32)).toEqual(Uint8Array.of(120, ...new Array(15).fill(0)))
})

it("a keepalive leaves the memory as it was", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire, { a: { keepaliveSeconds: 1 } })
  a.memory.bytes.fill(7, 0, 4096)
  wire.run(3 * second)
  expect(wire.typesSent("a:1").length).toBeGreaterThan(3)
  expect(a.memory.bytes.subarray(0, 4096)).toEqual(new Uint8Array(4096).fill(7))
})

it.each(Array.from({ length: 12 }, (_, seed) => [seed + 1]))(
  "a wire that loses, reorders and repeats (seed %i): nothing twice, nothing false, and it goes on",
  (seed) => {
    const wire = new Wire(seed, { loss: 0.1, duplicate: 0.1, delayMs: 200 })
    const { a, b } = createPair(wire)
    let sent = 0
    for (let i = 0; i < 1_500; i++) {
      a.send(`a${i}`)
      b.send(`b${i}`)
      sent += 1
      wire.run(300)
    }
    wire.run(10 * second)
    for (const [got, letter] of [
      [a.got, "b"],
      [b.got, "a"],
    ] as const) {
      expect(new Set(got).size).toBe(got.length)
      expect(got.every((text) => new RegExp(`^0:${letter}\\d+$`).test(text))).toBe(true)
      expect(got.length).toBeGreaterThan(sent * 0.85)
    }
  },
)
