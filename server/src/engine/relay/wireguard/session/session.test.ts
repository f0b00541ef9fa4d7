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

it("unanswered initiations: every 5 seconds and a little, for 90 seconds, then it is given up", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.passes = () => false
  a.send("anyone?")
  wire.run(200 * second)
  const times = wire.sent.map(({ at }) => at - 1_000)
  expect(times).toHaveLength(18)
  times.slice(1).forEach((at, i) => {
    const gap = at - (times[i] ?? 0)
    expect(gap).toBeGreaterThanOrEqual(5_000)
    expect(gap).toBeLessThanOrEqual(5_333)
  })
  expect(new Set(times.slice(1).map((at, i) => at - (times[i] ?? 0))).size).toBeGreaterThan(5)
  expect(new Set(wire.sent.map(({ bytes }) => Buffer.from(bytes.subarray(4, 40)).toString("hex"))).size).toBe(18)
  expect(a.told).toEqual(["ended 0"])
  wire.passes = () => true
  a.send("now?")
  wire.run(100)
  expect(a.told.slice(1)).toEqual(["authenticated 0 b:1", "established 0", "ready 0"])
})

it("giving up is 90 seconds after the last packet that wanted out", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.passes = () => false
  a.send("one")
  wire.run(60 * second)
  a.send("two")
  wire.run(89_999)
  expect(a.told).toEqual([])
  wire.run(1)
  expect(a.told).toEqual(["ended 0"])
})

it("a lost response is asked for again", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  wire.passes = ({ bytes, at }) => bytes[0] !== 2 || at > 6_000
  a.send("ping")
  wire.run(6 * second)
  expect(b.got).toEqual(["0:ping"])
})

it("rekey: who asked asks again when it sends under keys of 120 seconds, not before, and nothing is lost", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.run(119 * second)
  a.send("119")
  b.send("119")
  wire.run(second)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(1)
  b.send("120")
  wire.run(100)
  expect(wire.typesSent("b:1").filter((type) => type === 1)).toHaveLength(0)
  a.send("120")
  wire.run(100)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(2)
  a.send("under new keys")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:119", "0:120", "0:under new keys"])
  expect(a.told.filter((told) => told === "established 0")).toHaveLength(2)
  expect(b.told.filter((told) => told === "authenticated 0 a:1")).toHaveLength(1)
})

it.each([
  [164_999, 1],
  [165_000, 2],
])("rekey: who asked and receives under keys of %i ms has asked %i times then", (age, times) => {
  const wire = new Wire()
  const { b } = createConnectedPair(wire)
  // The handshake took 2 ms, the message takes one.
  wire.run(age + 2 - 1 - 100)
  b.send("tick")
  wire.run(100)
  expect(wire.typesSent("a:1").filter((type) => type === 1)).toHaveLength(times)
})

it("rekey: who answered does not ask, however old the keys that it receives under", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.run(166 * second)
  wire.passes = ({ bytes }) => bytes[0] !== 1
  a.send("old keys")
  wire.run(second)
  expect(wire.typesSent("b:1").filter((type) => type === 1)).toEqual([])
})

it("what was sent under the previous keys still arrives after a rekey", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const late: Uint8Array[] = []
  wire.passes = ({ bytes, from }) => {
    if (from === "a:1" && bytes[0] === 4) late.push(bytes)
    return from !== "a:1" || bytes[0] !== 4
  }
  a.send("late")
  wire.passes = () => true
  wire.run(121 * second)
  a.send("new")
  wire.run(second)
  for (const bytes of late) b.receive(bytes, "a:1")
  expect(b.got).toEqual(["0:hello", "0:new", "0:late"])
})

it("reject: keys of 180 seconds neither send nor receive, and both ends hear that they are over", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  const sealed: Uint8Array[] = []
  wire.passes = ({ bytes }) => {
    if (bytes[0] === 4) sealed.push(bytes)
    return false
  }
  wire.run(179_800)
  b.send("in time")
  const old = sealed.at(-1) ?? new Uint8Array(0)
  expect(old).toHaveLength(48)
  wire.run(300)
  expect(a.receive(old, "b:1")).toBe(-refusal.unknownIndex)
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(["ended 0", "ended 0"])
  expect(b.send("too late")).toBe(0)
  expect(wire.typesSent("b:1").at(-1)).toBe(1)
})

