import { type Arena, createArena, ioVector } from "@tundeck/native-bindings"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { completeChecksum, fold, sumBytes } from "./checksum.ts"
import { Train } from "./coalesce.ts"
import { splitTrain } from "./split.ts"
import { gsoType, needsChecksum, virtioHeader } from "./virtio-header.ts"

interface TrainShape {
  isIpv4: boolean
  /** Bytes of the Ethernet header: none on tun, 18 with a VLAN tag. */
  link: 0 | 14 | 18
  optionWords: number
  payload: number
  mss: number
  flags: number
  sequence: number
}

const shape = fc.record<TrainShape>({
  isIpv4: fc.boolean(),
  link: fc.constantFrom(0, 14, 18),
  optionWords: fc.integer({ min: 0, max: 10 }),
  payload: fc.integer({ min: 1, max: 20_000 }),
  mss: fc.integer({ min: 100, max: 1900 }),
  flags: fc.constantFrom(0x10, 0x18),
  sequence: fc.integer({ min: 0, max: 0xffffffff }),
})

const headerOf = ({ isIpv4, link, optionWords }: TrainShape) => link + (isIpv4 ? 20 : 40) + 20 + optionWords * 4

/** One big segment as the kernel hands it over: IP length whole, TCP checksum not yet computed. */
function bigSegment(s: TrainShape): Uint8Array {
  const link = s.link
  const ip = s.isIpv4 ? 20 : 40
  const bytes = new Uint8Array(headerOf(s) + s.payload)
  const view = new DataView(bytes.buffer)
  if (link > 0) {
    bytes.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1])
    if (link === 18) view.setUint32(12, 0x8100_0007)
    view.setUint16(link - 2, s.isIpv4 ? 0x0800 : 0x86dd)
  }
  if (s.isIpv4) {
    bytes.set([0x45, 0, 0, 0, 0x12, 0xff, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], link)
    view.setUint16(link + 2, bytes.length - link)
  } else {
    bytes.set([0x60, 0, 0, 7, 0, 0, 6, 64, 0xfd, ...new Array(14).fill(0), 1, 0xfd, ...new Array(14).fill(0), 2], link)
    view.setUint16(link + 4, bytes.length - link - 40)
  }
  const tcp = link + ip
  view.setUint16(tcp, 40_000)
  view.setUint16(tcp + 2, 5201)
  view.setUint32(tcp + 4, s.sequence)
  view.setUint32(tcp + 8, 77)
  view.setUint8(tcp + 12, (5 + s.optionWords) << 4)
  view.setUint8(tcp + 13, s.flags)
  view.setUint16(tcp + 14, 501)
  for (let i = tcp + 20; i < bytes.length; i++) bytes[i] = (i * 31 + s.sequence) & 255
  return bytes
}

