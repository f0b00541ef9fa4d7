import fc from "fast-check"
import { beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { cutTrain } from "./cut.ts"
import { Joiner } from "./joiner.ts"
import { joinedBytes } from "./testing/joined.ts"
import { textbookChecksum } from "./testing/textbook.ts"
import {
  addTrain,
  checksumOffsetOf,
  gsoTypeOfShape,
  joinableShape,
  packetsOf,
  plainShape,
  type TrainShape,
  trainBytes,
  transportAt,
} from "./testing/train-shape.ts"

const memory = new RelayMemory(512 * 1024)
let batch = new Batch(1100)
beforeEach(() => {
  batch = new Batch(1100)
})

const udpShape: TrainShape = { ...plainShape, isTcp: false, tcpOptions: 0 }

/** The train's packets, some bytes apart, as entries of the batch. */
function addPackets(s: TrainShape, gap = 0): void {
  const last = batch.count - 1
  let at = batch.count === 0 ? 64 : (batch.at[last] ?? 0) + (batch.length[last] ?? 0)
  for (const packet of packetsOf(s)) {
    at += gap
    memory.bytes.set(packet, at)
    batch.add(at, packet.length, 3)
    at += packet.length
  }
}

/** How many of the batch's packets, from the first on, become one train; 0 when the first begins none. */
function joinAll(s: TrainShape, joiner = new Joiner(memory, s.tags !== null)): number {
  if (!joiner.begin(batch, 0)) return 0
  let i = 1
  while (i < batch.count && joiner.join(batch, i)) i++
  return joiner.count
}

describe("Joiner", () => {
  it("packets as the protocols want them become the train that they were cut from, and stay as they came", () => {
    fc.assert(
      fc.property(joinableShape, fc.nat(40), (s, gap) => {
        batch.clear()
        addPackets(s, gap)
        const before = Buffer.from(memory.bytes)
        const joiner = new Joiner(memory, s.tags !== null)
        expect(joinAll(s, joiner)).toBe(s.packets)
        joiner.finish()
        expect(joinedBytes(memory, joiner.pieces).equals(trainBytes(s))).toBe(true)
        const { head } = joiner
        expect([head.count, head.at[0], head.length[0], head.peer[0]]).toEqual([
          1,
          batch.at[0],
          trainBytes(s).length,
          3,
        ])
        expect([head.gsoType[0], head.gsoSize[0]]).toEqual([gsoTypeOfShape(s), s.gsoSize])
        expect([head.checksumStart[0], head.checksumOffset[0]]).toEqual([transportAt(s), checksumOffsetOf(s)])
        joiner.restore()
        expect(joiner.count).toBe(0)
        expect(before.equals(memory.bytes)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it("a train that was cut is joined to the same bytes", () => {
    fc.assert(
      fc.property(joinableShape, fc.nat(40), (s, headroom) => {
        batch.clear()
        const from = new Batch(1)
        addTrain(memory, from, 0, s)
        cutTrain(memory, from, 0, s.tags !== null, batch, 70_000, headroom, 512 * 1024)
        const joiner = new Joiner(memory, s.tags !== null)
        expect(joinAll(s, joiner)).toBe(s.packets)
        joiner.finish()
        expect(joinedBytes(memory, joiner.pieces).equals(trainBytes(s))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  /** A change of the second packet, with its checksums put right again where `isRight`. */
  const irregular: [string, TrainShape, (packet: DataView) => void, boolean][] = [
    ["another TTL", plainShape, (p) => p.setUint8(8, 63), true],
    ["another type of service", plainShape, (p) => p.setUint8(1, 2), true],
    ["no DF", plainShape, (p) => p.setUint16(6, 0), true],
    ["more fragments", plainShape, (p) => p.setUint16(6, 0x2000), true],
    ["another destination", plainShape, (p) => p.setUint8(19, 9), true],
    ["another source", plainShape, (p) => p.setUint8(15, 9), true],
    ["an id that does not follow, DF unset", { ...plainShape, dontFragment: false }, (p) => p.setUint16(4, 99), true],
    ["a wrong IP checksum", plainShape, (p) => p.setUint16(10, 1), false],
    ["another source port", plainShape, (p) => p.setUint8(20, 9), true],
    ["another destination port", plainShape, (p) => p.setUint8(23, 9), true],
    ["another sequence number", plainShape, (p) => p.setUint8(27, 9), true],
    ["another acknowledgement", plainShape, (p) => p.setUint8(31, 9), true],
    ["another data offset", plainShape, (p) => p.setUint8(32, 0x70), true],
    ["RST", plainShape, (p) => p.setUint8(33, 0x14), true],
    ["FIN", plainShape, (p) => p.setUint8(33, 0x11), true],
    ["SYN", plainShape, (p) => p.setUint8(33, 0x12), true],
    ["URG", plainShape, (p) => p.setUint8(33, 0x30), true],
    ["ECE", plainShape, (p) => p.setUint8(33, 0x50), true],
    ["CWR", plainShape, (p) => p.setUint8(33, 0x90), true],
    ["no ACK", plainShape, (p) => p.setUint8(33, 0), true],
    ["another window", plainShape, (p) => p.setUint8(35, 9), true],
    ["another urgent pointer", plainShape, (p) => p.setUint8(39, 9), true],
    ["other options", plainShape, (p) => p.setUint8(40, 9), true],
    ["the last option another", plainShape, (p) => p.setUint8(51, 9), true],
    ["a wrong TCP checksum", plainShape, (p) => p.setUint8(60, 0), false],
    ["a length that is not the packet's", plainShape, (p) => p.setUint8(3, 9), true],
    ["another flow label", { ...plainShape, isIpv4: false }, (p) => p.setUint8(3, 9), true],
    ["another traffic class", { ...plainShape, isIpv4: false }, (p) => p.setUint8(1, 0x10), true],
    ["another hop limit", { ...plainShape, isIpv4: false }, (p) => p.setUint8(7, 9), true],
    ["an extension header", { ...plainShape, isIpv4: false }, (p) => p.setUint8(6, 0), true],
    ["another IPv6 destination", { ...plainShape, isIpv4: false }, (p) => p.setUint8(39, 9), true],
    ["a payload length that is not the packet's", { ...plainShape, isIpv4: false }, (p) => p.setUint8(5, 9), true],
    ["another UDP port", udpShape, (p) => p.setUint8(21, 9), true],
    ["a UDP length that is not the packet's", udpShape, (p) => p.setUint8(25, 9), true],
    ["no UDP checksum", udpShape, (p) => p.setUint16(26, 0), false],
    ["a wrong UDP checksum", udpShape, (p) => p.setUint8(60, 0), false],
    ["another MAC address", { ...plainShape, tags: [] }, (p) => p.setUint8(11, 9), true],
    ["another VLAN", { ...plainShape, tags: [0x8100] }, (p) => p.setUint8(15, 9), true],
    ["another kind of VLAN tag", { ...plainShape, tags: [0x8100] }, (p) => p.setUint16(12, 0x88a8), true],
  ]
  it.each(irregular)("%s: not joined", (_, s, change, isRight) => {
    addPackets(s)
    expect(joinAll(s)).toBe(3)
    const second = new DataView(memory.bytes.buffer, batch.at[1], batch.length[1])
    const before = Buffer.from(memory.bytes)
    change(second)
    if (isRight) complete(second, s)
    expect(before.equals(memory.bytes)).toBe(false)
    expect(joinAll(s)).toBe(1)
  })

  it.each([
    ["SYN", plainShape, 33, 0x12],
    ["PSH: nothing may follow it", plainShape, 33, 0x18],
    ["IP options", { ...plainShape, ipOptions: 1 }, 0, 0x46],
    ["an IPv6 extension header", { ...plainShape, isIpv4: false, extensions: [60] }, 0, 0x60],
    ["a fragment", plainShape, 6, 0x20],
    ["another protocol", plainShape, 9, 1],
    ["an IP version of neither", plainShape, 0, 0x55],
  ])("%s: begins no train", (_, s, offset, value) => {
    addPackets(s)
    memory.bytes[(batch.at[0] ?? 0) + offset] = value
    complete(new DataView(memory.bytes.buffer, batch.at[0], batch.length[0]), s)
    expect(joinAll(s)).toBe(0)
  })

  it("wrong checksums begin no train", () => {
    addPackets(plainShape)
    const at = batch.at[0] ?? 0
    for (const offset of [10, 36, 100]) {
      memory.bytes[at + offset] = (memory.bytes[at + offset] ?? 0) ^ 1
      expect(joinAll(plainShape)).toBe(0)
      memory.bytes[at + offset] = (memory.bytes[at + offset] ?? 0) ^ 1
    }
    expect(joinAll(plainShape)).toBe(3)
  })

  it("bare acknowledgements and short packets begin no train", () => {
    addPackets(plainShape)
    for (let length = 0; length <= 52; length++) {
      batch.length[0] = length
      expect(joinAll(plainShape)).toBe(0)
    }
    for (const s of [plainShape, udpShape]) {
      batch.clear()
      addPackets({ ...s, packets: 1, last: 0 })
      expect(joinAll(s)).toBe(0)
    }
  })

  it("bare acknowledgements, what is shorter than its headers, and what lies outside of the memory do not join", () => {
    addPackets({ ...plainShape, packets: 1 })
    addPackets({ ...plainShape, packets: 1, last: 0, sequence: plainShape.sequence + 1000 })
    expect(joinAll(plainShape)).toBe(1)
    const second = new DataView(memory.bytes.buffer, batch.at[1], batch.length[1])
    for (let length = 20; length < 52; length++) {
      second.setUint16(2, length)
      complete(second, plainShape)
      batch.length[1] = length
      expect(joinAll(plainShape)).toBe(1)
    }
    batch.length[1] = 1052
    for (const at of [memory.bytes.length - 1051, memory.bytes.length - 1, 0xffffffff]) {
      batch.at[1] = at
      expect(joinAll(plainShape)).toBe(1)
    }
  })

  it("a datagram without a checksum begins and joins no train, also where the sum is right by chance", () => {
    for (const which of [0, 1]) {
      batch.clear()
      addPackets(udpShape)
      const packet = new DataView(memory.bytes.buffer, batch.at[which], batch.length[which])
      packet.setUint16(28, 0)
      complete(packet, udpShape)
      packet.setUint16(28, packet.getUint16(26))
      packet.setUint16(26, 0xffff)
      expect(joinAll(udpShape)).toBe(3)
      packet.setUint16(26, 0)
      expect(joinAll(udpShape)).toBe(which)
    }
  })

  it("PSH and a shorter packet end a train", () => {
    for (const s of [
      { ...plainShape, flags: 0x18 },
      { ...plainShape, last: 999 },
      { ...udpShape, last: 999 },
    ]) {
      batch.clear()
      addPackets(s)
      addPackets({ ...s, sequence: s.sequence + 2000 + s.last, id: s.id + 3, flags: 0x10, packets: 1 })
      expect(joinAll(s)).toBe(3)
    }
  })

  it("a longer packet does not join", () => {
    addPackets({ ...plainShape, gsoSize: 900, packets: 1, last: 900 })
    addPackets({ ...plainShape, sequence: plainShape.sequence + 900, packets: 1, last: 901 })
    expect(joinAll(plainShape)).toBe(1)
  })

  it("packets of two peers, open ones, and entries that do not follow each other are not joined", () => {
    addPackets(plainShape)
    const joiner = new Joiner(memory, false)
    joiner.begin(batch, 0)
    expect(joiner.join(batch, 2)).toBe(false)
    const other = new Batch()
    for (let i = 0; i < 3; i++) other.copy(batch, i, 3)
    expect(joiner.join(other, 1)).toBe(false)
    batch.peer[1] = 4
    expect(joiner.join(batch, 1)).toBe(false)
    batch.peer[1] = 3
    batch.checksumOffset[1] = 16
    expect(joiner.join(batch, 1)).toBe(false)
    batch.checksumOffset[1] = 0
    expect(joiner.join(batch, 1)).toBe(true)
    batch.checksumOffset[0] = 16
    expect(joiner.begin(batch, 0)).toBe(false)
    expect(joiner.join(batch, 1)).toBe(false)
  })

  it("a train has at most 65,535 bytes, 64 datagrams, and the pieces of one writev", () => {
    const most = (s: Partial<TrainShape>) => {
      const shape = { ...plainShape, ...s }
      batch.clear()
      addPackets(shape)
      return joinAll(shape)
    }
    expect(most({ gsoSize: 1400, packets: 48, last: 1400 })).toBe(Math.floor((65_535 - 52) / 1400))
    expect(most({ isTcp: false, gsoSize: 100, packets: 80, last: 100 })).toBe(64)
    expect(most({ gsoSize: 8, packets: 1090, last: 8 })).toBe(1023)
  })

  it("datagrams are left alone where the kernel takes no trains of them", () => {
    addPackets(udpShape)
    const joiner = new Joiner(memory, false)
    joiner.joinsUdp = false
    expect(joinAll(udpShape, joiner)).toBe(0)
  })

  it("a train of one packet is that packet, also after `restore`", () => {
    addPackets({ ...plainShape, packets: 1 })
    const before = Buffer.from(memory.bytes)
    const joiner = new Joiner(memory, false)
    expect(joinAll(plainShape, joiner)).toBe(1)
    joiner.restore()
    expect(before.equals(memory.bytes)).toBe(true)
  })
})

/** Puts right the checksums of a packet whose headers have the lengths of the shape. */
function complete(packet: DataView, s: TrainShape): void {
  const transport = transportAt(s)
  const field = transport + checksumOffsetOf(s)
  const bytes = new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength)
  const network = s.tags === null ? 0 : 14 + s.tags.length * 4
  const length = packet.byteLength - transport
  const addresses = s.isIpv4 ? bytes.subarray(network + 12, network + 20) : bytes.subarray(network + 8, network + 40)
  const rest = Uint8Array.of(length >> 8, length & 255, 0, s.isTcp ? 6 : 17)
  packet.setUint16(field, 0)
  packet.setUint16(field, textbookChecksum(addresses, rest, bytes.subarray(transport)))
  if (!s.isIpv4) return
  packet.setUint16(network + 10, 0)
  packet.setUint16(network + 10, textbookChecksum(bytes.subarray(network, transport)))
}
