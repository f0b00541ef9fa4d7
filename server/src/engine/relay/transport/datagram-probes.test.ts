import { afterEach, describe, expect, it } from "vitest"
import type { RelayPeers } from "../messages.ts"
import { probe, ScriptedTransport, viewOf } from "./testing/scripted-socket.ts"

const open: ScriptedTransport[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.end.close()
})

const nobody = { address: "", allowed: null, enabled: true }
const packet = { bytes: new Uint8Array(100).fill(0x45), peer: 0 }

function calling(change: ConstructorParameters<typeof ScriptedTransport>[0] = {}, later = 0): ScriptedTransport {
  const one = new ScriptedTransport(change, [nobody])
  open.push(one)
  if (later > 0) one.pass(later)
  one.end.transport.start()
  return one
}

const listen = { role: "listen", local: { address: "127.0.0.1", port: 9 } } as const

function waiting(peers: RelayPeers = [{ address: "127.0.0.2", allowed: null, enabled: true }]): ScriptedTransport {
  const one = new ScriptedTransport({ ends: listen, isHub: peers.length > 1 }, peers)
  open.push(one)
  one.end.transport.start()
  return one
}

/** How many questions go out in so many seconds. */
function asked(one: ScriptedTransport, seconds: number): number {
  one.socket.takeQuestions()
  one.pass(seconds * 1000)
  return one.socket.takeQuestions().length
}

/** Answers every question, for so long. */
function answer(one: ScriptedTransport, seconds: number, each: () => void = () => {}): number {
  let questions = 0
  for (let i = 0; i < seconds * 10; i++) {
    one.pass(100)
    each()
    for (const question of one.socket.takeQuestions()) {
      questions += 1
      const answered = question.slice()
      viewOf(answered).setUint8(2, 2)
      one.deliver({ bytes: answered, peer: 0 })
    }
  }
  return questions
}

describe("a question", () => {
  it("is answered as it came, to whom asked, and is no packet", () => {
    const one = waiting()
    one.deliver({ bytes: probe("question", 7, 1234), peer: 0 })
    expect(one.socket.sent).toContainEqual({ bytes: probe("answer", 7, 1234), peer: 0 })
    expect(one.end.received).toEqual([])
    expect(one.end.stats.inbound.packets + one.end.stats.inbound.dropped).toBe(0)
    expect(one.end.verdicts).toEqual({ sent: 0, dropped: 0, reasons: [] })
  })

  it("of a stranger is not", () => {
    const one = waiting()
    one.deliver({ bytes: probe("question", 7), peer: 0xffff })
    expect(one.socket.sent).toEqual([])
    expect(one.end.states).toEqual(["connecting"])
    expect(one.end.stats.drops).toEqual([{ direction: "inbound", reason: "unknown-peer", packets: 1 }])
  })

  it.each([
    ["one byte short", probe("question", 1).slice(0, 11)],
    ["one byte long", new Uint8Array([...probe("question", 1), 0])],
    ["of a third kind", probe("question", 1).with(2, 3)],
    ["with a flag", probe("question", 1).with(3, 1)],
    ["of another magic", probe("question", 1).with(1, 0x45)],
  ])("is a packet when it is %s", (_name, bytes) => {
    const one = waiting()
    one.deliver({ bytes, peer: 0 })
    expect(one.end.received.map(({ bytes }) => bytes)).toEqual([bytes])
    expect(one.socket.takeQuestions()).toHaveLength(1) // ours
  })

  it("an empty datagram says that the peer is there, and is no packet", () => {
    const one = waiting()
    one.deliver({ bytes: new Uint8Array(0), peer: 0 })
    expect(one.end.states).toEqual(["connecting", "up"])
    expect(one.end.received).toEqual([])
  })
})

describe("the round trip", () => {
  it("is told after an answer, and not any more when the peer is gone", () => {
    const one = calling()
    expect(one.end.stats.roundTripMs).toBeNull()
    answer(one, 1)
    expect(one.end.stats.roundTripMs).toBeGreaterThan(0)
    expect(one.end.stats.roundTripMs).toBeLessThan(10_000)
    one.pass(30_000)
    expect(one.end.stats.roundTripMs).toBeNull()
  })

  it("an answer to another question than the last one says nothing of it", () => {
    const one = calling()
    one.deliver({ bytes: probe("answer", 999), peer: 0 })
    expect(one.end.isUp()).toBe(true)
    expect(one.end.stats.roundTripMs).toBeNull()
  })
})

describe("who calls asks", () => {
  it("every second while there is no answer, and every five after ten", () => {
    const one = calling()
    expect(one.socket.takeQuestions()).toHaveLength(1)
    expect(asked(one, 10)).toBe(10)
    expect(asked(one, 50)).toBe(10)
  })

  it("every ten seconds while nothing passes, every two while packets come", () => {
    const one = calling()
    answer(one, 1)
    const idle = answer(one, 60)
    expect(idle).toBeGreaterThanOrEqual(5)
    expect(idle).toBeLessThanOrEqual(7)
    const busy = answer(one, 60, () => one.deliver(packet))
    expect(busy).toBeGreaterThanOrEqual(25)
    expect(busy).toBeLessThanOrEqual(31)
  })

  it("idle peers of different tunnels at the same moments, so that one wake-up serves them", () => {
    const moments = [0, 7, 60, 111].map((later) => {
      const one = calling({}, later)
      answer(one, 1)
      return one.end.transport.alarm(one.now)
    })
    expect(new Set(moments).size).toBe(1)
  })

  it("sends packets before it is answered: the peer may know no probes", () => {
    const one = calling()
    one.end.send([packet])
    expect(one.socket.takePackets()).toEqual([packet])
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 0, reasons: [] })
  })
})

