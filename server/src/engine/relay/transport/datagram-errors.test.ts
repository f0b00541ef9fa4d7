import { errno } from "@tundeck/native-bindings"
import { afterEach, describe, expect, it } from "vitest"
import type { RelayPeers } from "../messages.ts"
import { alike, bytesOf, numbered, numbersOf } from "./testing/packets.ts"
import { ScriptedTransport } from "./testing/scripted-socket.ts"

const open: ScriptedTransport[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.end.close()
})

const packet = { bytes: new Uint8Array(100).fill(0x45), peer: 0 }

function calling(): ScriptedTransport {
  const one = new ScriptedTransport({}, [{ address: "", allowed: null, enabled: true }])
  open.push(one)
  one.end.transport.start()
  one.socket.sent.length = 0
  return one
}

const places = ["127.0.0.2", "127.0.0.3"].map((address) => ({ address, allowed: null, enabled: true }))

/** With these peers, all of whom it has heard. */
function hub(peers: RelayPeers = places): ScriptedTransport {
  const local = { address: "127.0.0.1", port: 9 }
  const one = new ScriptedTransport({ ends: { role: "listen", local }, isHub: true }, peers)
  open.push(one)
  one.end.transport.start()
  peers.forEach((_, peer) => {
    one.deliver({ ...packet, peer })
  })
  one.end.received.length = 0
  one.socket.sent.length = 0
  return one
}

describe("nothing listens there", () => {
  it.each([errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH])(
    "errno %i while it calls is the reason, told once however often it comes",
    (error) => {
      const one = calling()
      for (let i = 0; i < 100; i++) one.deliver(-error)
      expect(one.end.states).toEqual(["connecting"])
      expect(one.end.lastReason?.code).toBe(error === errno.ECONNREFUSED ? "connection-refused" : "peer-unreachable")
      expect(one.end.count("state")).toBe(2)
      one.deliver(packet)
      expect(one.end.states).toEqual(["connecting", "up"])
    },
  )

  it("while it is up it is lost, and up again when it is heard", () => {
    const one = calling()
    one.deliver(packet)
    one.deliver(-errno.ECONNREFUSED)
    expect(one.end.isUp()).toBe(false)
    expect(one.end.states).toEqual(["connecting", "up", "reconnecting"])
    expect(one.end.lastReason?.code).toBe("connection-refused")
    one.deliver(packet)
    expect(one.end.states).toEqual(["connecting", "up", "reconnecting", "up"])
    expect(one.end.stats.reconnects).toBe(1)
  })

  it("the packet that is told of an older one's refusal goes all the same", () => {
    const one = calling()
    one.socket.answers.push(-errno.ECONNREFUSED)
    one.end.send([packet])
    expect(one.socket.takePackets()).toEqual([packet])
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 0, reasons: [] })
    expect(one.end.lastReason?.code).toBe("connection-refused")
  })

  it("refused for itself it is dropped, and those behind it go", () => {
    const one = calling()
    one.socket.answers.push(1, -errno.ECONNREFUSED, -errno.ECONNREFUSED)
    one.end.send(alike(3, 100))
    expect(one.end.verdicts).toEqual({ sent: 2, dropped: 1, reasons: ["transport-refused"] })
  })

  it("who waits does not take it for its own", () => {
    const one = hub()
    one.deliver(-errno.ECONNREFUSED)
    expect(one.end.states).toEqual(["connecting", "up"])
    expect(one.end.isUp(0) && one.end.isUp(1)).toBe(true)
  })
})

describe("a narrower path", () => {
  it.each(["who calls", "who waits"])("that an older packet met is no loss: %s", (who) => {
    const one = who === "who calls" ? calling() : hub()
    one.deliver(packet)
    one.deliver(-errno.EMSGSIZE)
    expect(one.end.states).toEqual(["connecting", "up"])
    one.socket.sent.length = 0
    one.socket.answers.push(-errno.EMSGSIZE)
    one.end.send([packet])
    expect(one.socket.takePackets()).toEqual([packet])
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 0, reasons: [] })
    // The kernel knows of no narrower one: to guess from the packet that was told would be wrong.
    expect(one.socket.largestSegment).toBeGreaterThan(1400)
  })

  it.each([errno.EMSGSIZE, errno.EINVAL])(
    "that the kernel does not tell is learnt from errno %i: longer ones go alone",
    (error) => {
      const one = calling()
      one.socket.answers.push(-error, -error)
      one.end.send(alike(3, 1400))
      expect(one.socket.largestSegment).toBe(1399)
      expect(one.end.transport.pathPacket).toBe(1399)
      expect(one.end.count("path")).toBeGreaterThan(0)
      expect(one.end.verdicts).toEqual({ sent: 3, dropped: 0, reasons: [] })
    },
  )

  it("a packet that is too long for every path is dropped with that reason, and the others go", () => {
    const one = calling()
    one.socket.answers.push(-errno.EMSGSIZE, -errno.EMSGSIZE, -errno.EMSGSIZE)
    one.end.send(alike(2, 1400))
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 1, reasons: ["above-path-mtu"] })
  })
})

describe("the kernel does not take a packet", () => {
  it.each([
    [errno.ENOBUFS, "queue-full"],
    [errno.EPERM, "transport-refused"],
    [errno.EACCES, "transport-refused"],
  ])("errno %i is %s, for this one alone", (error, reason) => {
    const one = calling()
    one.socket.answers.push(1, -error, 1, -error)
    one.end.send(alike(5, 100))
    expect(one.end.verdicts).toEqual({ sent: 3, dropped: 2, reasons: [reason] })
    expect(one.end.count("blocked")).toBe(0)
  })

  it("interrupted, it is tried again", () => {
    const one = calling()
    one.socket.answers.push(-errno.EINTR, 2, -errno.EINTR)
    one.end.send(alike(5, 100))
    expect(one.end.verdicts).toEqual({ sent: 5, dropped: 0, reasons: [] })
  })
})

