import { createSocket } from "node:dgram"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { region } from "../regions.ts"
import { alike, bytesOf } from "../transport/testing/packets.ts"
import { packetContract } from "../transport/transport.contract.ts"
import { peerWith } from "./testing/wireguard-end.ts"
import { packets, WireGuardLab } from "./testing/wireguard-lab.ts"
import { wireguardSubject } from "./testing/wireguard-subject.ts"

const loopback = { address: "127.0.0.1", callers: ["127.0.0.2"] }
packetContract("WireGuard over UDP", wireguardSubject({ ...loopback, kind: "udp", longest: 65_400 }))
packetContract(
  "WireGuard over UDP, IPv6",
  wireguardSubject({ address: "::1", callers: ["::1"], kind: "udp", longest: 65_400 }),
)
packetContract("WireGuard over TCP", wireguardSubject({ ...loopback, kind: "tcp", longest: 65_535 }))

let lab: WireGuardLab
beforeEach(() => {
  lab = new WireGuardLab()
})
afterEach(() => lab.close())

describe.each(["udp", "tcp"] as const)("over %s", (kind) => {
  /** One that waits in place 0 for who calls. */
  async function pair() {
    const where = lab.local()
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
    await lab.until("both to be up", () => listener.isUp() && caller.isUp())
    return { where, listener, caller }
  }

  it("a handshake at once, without traffic, and both are up; its time is told", async () => {
    const { listener, caller } = await pair()
    for (const end of [listener, caller]) {
      expect(end.states).toEqual(["connecting", "up"])
      expect(new Set(end.handshakes)).toEqual(new Set([0]))
      const [told] = end.told.flatMap((what) => (what.type === "peer" ? [what] : []))
      expect(told).toMatchObject({ peer: 0, carrier: kind, remote: expect.stringContaining("127.0.0.1:") })
    }
    expect(caller.stamps).toHaveLength(1)
    expect(listener.stamps).toEqual([])
  })

  it("without traffic the peer goes with its keys, the tunnel stays up, and a packet brings it back", async () => {
    const { listener, caller } = await pair()
    await lab.pass(181_000)
    expect(caller.isUp()).toBe(false)
    expect(listener.isUp()).toBe(false)
    expect([caller.states, listener.states]).toEqual([
      ["connecting", "up"],
      ["connecting", "up"],
    ])
    await lab.passes(caller, listener)
    expect(caller.isUp()).toBe(true)
    expect(caller.verdicts).toEqual({ sent: 3, dropped: 0, reasons: [] })
  })

  it("what is sent before there are keys waits for them, and each packet has one verdict", async () => {
    const where = lab.local()
    const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
    caller.send(packets(200))
    expect(caller.verdicts).toEqual({ sent: 0, dropped: 72, reasons: ["no-session"] })
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    await lab.pass(12_000)
    await lab.until("what waited", () => listener.received.length === 128)
    expect(caller.verdicts).toEqual({ sent: 128, dropped: 72, reasons: ["no-session"] })
  })

  it("who is not there is missed after ten seconds, by name and endpoint; what waits is dropped in the end", async () => {
    const silent = createSocket("udp4")
    const where = lab.local()
    if (kind === "udp") await new Promise<void>((resolve) => silent.bind(where.port, where.address, resolve))
    const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
    caller.send(packets(3))
    await lab.pass(9_000)
    if (kind === "udp") expect(caller.lastReason).toBeNull()
    await lab.pass(3_000)
    expect(caller.states).toEqual(["connecting"])
    if (kind === "udp") {
      expect(caller.lastReason?.code).toBe("no-handshake")
      expect(caller.lastReason?.detail).toContain(`127.0.0.1:${where.port}`)
      expect(caller.lastReason?.detail).toContain(Buffer.from(peerKey(1)).toString("base64").slice(0, 8))
    } else await lab.until("the refusal", () => caller.lastReason?.code === "connection-refused")
    await lab.pass(90_000)
    expect(caller.verdicts).toEqual({ sent: 0, dropped: 3, reasons: ["no-session"] })
    silent.close()
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    await lab.pass(45_000)
    await lab.until("both to be up", () => listener.isUp() && caller.isUp())
    expect(caller.states).toEqual(["connecting", "up"])
  })

  it("a peer that restarts with its key is up again, wherever it comes from", async () => {
    const { where, listener, caller } = await pair()
    const before = listener.told.length
    caller.transport.stop()
    await lab.pass(500)
    const [stampedAfter] = caller.stamps
    const again = lab.open({
      kind,
      key: 2,
      peers: [peerWith(1, { remotes: [where] })],
      ...(stampedAfter && { stampedAfter }),
    })
    await lab.until("it to be up", () => again.isUp())
    await lab.passes(again, listener)
    await lab.passes(listener, again)
    await lab.pass(2_000)
    expect(listener.told.length).toBeGreaterThan(before)
    expect(listener.states.at(-1)).toBe("up")
  })

  it("who has no key here, or a disabled one, is not answered, and leaves a count", async () => {
    const where = lab.local()
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2), peerWith(3, {}, false)] })
    for (const key of [3, 4]) lab.open({ kind, key, peers: [peerWith(1, { remotes: [where] })] })
    await lab.until("both attempts", () => listener.stats.inbound.dropped >= 2)
    await lab.turns(20)
    expect(lab.ends.map((end) => [end.isUp(0), end.isUp(1)])).toEqual(Array(3).fill([false, false]))
    expect(listener.states).toEqual(["connecting"])
    expect(listener.lastReason?.code).toBe("waiting-for-peer")
    expect(listener.stats.drops).toEqual([{ direction: "inbound", reason: "bad-handshake", packets: 2 }])
  })

  it("a peer that is disabled is away at once, in both directions, and back when it is enabled", async () => {
    const { listener, caller } = await pair()
    listener.transport.setPeers([peerWith(2, {}, false)])
    expect(listener.isUp()).toBe(false)
    listener.send(packets(2))
    expect(listener.verdicts).toEqual({ sent: 0, dropped: 2, reasons: ["no-peer"] })
    caller.send(packets(2))
    await lab.turns(20)
    expect(listener.received).toEqual([])
    listener.transport.setPeers([peerWith(2)])
    await lab.pass(40_000)
    await lab.passes(caller, listener)
    expect(listener.isUp()).toBe(true)
  })

  it("peers that stay keep their keys while others come and go", async () => {
    const { where, listener, caller } = await pair()
    listener.transport.setPeers([peerWith(2), peerWith(3)])
    const third = lab.open({ kind, key: 3, peers: [peerWith(1, { remotes: [where] })] })
    await lab.until("the third", () => third.isUp() && listener.isUp(1))
    await lab.passes(listener, third, 1)
    listener.transport.setPeers([peerWith(2)])
    await lab.passes(caller, listener)
    await lab.passes(listener, caller)
    expect([listener, caller, third].map(({ stamps }) => stamps.length)).toEqual([0, 1, 1])
    expect(listener.isUp(1)).toBe(false)
    listener.send(packets(1, 1))
    expect(listener.verdicts.reasons).toEqual(["no-peer"])
  })

  it("each packet goes to its peer, and comes with its sender's place", async () => {
    const where = lab.local()
    const keys = [11, 12, 13]
    const listener = lab.open({ kind, key: 1, local: where, peers: [null, ...keys.map((key) => peerWith(key))] })
    const callers = keys.map((key) => lab.open({ kind, key, peers: [peerWith(1, { remotes: [where] })] }))
    await lab.until("all", () => keys.every((_, i) => listener.isUp(i + 1) && callers[i]?.isUp()))
    const all = alike(300, 700)
    listener.send(all.map((packet, i) => ({ ...packet, peer: 1 + (Math.floor(i / 5) % 3) })))
    for (const [i, caller] of callers.entries()) {
      const own = all.filter((_, n) => Math.floor(n / 5) % 3 === i)
      await lab.until("its packets", () => caller.received.length === own.length)
      expect(bytesOf(caller.received)).toEqual(bytesOf(own))
      caller.send(packets(2))
    }
    await lab.until("the answers", () => listener.received.length === 6)
    expect(listener.received.map(({ peer }) => peer).sort()).toEqual([1, 1, 2, 2, 3, 3])
    expect(listener.verdicts).toEqual({ sent: 300, dropped: 0, reasons: [] })
  })

  it("by name: asks for its address, calls it, and asks again while it is not answered", async () => {
    const where = lab.local()
    const caller = lab.open({ kind, key: 2, peers: [null, peerWith(1, { named: true })] })
    expect(caller.told).toContainEqual({ type: "resolve", peer: 1 })
    caller.transport.setRemotes([], { code: "name-not-found", detail: "No such name." }, 1)
    expect(caller.lastReason).toEqual({ code: "name-not-found", detail: "No such name." })
    for (let seconds = 0; seconds < 31 && caller.count("resolve") < 2; seconds++) await lab.pass(1_000)
    expect(caller.count("resolve")).toBe(2)
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    caller.transport.setRemotes([where], null, 1)
    await lab.until("both to be up", () => listener.isUp() && caller.isUp(1))
    expect(caller.states).toEqual(["connecting", "up"])
  })

  it("of several addresses it finds the one where the peer is", async () => {
    const where = lab.local()
    const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    const remotes = [lab.local(), lab.local(), where]
    const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes })] })
    await lab.pass(40_000)
    await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  })

  it("where another listens it has failed, and is there when that is free", async () => {
    const where = lab.local()
    const first = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    const second = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
    expect(second.states).toEqual(["failed"])
    expect(second.lastReason?.code).toBe("port-in-use")
    first.transport.stop()
    await lab.pass(3_000)
    expect(second.states.at(-1)).toBe("connecting")
    const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
    await lab.until("both to be up", () => second.isUp() && caller.isUp())
  })
})