describe("who waits", () => {
  it("asks nobody whom it does not hear, and sends nothing to him", () => {
    const one = waiting()
    one.pass(60_000)
    expect(one.socket.sent).toEqual([])
    one.end.send([packet])
    expect(one.end.verdicts).toEqual({ sent: 0, dropped: 1, reasons: ["no-peer"] })
  })

  it("lets the caller ask, and is content while it does", () => {
    const one = waiting()
    let questions = 0
    for (let second = 0; second < 100; second += 10) {
      one.deliver({ bytes: probe("question", second), peer: 0 })
      questions += answer(one, 10)
    }
    expect(one.end.states).toEqual(["connecting", "up"])
    expect(questions).toBeLessThanOrEqual(8)
  })
})

describe("silence", () => {
  it("of less than 15 seconds is none", () => {
    const one = calling()
    answer(one, 1)
    one.pass(14_000)
    expect(one.end.states).toEqual(["connecting", "up"])
    one.deliver(packet)
    one.pass(14_000)
    expect(one.end.states).toEqual(["connecting", "up"])
  })

  it.each(["who calls", "who waits"])("of 15 seconds, though asked, is the end: %s", (who) => {
    const one = who === "who calls" ? calling() : waiting()
    one.deliver(packet)
    one.socket.takeQuestions()
    const before = one.now
    while (one.end.isUp() && one.now < before + 60_000) one.pass(100)
    expect(one.now - before).toBeGreaterThan(15_000)
    expect(one.now - before).toBeLessThan(32_000)
    expect(one.end.states).toEqual(["connecting", "up", "reconnecting"])
    expect(one.end.lastReason?.code).toBe("peer-silent")
    one.deliver(packet)
    expect(one.end.states).toEqual(["connecting", "up", "reconnecting", "up"])
    expect(one.end.stats.reconnects).toBe(1)
  })

  it("who calls by addresses tries them in turn, with a fresh socket", () => {
    const remotes = [1, 2, 3].map((i) => ({ address: `127.0.0.${i}`, port: 9 }))
    const one = calling({ ends: { role: "connect", remotes, named: false } })
    const called = () => one.socket.options.remote?.address
    for (const expected of ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.1"]) {
      expect(called()).toBe(expected)
      one.deliver(packet)
      expect(one.end.isUp()).toBe(true)
      while (one.end.isUp()) one.pass(100)
    }
    expect(one.sockets.slice(0, -1).every(({ isClosed }) => isClosed)).toBe(true)
  })

  it("from the beginning is told after 15 seconds; another address is tried then", () => {
    const remotes = [1, 2].map((i) => ({ address: `127.0.0.${i}`, port: 9 }))
    const one = calling({ ends: { role: "connect", remotes, named: false } })
    expect(one.end.lastReason).toBeNull()
    one.pass(16_000)
    expect(one.end.states).toEqual(["connecting"])
    expect(one.end.lastReason?.code).toBe("peer-silent")
    expect(one.end.lastReason?.detail).toContain("127.0.0.1")
    one.pass(34_000)
    const called = one.sockets.map(({ options }) => options.remote?.address)
    expect(called).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"])
    expect(one.sockets.filter(({ isClosed }) => !isClosed)).toHaveLength(1)
  })

  it("where there is one address its socket stays", () => {
    const one = calling()
    one.pass(100_000)
    expect(one.sockets).toHaveLength(1)
    expect(one.end.count("state")).toBe(2)
  })

  it("who calls by name asks for its addresses anew", () => {
    const one = calling({ ends: { role: "connect", remotes: [{ address: "127.0.0.1", port: 9 }], named: true } })
    one.deliver(packet)
    while (one.end.count("resolve") === 0 && one.now < 200_000) one.pass(100)
    // The name server does not know better yet.
    one.end.transport.setRemotes([{ address: "127.0.0.1", port: 9 }], null)
    one.pass(16_000)
    expect(one.end.count("resolve")).toBe(2)
    one.end.transport.setRemotes([{ address: "127.0.0.2", port: 9 }], null)
    expect(one.socket.options.remote?.address).toBe("127.0.0.2")
    one.pass(16_000)
    expect(one.end.count("resolve")).toBe(3)
    one.deliver(packet)
    expect(one.end.states.at(-1)).toBe("up")
    // Heard meanwhile: the answer comes too late.
    one.end.transport.setRemotes([{ address: "127.0.0.3", port: 9 }], null)
    expect(one.socket.options.remote?.address).toBe("127.0.0.2")
    expect(one.end.states.at(-1)).toBe("up")
  })

  it("of one peer of a hub leaves the others alone", () => {
    const peers = ["127.0.0.2", "127.0.0.3"].map((address) => ({ address, allowed: null, enabled: true }))
    const one = waiting(peers)
    one.deliver({ ...packet, peer: 0 })
    one.deliver({ ...packet, peer: 1 })
    for (let second = 0; second < 40; second += 5) {
      one.pass(5000)
      one.deliver({ ...packet, peer: 1 })
    }
    expect(one.end.isUp(0)).toBe(false)
    expect(one.end.isUp(1)).toBe(true)
    expect(one.end.states).toEqual(["connecting", "up"])
    one.end.send([packet, { ...packet, peer: 1 }])
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 1, reasons: ["no-peer"] })
  })
})
