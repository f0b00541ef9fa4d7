import { setImmediate } from "node:timers/promises"
import fc from "fast-check"
import { afterEach, expect, it } from "vitest"
import { Batch } from "../../batch.ts"
import type { MemoryPacket } from "../../device/memory-device.ts"
import type { Carrier } from "../../messages.ts"
import {
  checksumOffsetOf,
  gsoTypeOfShape,
  packetsOf,
  plainShape,
  type TrainShape,
  trainBytes,
  trainShape,
  transportAt,
} from "../../offload/testing/train-shape.ts"
import { region } from "../../regions.ts"
import { ownPort } from "../../testing/own-ports.ts"
import { TestClock } from "../../testing/test-clock.ts"
import { alike, bytesOf } from "../../transport/testing/packets.ts"
import { peerWith, WireGuardEnd, type WireGuardEndOptions } from "../testing/wireguard-end.ts"

const ends: WireGuardEnd[] = []
let clock = new TestClock()
afterEach(() => {
  for (const end of ends.splice(0)) end.close()
  clock = new TestClock()
})

const everything = 15

function open(options: WireGuardEndOptions): WireGuardEnd {
  const end = new WireGuardEnd(options, clock.read)
  ends.push(end)
  end.transport.start()
  return end
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const by = performance.now() + 10_000; !isSo(); ) {
    if (performance.now() > by) throw new Error(`waited 10 s for ${what}`)
    for (const end of ends) end.step(1)
    await setImmediate()
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    for (const end of ends) end.step(1)
    await setImmediate()
  }
}

type Half = Partial<Pick<WireGuardEndOptions, "isEthernet" | "offers">>

/** Both are up, and have agreed on what they have. */
async function pair(kind: Carrier, { listens = {}, calls = {} }: { listens?: Half; calls?: Half } = {}) {
  const local = { address: "127.0.0.1", port: ownPort() }
  const listener = open({ kind, key: 1, local, peers: [peerWith(2)], ...listens })
  const caller = open({ kind, key: 2, peers: [peerWith(1, { remotes: [local] })], ...calls })
  await until("handshakes", () => listener.handshakes.length > 0 && caller.handshakes.length > 0)
  const isStock = listens.offers === 0 || calls.offers === 0
  if (!isStock) await until("an agreement", () => [listener, caller].every(({ facts }) => facts.at(-1)?.isTundeck))
  await turns(5)
  return { listener, caller }
}

function trainOf(shape: TrainShape): Required<MemoryPacket> {
  return {
    bytes: trainBytes(shape),
    gsoType: gsoTypeOfShape(shape),
    gsoSize: shape.gsoSize,
    checksumStart: transportAt(shape),
    checksumOffset: checksumOffsetOf(shape),
  }
}

/** IP packets whose headers tell their length. */
function ipPackets(count: number, length: number): MemoryPacket[] {
  const packets = alike(count, length)
  for (const { bytes } of packets) new DataView(bytes.buffer).setUint16(2, length)
  return packets
}

const none = { gsoType: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0, peer: 0 }
const ciphers = [
  ["AES-256-GCM", everything],
  ["ChaCha20-Poly1305", everything & ~2],
] as const

it.each(ciphers)(
  "over a stream whole trains and packets arrive as they were given, both ways: %s",
  async (_, offers) => {
    const { listener, caller } = await pair("tcp", { listens: { offers }, calls: { offers } })
    const open = { ...trainOf(plainShape), gsoType: 0, gsoSize: 0 }
    const long = trainOf({ ...plainShape, gsoSize: 1400, packets: 46, last: 900 })
    const given = [trainOf(plainShape), ...ipPackets(1, 100), long, open, ...ipPackets(3, 1300), long]
    for (const [from, to] of [
      [caller, listener],
      [listener, caller],
    ] as const) {
      expect(from.transport.takesTrains).toBe(true)
      from.send(given)
      await until("all of it", () => to.received.length === given.length)
      expect(to.received).toEqual(given.map((packet) => ({ ...none, ...packet })))
      expect(from.verdicts).toEqual({ sent: 3 + 1 + 46 + 1 + 3 + 46, dropped: 0, reasons: [] })
      expect(from.stats.inbound.dropped).toBe(0)
    }
    const cut = packetsOf({ ...plainShape, gsoSize: 1400, packets: 46, last: 900 })
    const bytes = cut.reduce((sum, one) => sum + one.length, 0)
    expect(caller.stats.outbound.bytes).toBeGreaterThan(2 * bytes)
  },
)