it("over udp both ends may call at once, on a port of the kernel's choice at one of them", async () => {
  const where = lab.local()
  const listener = lab.open({ kind: "udp", key: 1, local: where, peers: [peerWith(2)] })
  const caller = lab.open({ kind: "udp", key: 2, peers: [peerWith(1, { remotes: [where] })] })
  const [port] = caller.told.flatMap((what) => (what.type === "listening" ? [what.port] : []))
  expect(listener.told).toContainEqual({ type: "listening", port: where.port })
  expect(port).toBeGreaterThan(0)
  listener.transport.setPeers([peerWith(2, { remotes: [{ address: "127.0.0.1", port: port ?? 0 }] })])
  await lab.until("both to be up", () => listener.isUp() && caller.isUp())
  await lab.passes(caller, listener)
  await lab.passes(listener, caller)
})

function peerKey(key: number): Uint8Array {
  return peerWith(key).wireguard?.publicKey ?? new Uint8Array()
}

it.each([4, 3])(
  "a frame for three peers that lies in one place is sealed for each, in a batch of %i",
  async (capacity) => {
    const where = lab.local()
    const keys = [11, 12, 13]
    const common = { kind: "udp", isEthernet: true } as const
    const listener = lab.open({ ...common, key: 1, local: where, peers: keys.map((key) => peerWith(key)) })
    const callers = keys.map((key) => lab.open({ ...common, key, peers: [peerWith(1, { remotes: [where] })] }))
    const frame = { bytes: new Uint8Array(600).fill(2) }
    for (const [i, caller] of callers.entries()) {
      listener.send([{ ...frame, peer: i }])
      await lab.until("the first frame", () => caller.received.length === 1)
    }
    const at = region.outbound.at + 128
    listener.memory.bytes.set(frame.bytes, at)
    const batch = new Batch(capacity)
    for (const place of keys.keys()) batch.add(at, frame.bytes.length, place)
    listener.transport.send(batch)
    for (const caller of callers) {
      await lab.until("the flooded frame", () => caller.received.length === 2)
      expect(bytesOf(caller.received)).toEqual(bytesOf([frame, frame]))
    }
    // The next batch may go on with the same frame.
    const isWhole = Buffer.compare(listener.memory.bytes.subarray(at, at + 600), frame.bytes) === 0
    expect(isWhole).toBe(capacity === 3)
  },
)
