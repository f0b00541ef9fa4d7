import {
  createArena,
  errno,
  openUnixSocketPair,
  setNonBlocking,
  setReceiveBuffer,
  setSendBuffer,
  sys,
} from "@tundeck/native-bindings"
import { createPacketRing } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { CounterWriter, createCounters, readCounters } from "../counters.ts"
import type { MemoryPacket } from "../device/memory-device.ts"
import { seededRandom } from "../faults/seeded-random.ts"
import { RelayMemory } from "../memory.ts"
import { memorySize, region } from "../regions.ts"
import { Traffic } from "../traffic.ts"
import { framings } from "./framing.ts"
import { halfFrameMs, Stream } from "./stream.ts"
import { alike, bytesOf, packetsOfLength, trainOf } from "./testing/packets.ts"

// A stream over one end of a pair of sockets; the test is at the other, and reads and writes as it likes.

const memory = new RelayMemory(memorySize)
const wire = createArena(1 << 20)
const largest = 1500
let ours: number
let theirs: number
function reopen(): void {
  ;[ours, theirs] = openUnixSocketPair()
}
beforeEach(() => {
  reopen()
  for (const fd of [ours, theirs]) {
    setNonBlocking(fd, true)
    setSendBuffer(fd, 1 << 20)
    setReceiveBuffer(fd, 1 << 20)
  }
})
afterEach(() => {
  for (const fd of [ours, theirs]) sys.close(fd)
})

type Framed = keyof typeof framings

function open(framing: Framed) {
  const counters = createCounters(false)
  const traffic = new Traffic(new CounterWriter(counters), createPacketRing(128))
  const stream = new Stream(ours, "peer", 0, memory, framings[framing], traffic)
  const received: Required<MemoryPacket>[] = []
  /** How many packets each batch had. */
  const batches: number[] = []
  const inbound = new Batch(512)
  const deliver = (batch: Batch) => {
    batches.push(batch.count)
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      received.push({
        bytes: memory.bytes.slice(at, at + (batch.length[i] ?? 0)),
        gsoType: batch.gsoType[i] ?? 0,
        gsoSize: batch.gsoSize[i] ?? 0,
        checksumStart: batch.checksumStart[i] ?? 0,
        checksumOffset: batch.checksumOffset[i] ?? 0,
      })
    }
  }
  return {
    stream,
    received,
    batches,
    receive: (now = 0) => stream.receive(inbound, largest, now, deliver),
    send(packets: readonly MemoryPacket[], gap = 0) {
      const batch = new Batch(2048)
      put(batch, packets, framings[framing].headerBytes, gap)
      return stream.send(batch, 0, batch.count)
    },
    get sent() {
      return readCounters(counters).outbound.packets
    },
    get drops() {
      return readCounters(counters).drops
    },
  }
}

function put(batch: Batch, packets: readonly MemoryPacket[], headroom: number, gap: number): void {
  let at: number = region.outbound.at
  for (const packet of packets) {
    at += headroom + gap
    memory.bytes.set(packet.bytes, at)
    const i = batch.add(at, packet.bytes.length, 0)
    batch.gsoType[i] = packet.gsoType ?? 0
    batch.gsoSize[i] = packet.gsoSize ?? 0
    batch.checksumStart[i] = packet.checksumStart ?? 0
    batch.checksumOffset[i] = packet.checksumOffset ?? 0
    at += packet.bytes.length
  }
}

/** docs/wire-format.md, written anew. */
function framed(framing: Framed, packets: readonly MemoryPacket[]): Buffer {
  return Buffer.concat(
    packets.flatMap(({ bytes, gsoType = 0, gsoSize = 0, checksumStart = 0, checksumOffset = 0 }) => {
      const header = Buffer.alloc(framing === "trains" ? 12 : 2)
      if (framing === "simpletun") header.writeUInt16BE(bytes.length)
      else {
        header.writeUInt32BE(bytes.length)
        header.writeUInt8(gsoType, 5)
        for (const [i, field] of [gsoSize, checksumStart, checksumOffset].entries())
          header.writeUInt16BE(field, 6 + 2 * i)
      }
      return [header, bytes]
    }),
  )
}

function write(bytes: Uint8Array): void {
  wire.bytes.set(bytes)
  const n = sys.write(theirs, wire.address, bytes.length)
  if (n !== bytes.length) throw new Error(`the pair took ${n} of ${bytes.length} bytes`)
}

/** At most so many bytes of what was sent. */
function read(most: number = wire.size): Buffer {
  const n = sys.read(theirs, wire.address, most)
  return Buffer.from(wire.bytes.slice(0, Math.max(0, n)))
}

const none = { gsoType: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0 }
const whole = (packets: readonly MemoryPacket[]) => packets.map((packet) => ({ ...none, ...packet }))