it("reject: keys that nothing was sent with die as well", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  a.session.initiate(0, wire.now)
  wire.run(180_003)
  expect([a.told.at(-1), b.told.at(-1)]).toEqual(["ended 0", "ended 0"])
})

it("reject: not even before the alarm was called", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.send("kept")
  const kept = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  wire.suspend(179_890)
  b.send("just in time")
  wire.suspend(10 * second)
  expect(a.receive(kept, "b:1")).toBe(-refusal.expired)
  expect(a.send("again")).toBe(0)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 1])
})

it("suspend: after a jump of the clock the next packet makes new keys", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.suspend(3_600 * second)
  b.send("awake")
  wire.run(100)
  expect(a.got).toEqual(["0:awake"])
})

it("passive keepalive: who received data and has nothing to say says so after 10 seconds, once", () => {
  const wire = new Wire()
  createConnectedPair(wire)
  wire.run(9_800)
  expect(wire.typesSent("b:1")).toEqual([2])
  wire.run(300)
  expect(wire.typesSent("b:1")).toEqual([2, 4])
  expect(wire.sent.at(-1)?.bytes).toHaveLength(32)
  wire.run(60 * second)
  expect(wire.sent).toHaveLength(4)
})

it("passive keepalive: data that came meanwhile wants another; an answer makes it needless", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  wire.run(5 * second)
  a.send("more")
  wire.run(60 * second)
  expect(wire.typesSent("b:1")).toEqual([2, 4, 4])
  a.send("question")
  wire.run(second)
  b.send("answer")
  wire.run(9_500)
  expect(wire.typesSent("b:1")).toEqual([2, 4, 4, 4])
})

it("silence: who sent data and hears nothing for 15 seconds makes new keys", () => {
  const wire = new Wire()
  const { a } = createConnectedPair(wire)
  wire.run(60 * second)
  wire.passes = ({ from }) => from !== "b:1"
  const before = wire.sent.length
  a.send("hello?")
  wire.run(14_900)
  expect(wire.typesSent("a:1").slice(2)).toEqual([4])
  wire.run(500)
  expect(wire.sent.slice(before).map(({ from, bytes }) => from + bytes[0])).toEqual(["a:14", "b:14", "a:11", "b:12"])
})

it("persistent keepalive: makes keys by itself, then an empty message whenever nothing passed for so long", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire, { a: { keepaliveSeconds: 25 } })
  wire.run(100)
  expect(b.told).toContain("ready 0")
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  wire.run(25 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4])
  wire.run(20 * second)
  a.send("data")
  wire.run(20 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4, 4])
  wire.run(600 * second)
  expect(a.told.filter((told) => told === "ended 0")).toEqual([])
})

it("persistent keepalive: set later it begins at once, unset it ends", () => {
  const wire = new Wire()
  const { a } = createPair(wire)
  wire.run(second)
  expect(wire.sent).toEqual([])
  a.session.setPeers([peerOf(privateKey(2), { keepaliveSeconds: 10 })])
  wire.run(second)
  expect(wire.typesSent("a:1")).toEqual([1, 4])
  a.session.setPeers([peerOf(privateKey(2))])
  wire.run(100 * second)
  expect(wire.typesSent("a:1")).toEqual([1, 4])
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

it("a peer that is disabled, removed, replaced or given another preshared key loses its keys at once", () => {
  const key = privateKey(1)
  for (const peers of [
    [peerOf(key, { enabled: false })],
    [null],
    [],
    [peerOf(privateKey(8))],
    [peerOf(key, { presharedKey: privateKey(9) })],
  ]) {
    const wire = new Wire()
    const { a, b } = createConnectedPair(wire)
    b.session.setPeers(peers)
    expect(b.told.at(-1)).toBe("ended 0")
    a.send("still there?")
    wire.run(100)
    expect(b.verdicts.at(-1)).toBe(-refusal.unknownIndex)
    expect(b.got).toEqual(["0:hello"])
    b.session.setPeers([peerOf(key, { presharedKey: null })])
    wire.run(20 * second)
    a.send("again")
    wire.run(second)
    expect(b.got.at(-1)).toBe("0:again")
  }
})

it("a disabled peer: nothing is sent to it, and its initiations get no answer", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire, { b: { enabled: false, keepaliveSeconds: 5 } })
  a.send("hello")
  wire.run(20 * second)
  expect(b.send("no")).toBe(-refusal.noPeer)
  b.session.initiate(0, wire.now)
  expect(wire.typesSent("b:1")).toEqual([])
  expect(new Set(b.verdicts)).toEqual(new Set([-refusal.noPeer]))
})