/** The textbook checksum: big-endian words, one at a time. 0 when what it covers carries its own right checksum. */
function textbookChecksum(...parts: Uint8Array[]): number {
  let sum = 0
  for (const part of parts) for (let i = 0; i < part.length; i += 2) sum += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function pseudoHeader(packet: Uint8Array, isIpv4: boolean, length: number): Uint8Array {
  const addresses = isIpv4 ? packet.subarray(12, 20) : packet.subarray(8, 40)
  return Uint8Array.from([...addresses, 0, 0, length >> 8, length & 255, 0, 6])
}

function split(s: TrainShape): { out: Arena; frames: { at: number; length: number }[] } {
  const from = createArena(70_000)
  const big = bigSegment(s)
  from.bytes.set(big)
  const out = createArena(400_000)
  const end = splitTrain(from, 0, big.length, s.link > 0, s.mss, out, 0)
  const frames = []
  for (let at = 0; at < end; at += 2 + out.view.getUint16(at))
    frames.push({ at: at + 2, length: out.view.getUint16(at) })
  return { out, frames }
}

describe("splitTrain", () => {
  it("each packet is whole by itself: lengths, ids, sequence, flags and checksums", () => {
    fc.assert(
      fc.property(shape, (s) => {
        const { out, frames } = split(s)
        const link = s.link
        const ip = s.isIpv4 ? 20 : 40
        expect(frames).toHaveLength(Math.ceil(s.payload / s.mss))
        frames.forEach(({ at, length }, i) => {
          const isLast = i === frames.length - 1
          const packet = out.bytes.subarray(at + link, at + length)
          const view = new DataView(out.bytes.buffer, at + link, packet.length)
          expect(length).toBe(headerOf(s) + (isLast ? s.payload - i * s.mss : s.mss))
          if (s.isIpv4) {
            expect(view.getUint16(2)).toBe(packet.length)
            expect(view.getUint16(4)).toBe((0x12ff + i) & 0xffff)
            expect(textbookChecksum(packet.subarray(0, 20))).toBe(0)
          } else {
            expect(view.getUint16(4)).toBe(packet.length - 40)
          }
          expect(view.getUint32(ip + 4)).toBe((s.sequence + i * s.mss) >>> 0)
          expect(view.getUint8(ip + 13)).toBe(isLast ? s.flags : s.flags & ~8)
          expect(textbookChecksum(pseudoHeader(packet, s.isIpv4, packet.length - ip), packet.subarray(ip))).toBe(0)
        })
      }),
      { numRuns: 200 },
    )
  })

  it("CWR stays on the first alone, FIN and PSH on the last alone", () => {
    const { out, frames } = split({
      isIpv4: true,
      link: 0,
      optionWords: 3,
      payload: 3000,
      mss: 1000,
      flags: 0x99,
      sequence: 1,
    })
    expect(frames.map(({ at }) => out.bytes[at + 33])).toEqual([0x90, 0x10, 0x19])
  })

  it.each([
    ["no segment size", { mss: 0 }],
    ["IP options", { first: 0x46 }],
    ["a fragment", { fragment: 0x20 }],
    ["a data offset past the end", { dataOffset: 0xf0, payload: 1 }],
    ["another protocol", { protocol: 17 }],
  ])(
    "%s: not cut",
    (_, change: {
      mss?: number
      first?: number
      fragment?: number
      dataOffset?: number
      protocol?: number
      payload?: number
    }) => {
      const s: TrainShape = {
        isIpv4: true,
        link: 0,
        optionWords: 0,
        payload: change.payload ?? 3000,
        mss: change.mss ?? 1000,
        flags: 0x10,
        sequence: 1,
      }
      const from = createArena(70_000)
      const big = bigSegment(s)
      from.bytes.set(big)
      if (change.first !== undefined) from.bytes[0] = change.first
      if (change.fragment !== undefined) from.bytes[6] = change.fragment
      if (change.protocol !== undefined) from.bytes[9] = change.protocol
      if (change.dataOffset !== undefined) from.bytes[32] = change.dataOffset
      expect(splitTrain(from, 0, big.length, false, s.mss, createArena(400_000), 0)).toBe(-1)
    },
  )

  it("what would not fit is not cut", () => {
    const from = createArena(70_000)
    const big = bigSegment({
      isIpv4: true,
      link: 0,
      optionWords: 0,
      payload: 3000,
      mss: 100,
      flags: 0x10,
      sequence: 1,
    })
    from.bytes.set(big)
    expect(splitTrain(from, 0, big.length, false, 100, createArena(4000), 0)).toBe(-1)
  })
})

/** What the kernel would get of the iovecs: the virtio header, and the bytes of the packet. */
function written(train: Train, scratch: Arena): { header: DataView; bytes: Uint8Array } {
  const table = train.vectors
  const pointer = (at: number) => table.getUint32(at, true) + table.getUint32(at + 4, true) * 2 ** 32
  const bytes: number[] = []
  for (let i = 1; i < train.count; i++) {
    const at = pointer(i * ioVector.size) - scratch.address
    bytes.push(...scratch.bytes.subarray(at, at + table.getUint32(i * ioVector.size + ioVector.length, true)))
  }
  return { header: new DataView(table.buffer, pointer(0) - train.address), bytes: Uint8Array.from(bytes) }
}

describe("Train", () => {
  it("what was cut joins to the same bytes, and the packets stay as they came", () => {
    fc.assert(
      fc.property(shape, (s) => {
        fc.pre(Math.ceil(s.payload / s.mss) <= 128)
        const { out, frames } = split(s)
        const before = out.bytes.slice()
        const train = new Train(out, s.link > 0)
        const joined = frames.map(({ at, length }, i) => (i === 0 ? train.begin(at, length) : train.join(at, length)))
        expect(joined.every(Boolean)).toBe(true)
        train.finish()
        const { header, bytes } = written(train, out)
        const big = bigSegment(s)
        const link = s.link
        const tcp = link + (s.isIpv4 ? 20 : 40)
        const expected = big.slice()
        const view = new DataView(expected.buffer)
        if (s.isIpv4) view.setUint16(link + 10, textbookChecksum(expected.subarray(link, link + 20)))
        // The checksum field holds the pseudo header's sum, not complemented.
        view.setUint16(
          tcp + 16,
          ~textbookChecksum(pseudoHeader(big.subarray(link), s.isIpv4, big.length - tcp)) & 0xffff,
        )
        expect(Buffer.from(bytes).equals(Buffer.from(expected))).toBe(true)
        expect(header.getUint8(virtioHeader.flags)).toBe(needsChecksum)
        expect(header.getUint8(virtioHeader.gsoType)).toBe(s.isIpv4 ? gsoType.tcp4 : gsoType.tcp6)
        expect(header.getUint16(virtioHeader.headerLength, true)).toBe(headerOf(s))
        expect(header.getUint16(virtioHeader.gsoSize, true)).toBe(Math.min(s.mss, s.payload))
        train.restore()
        expect(Buffer.from(out.bytes).equals(Buffer.from(before))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  const plain: TrainShape = {
    isIpv4: true,
    link: 0,
    optionWords: 3,
    payload: 3000,
    mss: 1000,
    flags: 0x10,
    sequence: 5,
  }

  it.each([
    ["another TTL", 8, 63],
    ["another type of service", 1, 2],
    ["no DF", 6, 0],
    ["another source port", 20, 9],
    ["another sequence number", 27, 9],
    ["another acknowledgement", 31, 9],
    ["RST", 33, 0x14],
    ["URG", 33, 0x30],
    ["another window", 35, 9],
    ["other options", 40, 9],
    ["a wrong checksum", 60, 9],
    ["another destination", 19, 9],
    ["a length that is not the packet's", 3, 9],
  ])("%s: not joined", (_, offset, value) => {
    const { out, frames } = split(plain)
    const [first, second] = frames
    if (first === undefined || second === undefined) throw new Error("no frames")
    const train = new Train(out, false)
    expect(train.begin(first.at, first.length)).toBe(true)
    out.bytes[second.at + offset] = value
    expect(train.join(second.at, second.length)).toBe(false)
  })

  it("PSH and a shorter packet end a train", () => {
    const { out, frames } = split({ ...plain, payload: 2500, flags: 0x18 })
    const [a, b, c] = frames
    if (a === undefined || b === undefined || c === undefined) throw new Error("no frames")
    const train = new Train(out, false)
    train.begin(a.at, a.length)
    train.join(b.at, b.length)
    expect(train.join(c.at, c.length)).toBe(true)
    expect(train.join(b.at, b.length)).toBe(false)
  })

  it("a bare acknowledgement, a SYN and a short packet begin none", () => {
    const { out, frames } = split({ ...plain, flags: 0x10 })
    const [first] = frames
    if (first === undefined) throw new Error("no frames")
    const train = new Train(out, false)
    for (let length = 0; length < 52; length++) expect(train.begin(first.at, length)).toBe(false)
    out.bytes[first.at + 33] = 2
    expect(train.begin(first.at, first.length)).toBe(false)
  })
})

it("sums agree with the textbook for every length and alignment", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 9 }), (bytes, offset) => {
      const memory = new Uint8Array(bytes.length + offset)
      memory.set(bytes, offset)
      const folded = fold(sumBytes(new DataView(memory.buffer), offset, bytes.length))
      const swapped = ((folded & 255) << 8) | (folded >> 8)
      expect(~swapped & 0xffff).toBe(textbookChecksum(bytes))
    }),
  )
})

it("a checksum that is to be completed outside of the packet is refused", () => {
  const view = new DataView(new ArrayBuffer(40))
  expect(completeChecksum(view, 0, 40, 20, 6)).toBe(true)
  expect(completeChecksum(view, 0, 40, 20, 19)).toBe(false)
  expect(completeChecksum(view, 0, 40, 65_535, 65_535)).toBe(false)
})