it("trains of every shape arrive as they were given", async () => {
  const { listener, caller } = await pair("tcp")
  let received = 0
  await fc.assert(
    fc.asyncProperty(fc.array(trainShape, { minLength: 1, maxLength: 4 }), async (shapes) => {
      const given = shapes.map((shape) => trainOf({ ...shape, tags: null }))
      caller.send(given)
      await until("all of it", () => listener.received.length === received + given.length)
      expect(listener.received.slice(received)).toEqual(given.map((packet) => ({ ...none, ...packet })))
      received += given.length
    }),
    { numRuns: 50 },
  )
})

it("what waits in a full stream goes on whole, and is counted as the packets that it stands for", async () => {
  const { listener, caller } = await pair("tcp")
  const train = trainOf({ ...plainShape, packets: 50 })
  let given = 0
  for (; !caller.isBlocked && given < 10_000; given++) caller.send([train, ...ipPackets(1, 1400)])
  expect(caller.isBlocked).toBe(true)
  await until("all of it", () => listener.received.length === 2 * given)
  expect(caller.verdicts).toEqual({ sent: given * 51, dropped: 0, reasons: [] })
  expect(listener.received.every(({ gsoSize }, i) => gsoSize === (i % 2 === 0 ? 1000 : 0))).toBe(true)
})

it.each<[string, Carrier, Half]>([
  ["a stock peer, over a stream", "tcp", { offers: 0 }],
  ["a Tundeck without trains, over a stream", "tcp", { offers: everything & ~1 }],
  ["a Tundeck, over datagrams", "udp", {}],
])("none is asked of the device for %s, and one that comes all the same is cut", async (_, kind, listens) => {
  const { listener, caller } = await pair(kind, { listens })
  expect(caller.transport.takesTrains).toBe(false)
  const shape = { ...plainShape, packets: 7, last: 33 }
  const single = { ...plainShape, packets: 1, last: 500 }
  const open = { ...trainOf(single), gsoType: 0, gsoSize: 0 }
  caller.send([...ipPackets(2, 90), trainOf(shape), open, ...ipPackets(2, 91)])
  const wanted = [
    ...ipPackets(2, 90).map(({ bytes }) => bytes),
    ...packetsOf(shape),
    ...packetsOf(single),
    ...ipPackets(2, 91).map(({ bytes }) => bytes),
  ].map((bytes) => ({ bytes }))
  await until("all of it", () => listener.received.length === wanted.length)
  expect(bytesOf(listener.received)).toEqual(bytesOf(wanted))
  expect(caller.verdicts).toEqual({ sent: wanted.length, dropped: 0, reasons: [] })
})

it.each([0, everything & ~1])("an envelope from a peer that offered %i is no packet", async (offers) => {
  const { listener, caller } = await pair("tcp", { calls: { offers } })
  const [packet] = ipPackets(1, 60)
  const inside = packet?.bytes ?? new Uint8Array(0)
  const envelope = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, inside.length, ...inside)
  caller.send([{ bytes: envelope }, ...ipPackets(1, 61)])
  await until("the packet", () => listener.received.length === 1)
  expect(listener.received[0]?.bytes).toHaveLength(61)
  expect(listener.stats.drops).toContainEqual({ direction: "inbound", reason: "bad-packet", packets: 1 })
})

it("a train that is none is dropped, and what stands around it passes", async () => {
  const { listener, caller } = await pair("udp")
  const train = trainOf(plainShape)
  caller.send([...ipPackets(1, 90), { ...train, gsoType: 4 }, ...ipPackets(1, 91)])
  await until("the others", () => listener.received.length === 2)
  expect(caller.verdicts).toEqual({ sent: 2, dropped: 1, reasons: ["bad-packet"] })
})

it.each(["udp", "tcp"] as const)("AES-256-GCM is what packets are sealed with once both have it: %s", async (kind) => {
  const { listener, caller } = await pair(kind)
  for (const end of [listener, caller]) {
    await until("the cipher", () => end.facts.at(-1)?.cipher === "aes-256-gcm")
    expect(end.stats.inbound.dropped).toBe(0)
  }
  const weak = await pair(kind, { listens: { offers: everything & ~2 } })
  expect(weak.caller.facts.at(-1)).toMatchObject({ isTundeck: true, cipher: "chacha20-poly1305" })
})