describe("the socket is full", () => {
  it("what it did not take waits, goes later in its order, and the device rests meanwhile", () => {
    const one = calling()
    one.socket.answers.push(3, 2, -errno.EAGAIN)
    one.end.send(numbered(0, 20))
    expect(one.end.verdicts).toEqual({ sent: 5, dropped: 0, reasons: [] })
    expect(one.end.isBlocked).toBe(true)
    one.socket.answers.push(4, -errno.EAGAIN)
    one.step()
    expect(one.end.isBlocked).toBe(true)
    one.socket.answers.push(-errno.EAGAIN)
    one.step()
    one.step()
    expect(one.end.isBlocked).toBe(false)
    const sent = one.socket.takePackets()
    expect(numbersOf(sent)).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(bytesOf(sent)).toEqual(bytesOf(numbered(0, 20)))
    expect(one.end.verdicts).toEqual({ sent: 20, dropped: 0, reasons: [] })
  })

  it("it keeps half a megabyte and no more", () => {
    const one = calling()
    one.socket.answers.push(-errno.EAGAIN)
    one.end.send(numbered(0, 1000))
    const kept = Math.floor((512 * 1024) / 1400)
    expect(one.end.verdicts).toEqual({ sent: 0, dropped: 1000 - kept, reasons: ["queue-full"] })
    one.step()
    expect(numbersOf(one.socket.takePackets())).toEqual(Array.from({ length: kept }, (_, i) => i))
    expect(one.end.verdicts.sent).toBe(kept)
  })

  it("what comes while others wait is dropped", () => {
    const one = calling()
    one.socket.answers.push(-errno.EAGAIN)
    one.end.send(numbered(0, 3))
    one.end.send(numbered(3, 4))
    one.step()
    expect(numbersOf(one.socket.takePackets())).toEqual([0, 1, 2])
    expect(one.end.verdicts).toEqual({ sent: 3, dropped: 4, reasons: ["queue-full"] })
  })

  it("packets apart from each other wait as they are", () => {
    const one = calling()
    one.socket.answers.push(-errno.EAGAIN)
    const packets = numbered(0, 7)
    one.end.send(packets, 40)
    one.step()
    expect(bytesOf(one.socket.takePackets())).toEqual(bytesOf(packets))
  })

  it("it is full again and again, of batches of every size", () => {
    const one = calling()
    let given = 0
    for (const count of [1, 100, 3, 350, 2, 1]) {
      one.socket.answers.push(...(count > 1 ? [count >> 1] : []), -errno.EAGAIN)
      one.end.send(numbered(given, count))
      given += count
      one.step()
    }
    expect(numbersOf(one.socket.takePackets())).toEqual(Array.from({ length: given }, (_, i) => i))
    expect(one.end.verdicts).toEqual({ sent: given, dropped: 0, reasons: [] })
  })

  it("what waits for a peer that went meanwhile is dropped, the rest goes", () => {
    const one = hub()
    one.socket.answers.push(-errno.EAGAIN)
    one.end.send([0, 1, 0, 1, 1].map((peer) => ({ ...packet, peer })))
    one.end.transport.setPeers([places[0] ?? null, null])
    one.step()
    expect(one.socket.takePackets().map(({ peer }) => peer)).toEqual([0, 0])
    expect(one.end.verdicts).toEqual({ sent: 2, dropped: 3, reasons: ["no-peer"] })
  })

  it("what waits for a peer is not another's who takes its place", () => {
    const one = hub()
    one.socket.answers.push(-errno.EAGAIN)
    one.end.send([0, 1].map((peer) => ({ ...packet, peer })))
    one.end.transport.setPeers([places[0] ?? null, { address: "127.0.0.4", allowed: null, enabled: true }])
    // Heard before there is room.
    one.socket.answers.push(-errno.EAGAIN, -errno.EAGAIN)
    one.deliver({ ...packet, peer: 1 })
    expect(one.end.isUp(1)).toBe(true)
    one.socket.answers.length = 0
    one.step()
    expect(one.socket.takePackets().map(({ peer }) => peer)).toEqual([0])
    expect(one.end.verdicts).toEqual({ sent: 1, dropped: 1, reasons: ["no-peer"] })
  })
})

describe("strangers", () => {
  it("each packet is counted", () => {
    const one = hub()
    const before = one.end.stats.inbound.dropped
    for (let i = 0; i < 100; i++) one.deliver({ ...packet, peer: 0xffff })
    expect(one.end.stats.inbound.dropped - before).toBe(100)
    expect(one.end.received).toEqual([])
  })

  it("they are told of ten times a second at most", () => {
    const one = hub()
    const name = one.end.memory.namesAt
    const tell = () => one.socket.options.onStranger(name)
    one.end.memory.calls.bytes.fill(0, name, name + 32)
    one.end.memory.calls.bytes.set([2, 0, 0, 9, 192, 0, 2, 7], name)
    for (let i = 0; i < 1000; i++) tell()
    expect(one.end.told.filter(({ type }) => type === "stranger")).toEqual(
      Array.from({ length: 10 }, () => ({ type: "stranger", address: "192.0.2.7" })),
    )
    one.pass(1100)
    tell()
    expect(one.end.count("stranger")).toBe(11)
  })

  it("an address that is none does no harm", () => {
    const one = hub()
    one.end.memory.calls.bytes.fill(0xff, one.end.memory.namesAt, one.end.memory.namesAt + 32)
    one.socket.options.onStranger(one.end.memory.namesAt)
    expect(one.end.count("stranger")).toBe(0)
  })
})