const few: Record<Framed, MemoryPacket[]> = {
  simpletun: packetsOfLength([3, 1, 40]),
  trains: [
    ...packetsOfLength([3]),
    { ...trainOf(2), bytes: trainOf(2).bytes.slice(0, 60) },
    { ...trainOf(1), bytes: trainOf(1).bytes.slice(0, 50), gsoType: 0, gsoSize: 0 },
  ],
}

describe.each(["simpletun", "trains"] as const)("%s frames", (framing) => {
  const header = framings[framing].headerBytes

  it("arrive wherever the stream is cut", () => {
    const bytes = framed(framing, few[framing])
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const second of [cut, cut + 1, Math.min(bytes.length, cut + 17)]) {
        const one = open(framing)
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)]) {
          if (part.length > 0) write(part)
          expect(one.receive()).toBe("ok")
        }
        expect(one.received).toEqual(whole(few[framing]))
        expect(one.stream.halfFrameBy).toBe(Number.POSITIVE_INFINITY)
      }
    }
  })

  it("arrive byte by byte", () => {
    const one = open(framing)
    for (const byte of framed(framing, few[framing])) {
      write(Uint8Array.of(byte))
      expect(one.receive()).toBe("ok")
    }
    expect(one.received).toEqual(whole(few[framing]))
  })

  it("more than one batch of them come in several, in their order", () => {
    const packets = alike(1300, 20)
    const one = open(framing)
    write(framed(framing, packets))
    expect(one.receive()).toBe("ok")
    expect(one.batches).toEqual([512, 512, 276])
    expect(bytesOf(one.received)).toEqual(bytesOf(packets))
  })

  describe("of many that come at once, the last", () => {
    const packets = alike(400, 1400)
    const bytes = framed(framing, packets)
    const atOnce = 256 * 1024
    /** Of the frame in which one receipt ends. */
    const begun = atOnce % (header + 1400)
    const missing = header + 1400 - begun

    it("is taken whole when the rest is there", () => {
      const one = open(framing)
      write(bytes.subarray(0, atOnce + missing))
      expect(one.receive()).toBe("ok")
      expect(one.received).toHaveLength(Math.floor(atOnce / (header + 1400)) + 1)
      expect(one.stream.halfFrameBy).toBe(Number.POSITIVE_INFINITY)
      write(bytes.subarray(atOnce + missing))
      for (let times = 0; times < 3; times++) one.receive()
      expect(bytesOf(one.received)).toEqual(bytesOf(packets))
    })

    it.each([
      ["nothing", 0],
      ["a byte", 1],
      ["all but a byte", missing - 1],
    ])("waits when of the rest there is %s", (_name, there) => {
      const one = open(framing)
      write(bytes.subarray(0, atOnce + there))
      expect(one.receive(5)).toBe("ok")
      expect(one.received).toHaveLength(Math.floor(atOnce / (header + 1400)))
      expect(one.stream.halfFrameBy).toBe(5 + halfFrameMs)
      write(bytes.subarray(atOnce + there))
      for (let times = 0; times < 3; times++) one.receive()
      expect(bytesOf(one.received)).toEqual(bytesOf(packets))
    })

    it("waits, too, when its header is cut", () => {
      for (let part = 1; part <= header; part++) {
        const one = open(framing)
        const cut = 100 * (header + 1400) + part
        write(bytes.subarray(0, cut))
        expect(one.receive()).toBe("ok")
        expect(one.received).toHaveLength(100)
        write(bytes.subarray(cut, 102 * (header + 1400)))
        expect(one.receive()).toBe("ok")
        expect(bytesOf(one.received)).toEqual(bytesOf(packets.slice(0, 102)))
      }
    })
  })

  it("a frame that has begun has ten seconds; a trickle of bytes does not prolong them, a frame that ends does", () => {
    const one = open(framing)
    const bytes = framed(framing, alike(3, 100))
    const size = header + 100
    write(bytes.subarray(0, 10))
    one.receive(1000)
    write(bytes.subarray(10, 20))
    one.receive(9000)
    expect(one.stream.halfFrameBy).toBe(1000 + halfFrameMs)
    write(bytes.subarray(20, size + 5))
    one.receive(9500)
    expect(one.stream.halfFrameBy).toBe(9500 + halfFrameMs)
    write(bytes.subarray(size + 5))
    one.receive(9600)
    expect(one.stream.halfFrameBy).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([
    ["of length 0", 0],
    ["of the greatest length there is", framing === "trains" ? 0xffff_ffff : 0xffff],
    ["of one byte too many", framing === "trains" ? 65_535 + 19 : largest + 1],
  ])("a frame %s ends it; those before it are delivered, none behind it", (_name, length) => {
    const one = open(framing)
    const bad = Buffer.alloc(header + 50)
    if (framing === "trains") bad.writeUInt32BE(length)
    else bad.writeUInt16BE(length)
    write(Buffer.concat([framed(framing, alike(2, 100)), bad, framed(framing, alike(2, 100))]))
    expect(one.receive()).toBe("bad-frame")
    expect(one.stream.badLength).toBe(length)
    expect(one.received).toHaveLength(2)
    expect(one.drops).toEqual([{ direction: "inbound", reason: "bad-length", packets: 1 }])
  })

  it("garbage throws nothing", () => {
    const random = seededRandom(7)
    for (let round = 0; round < 200; round++) {
      const one = open(framing)
      const bytes = Uint8Array.from({ length: 300 }, () => random() * 256)
      // Mostly lengths that may be.
      if (round % 2 === 0) bytes.fill(0, 0, framing === "trains" ? 3 : 1)
      write(bytes)
      for (let times = 0; times < 3; times++) expect(["ok", "bad-frame"]).toContain(one.receive())
      read()
      while (sys.read(ours, wire.address, wire.size) > 0) {}
    }
  })

  it("the end and the loss are told apart, and what came before is delivered", () => {
    const one = open(framing)
    write(framed(framing, alike(2, 100)))
    sys.close(theirs)
    expect(one.receive()).toBe("ok")
    expect(one.received).toHaveLength(2)
    expect(one.receive()).toBe("closed")
    sys.close(ours)
    expect(one.receive()).toBe("lost")
    expect(one.stream.errno).toBe(errno.EBADF)
    reopen()
  })

  describe("sent", () => {
    it.each([0, 1, 3000])("stand on the wire as the format says, %i bytes apart in the memory", (gap) => {
      const one = open(framing)
      expect(one.send(few[framing], gap)).toBe("sent")
      expect(read()).toEqual(framed(framing, few[framing]))
      expect(one.stream.isWaiting).toBe(false)
    })

    it("more than a call can name, each apart from the others, go in their order", () => {
      const one = open(framing)
      const packets = alike(1500, 20)
      expect(one.send(packets, 7)).toBe("sent")
      expect(read()).toEqual(framed(framing, packets))
      expect(one.sent).toBe(1500)
    })

    it.each([1, 7, 100, 1399, 1403, 5000])(
      "to a peer that reads %i bytes at a time, none is lost or sent twice",
      (step) => {
        setSendBuffer(ours, 4096)
        const one = open(framing)
        const packets = packetsOfLength(Array.from({ length: 20 }, (_, i) => 1 + i * 70))
        const expected = framed(framing, packets)
        let result = one.send(packets)
        expect(result).toBe("waiting")
        let seen = Buffer.alloc(0)
        for (let calls = 0; seen.length < expected.length && calls < 100_000; calls++) {
          seen = Buffer.concat([seen, read(step)])
          const before = one.sent
          result = one.stream.flush()
          expect(one.sent).toBeGreaterThanOrEqual(before)
        }
        expect(seen).toEqual(expected)
        expect(result).toBe("sent")
        expect(one.sent).toBe(20)
        expect(one.stream.isWaiting).toBe(false)
      },
    )

    it("what waits may be more the next time", () => {
      setSendBuffer(ours, 4096)
      const one = open(framing)
      for (const count of [20, 3, 200, 400]) {
        const packets = alike(count, 1000)
        one.send(packets)
        let seen = read()
        while (one.stream.flush() === "waiting" || seen.length < count * (1000 + header))
          seen = Buffer.concat([seen, read()])
        expect(seen).toEqual(framed(framing, packets))
      }
      expect(one.sent).toBe(623)
    })

    it("while some wait others are dropped, and when it ends those that wait: one verdict each", () => {
      setSendBuffer(ours, 4096)
      const one = open(framing)
      expect(one.send(alike(30, 1000))).toBe("waiting")
      expect(one.send(alike(7, 1000))).toBe("waiting")
      expect(one.drops).toEqual([{ direction: "outbound", reason: "queue-full", packets: 7 }])
      read(1500)
      one.stream.flush()
      const { sent } = one
      one.stream.drop()
      expect(one.sent).toBe(sent)
      expect(one.drops).toContainEqual({ direction: "outbound", reason: "connection-lost", packets: 30 - sent })
      expect(one.stream.isWaiting).toBe(false)
    })

    it("to a peer that is gone are dropped, each once", () => {
      const one = open(framing)
      sys.close(theirs)
      expect(one.send(alike(5, 100))).toBe("lost")
      expect(one.stream.errno).toBe(errno.EPIPE)
      expect(one.drops).toEqual([{ direction: "outbound", reason: "connection-lost", packets: 5 }])
      sys.close(ours)
      reopen()
    })
  })
})

it("a train counts as its packets when it is sent", () => {
  const one = open("trains")
  one.send([trainOf(10), ...alike(2, 100), trainOf(3)])
  expect(one.sent).toBe(15)
})