const frame = (length: number, tags: number) => {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 7 + length) & 255
  const view = new DataView(bytes.buffer)
  for (let tag = 0; tag < tags; tag++) view.setUint32(12 + tag * 4, 0x8100_0007)
  view.setUint16(12 + tags * 4, 0x88b5)
  return { bytes }
}

it.each(["udp", "tcp"] as const)("tap: Ethernet frames of every length, with and without a tag: %s", async (kind) => {
  const { listener, caller } = await pair(kind, { listens: { isEthernet: true }, calls: { isEthernet: true } })
  const lengths = [14, 15, 16, 17, 31, 60, 64, 100, 577, 1023, 1513, 1514]
  const frames = [...lengths.map((length) => frame(length, 0)), ...[18, 64, 1518].map((length) => frame(length, 1))]
  for (const [from, to] of [
    [caller, listener],
    [listener, caller],
  ] as const) {
    from.send(frames)
    await until("all of it", () => to.received.length === frames.length)
    expect(bytesOf(to.received)).toEqual(bytesOf(frames))
    expect(from.verdicts).toEqual({ sent: frames.length, dropped: 0, reasons: [] })
  }
})

it.each(["udp", "tcp"] as const)("tap: frames that a hub passes on from where they were received: %s", async (kind) => {
  const { listener, caller } = await pair(kind, { listens: { isEthernet: true }, calls: { isEthernet: true } })
  const frames = [60, 1410, 1423, 1425, 1430, 14, 15, 33, 1415].map((length) => frame(length, 0))
  const batch = new Batch(16)
  let at: number = region.inbound.at
  for (const { bytes } of frames) {
    // Datagrams that the kernel merged: header and envelope before the frame, the tag behind it, the next one at once.
    at += 28
    caller.memory.bytes.set(bytes, at)
    batch.add(at, bytes.length, 0)
    at += bytes.length + 16
  }
  caller.transport.send(batch)
  await until("all of it", () => listener.received.length === frames.length)
  expect(bytesOf(listener.received)).toEqual(bytesOf(frames))
})

it("tap: frames that look like hellos, probes and envelopes are frames", async () => {
  const { listener, caller } = await pair("udp", { listens: { isEthernet: true }, calls: { isEthernet: true } })
  const frames = [
    [0x54, 0x44, 3, 1],
    [0x54, 0x44, 1, 0],
    [1, 1, 5, 0xdc],
    [0x45, 0, 0, 60],
  ].map((start) => {
    const { bytes } = frame(60, 0)
    bytes.set(start)
    return { bytes }
  })
  caller.send(frames)
  await until("all of it", () => listener.received.length === frames.length)
  expect(bytesOf(listener.received)).toEqual(bytesOf(frames))
})

it("tap: the first frames wait until it is agreed that they may go", async () => {
  const local = { address: "127.0.0.1", port: ownPort() }
  const common = { kind: "udp", isEthernet: true } as const
  const listener = open({ ...common, key: 1, local, peers: [peerWith(2)] })
  const caller = open({ ...common, key: 2, peers: [peerWith(1, { remotes: [local] })] })
  const frames = [frame(60, 0), frame(100, 0), frame(1514, 0)]
  caller.send(frames)
  await until("the frames", () => listener.received.length === 3)
  expect(bytesOf(listener.received)).toEqual(bytesOf(frames))
  expect(caller.verdicts).toEqual({ sent: 3, dropped: 0, reasons: [] })
})

it.each<[string, Half]>([
  ["a stock peer", { offers: 0 }],
  ["a Tundeck with a tun", {}],
])("tap: %s gets nothing, nothing of it is taken, and the tunnel says why", async (_, listens) => {
  const { listener, caller } = await pair("udp", { listens, calls: { isEthernet: true } })
  caller.send([frame(60, 0)])
  listener.send(ipPackets(1, 60))
  await until("what it drops", () => caller.stats.inbound.dropped === 1)
  for (let seconds = 0; seconds < 20; seconds++) {
    clock.pass(1000)
    for (const end of ends) end.loop.wakeAt(0)
    await turns(2)
  }
  expect(listener.received).toEqual([])
  expect(caller.received).toEqual([])
  expect(caller.verdicts).toEqual({ sent: 0, dropped: 1, reasons: ["no-tundeck"] })
  expect(caller.stats.drops).toContainEqual({ direction: "inbound", reason: "no-tundeck", packets: 1 })
  expect(caller.lastReason).toMatchObject({ code: "no-tundeck" })
  expect(caller.isUp()).toBe(false)
  caller.send([frame(60, 0)])
  expect(caller.verdicts.dropped).toBe(2)
})