it("a peer that stays keeps its keys when others come and go", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.session.setPeers([peerOf(privateKey(1)), peerOf(privateKey(5)), null])
  b.session.setPeers([peerOf(privateKey(1)), null])
  a.send("same keys")
  wire.run(100)
  expect(b.got).toEqual(["0:hello", "0:same keys"])
  expect(b.told).not.toContain("ended 0")
  expect(wire.typesSent("a:1")).toEqual([1, 4, 4])
})

it("expiry: at its date a peer's keys end, and it gets no new ones, until it has another date", () => {
  const wire = new Wire()
  const expiresAt = new Wire().now + 1_795_000_000_000 + 30_000
  const { a, b } = createConnectedPair(wire, { b: { expiresAt } })
  wire.run(29_898)
  a.send("last")
  wire.run(2)
  expect(b.got.at(-1)).toBe("0:last")
  expect(b.told.at(-1)).toBe("ended 0")
  wire.run(100)
  a.send("over")
  wire.run(200 * second)
  expect(b.got).toEqual(["0:hello", "0:last"])
  expect(b.send("over")).toBe(-refusal.noPeer)
  b.session.setPeers([peerOf(privateKey(1), { expiresAt: expiresAt + 1_000_000_000 })])
  a.send("back")
  wire.run(10 * second)
  expect(b.got.at(-1)).toBe("0:back")
})

it("expiry: a clock that is set is looked at within a minute", () => {
  const wire = new Wire()
  const { b } = createConnectedPair(wire, { b: { expiresAt: 1_795_000_000_000 + 500_000_000 } })
  b.clockMs = 600_000_000
  wire.run(60 * second)
  expect(b.told.at(-1)).toBe("ended 0")
})

it("expiry: no handshake begins or completes after the date, even before it was looked at", () => {
  const wire = new Wire()
  const expiresAt = 1_795_000_000_000 + 500_000_000
  const { a, b } = createPair(wire, { a: { expiresAt }, b: { expiresAt } })
  wire.passes = ({ bytes }) => bytes[0] !== 2
  a.send("x")
  wire.run(10)
  const response = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  const initiation = wire.sent[0]?.bytes ?? new Uint8Array(0)
  a.clockMs = b.clockMs = 600_000_000
  expect(a.receive(response, "b:1")).toBe(-refusal.unknownIndex)
  expect(b.receive(initiation, "a:1")).toBe(-refusal.noPeer)
  const idle = createPair(new Wire(), { a: { expiresAt } }).a
  idle.clockMs = 600_000_000
  idle.send("x")
  expect(idle.stamp).toBe(0n)
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

it("end: nothing is sent or opened any more", () => {
  const wire = new Wire()
  const { a, b } = createConnectedPair(wire)
  b.session.end()
  a.send("hello?")
  wire.run(second)
  expect(b.got).toEqual(["0:hello"])
  expect(b.send("no")).toBe(-refusal.noPeer)
  expect(b.session.alarm(wire.now)).toBe(Number.POSITIVE_INFINITY)
  expect(b.session.deriveKey(0, "label")).toBeUndefined()
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
