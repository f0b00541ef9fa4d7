import fc from "fast-check"
import type { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import { textbookChecksum } from "./textbook.ts"

/** A flow's train, described: from this both the train and its packets are built, without the code under test. */
export interface TrainShape {
  isTcp: boolean
  isIpv4: boolean
  /** EtherTypes of VLAN tags behind the Ethernet addresses; null on tun. */
  tags: number[] | null
  /** Words of IPv4 options. */
  ipOptions: number
  /** Kinds of IPv6 extension headers. A routing header names the destination that the checksum covers. */
  extensions: number[]
  /** Words of TCP options. */
  tcpOptions: number
  gsoSize: number
  packets: number
  /** Payload bytes of the last packet. */
  last: number
  flags: number
  sequence: number
  id: number
  dontFragment: boolean
  tos: number
  ttl: number
  seed: number
}

export const protocolHeaders = { hopByHop: 0, routing: 43, destination: 60 } as const
const { hopByHop, routing, destination } = protocolHeaders

const anyShape = fc.record({
  isTcp: fc.boolean(),
  isIpv4: fc.boolean(),
  tags: fc.constantFrom<number[] | null>(null, [], [0x8100], [0x88a8], [0x88a8, 0x8100]),
  ipOptions: fc.integer({ min: 0, max: 10 }),
  extensions: fc.constantFrom<number[]>(
    [],
    [hopByHop],
    [destination],
    [routing],
    [hopByHop, destination, routing, destination],
  ),
  tcpOptions: fc.integer({ min: 0, max: 10 }),
  gsoSize: fc.oneof(fc.integer({ min: 8, max: 100 }), fc.integer({ min: 101, max: 1900 })),
  packets: fc.integer({ min: 1, max: 64 }),
  last: fc.integer({ min: 1, max: 1900 }),
  flags: fc.constantFrom(0x10, 0x18, 0x11, 0x90, 0xd9),
  sequence: fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0xfffff000, max: 0xffffffff })),
  id: fc.integer({ min: 0, max: 0xffff }),
  dontFragment: fc.boolean(),
  tos: fc.integer({ min: 0, max: 255 }),
  ttl: fc.integer({ min: 1, max: 255 }),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
})

/** Trains as a kernel may hand them over. */
export const trainShape: fc.Arbitrary<TrainShape> = anyShape.map((shape) => {
  const gsoSize = shape.gsoSize
  const packets = Math.min(shape.packets, Math.floor(64_000 / gsoSize))
  return { ...shape, packets, last: 1 + (shape.last % gsoSize) }
})

/** Those that may also be joined: of plain headers, and two packets at least. */
export const joinableShape: fc.Arbitrary<TrainShape> = trainShape
  .filter((shape) => shape.packets > 1)
  .map((shape) => ({ ...shape, ipOptions: 0, extensions: [], flags: (shape.flags & 8) | 0x10 }))

export const plainShape: TrainShape = {
  isTcp: true,
  isIpv4: true,
  tags: null,
  ipOptions: 0,
  extensions: [],
  tcpOptions: 3,
  gsoSize: 1000,
  packets: 3,
  last: 1000,
  flags: 0x10,
  sequence: 5,
  id: 7,
  dontFragment: true,
  tos: 0,
  ttl: 64,
  seed: 1,
}

export const payloadLength = (s: TrainShape) => (s.packets - 1) * s.gsoSize + s.last
export const linkLength = (s: TrainShape) => (s.tags === null ? 0 : 14 + s.tags.length * 4)
const ipLength = (s: TrainShape) =>
  s.isIpv4 ? 20 + s.ipOptions * 4 : 40 + s.extensions.reduce((sum, kind) => sum + (kind === routing ? 24 : 8), 0)
const transportLength = (s: TrainShape) => (s.isTcp ? 20 + s.tcpOptions * 4 : 8)
export const transportAt = (s: TrainShape) => linkLength(s) + ipLength(s)
export const headerLength = (s: TrainShape) => transportAt(s) + transportLength(s)
export const gsoTypeOfShape = (s: TrainShape) => (s.isTcp ? (s.isIpv4 ? 1 : 4) : 5)
export const checksumOffsetOf = (s: TrainShape) => (s.isTcp ? 16 : 6)

/** The train whole, its checksum open. */
export function trainBytes(s: TrainShape): Uint8Array {
  return build(s, { from: 0, size: payloadLength(s), id: s.id, flags: s.flags, isOpen: true })
}

/** What RFC 791, 8200, 9293 and 768 want of the train's packets, each checksum complete. */
export function packetsOf(s: TrainShape): Uint8Array[] {
  return Array.from({ length: s.packets }, (_, i) => {
    const isLast = i === s.packets - 1
    const flags = s.flags & ~(i === 0 ? 0 : 0x80) & ~(isLast ? 0 : 0x09)
    return build(s, {
      from: i * s.gsoSize,
      size: isLast ? s.last : s.gsoSize,
      id: (s.id + i) & 0xffff,
      flags,
      isOpen: false,
    })
  })
}

/** Puts the train into the memory and appends it to the batch, as a device does. */
export function addTrain(memory: RelayMemory, batch: Batch, at: number, s: TrainShape, peer = 0): number {
  const bytes = trainBytes(s)
  memory.bytes.set(bytes, at)
  const i = batch.add(at, bytes.length, peer)
  batch.gsoType[i] = gsoTypeOfShape(s)
  batch.gsoSize[i] = s.gsoSize
  batch.checksumStart[i] = transportAt(s)
  batch.checksumOffset[i] = checksumOffsetOf(s)
  return i
}

interface Part {
  /** Of the payload. */
  from: number
  size: number
  id: number
  flags: number
  isOpen: boolean
}

function build(s: TrainShape, part: Part): Uint8Array {
  const link = linkLength(s)
  const transport = transportAt(s)
  const header = headerLength(s)
  const bytes = new Uint8Array(header + part.size)
  const view = new DataView(bytes.buffer)
  if (s.tags !== null) writeLink(view, s)
  writeIp(view, link, s, bytes.length - link, part.id)
  view.setUint16(transport, 40_000)
  view.setUint16(transport + 2, 5201)
  if (s.isTcp) {
    view.setUint32(transport + 4, (s.sequence + part.from) >>> 0)
    view.setUint32(transport + 8, s.seed)
    view.setUint8(transport + 12, (5 + s.tcpOptions) << 4)
    view.setUint8(transport + 13, part.flags)
    view.setUint16(transport + 14, 501)
    for (let i = transport + 20; i < header; i++) bytes[i] = (i * 7 + s.seed) & 255
  } else {
    view.setUint16(transport + 4, bytes.length - transport)
  }
  for (let i = 0; i < part.size; i++) bytes[header + i] = ((part.from + i) * 31 + ((part.from + i) >> 8) + s.seed) & 255
  const pseudo = pseudoHeader(bytes, s, bytes.length - transport)
  const checksum = part.isOpen
    ? ~textbookChecksum(pseudo) & 0xffff
    : textbookChecksum(pseudo, bytes.subarray(transport)) || (s.isTcp ? 0 : 0xffff)
  view.setUint16(transport + checksumOffsetOf(s), checksum)
  return bytes
}

function writeLink(view: DataView, s: TrainShape): void {
  for (const [i, byte] of [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1].entries()) view.setUint8(i, byte)
  let at = 12
  for (const tag of s.tags ?? []) {
    view.setUint16(at, tag)
    view.setUint16(at + 2, 7)
    at += 4
  }
  view.setUint16(at, s.isIpv4 ? 0x0800 : 0x86dd)
}

function writeIp(view: DataView, at: number, s: TrainShape, length: number, id: number): void {
  const protocol = s.isTcp ? 6 : 17
  if (s.isIpv4) {
    view.setUint8(at, 0x45 + s.ipOptions)
    view.setUint8(at + 1, s.tos)
    view.setUint16(at + 2, length)
    view.setUint16(at + 4, id)
    view.setUint16(at + 6, s.dontFragment ? 0x4000 : 0)
    view.setUint8(at + 8, s.ttl)
    view.setUint8(at + 9, protocol)
    view.setUint32(at + 12, 0x0a000001)
    view.setUint32(at + 16, 0x0a000002)
    // No operation (RFC 791), as often as it takes.
    for (let i = 20; i < ipLength(s); i++) view.setUint8(at + i, 1)
    view.setUint16(at + 10, textbookChecksum(new Uint8Array(view.buffer, at, ipLength(s))))
    return
  }
  view.setUint32(at, 0x60000007 | (s.tos << 20))
  view.setUint16(at + 4, length - 40)
  view.setUint8(at + 7, s.ttl)
  view.setUint32(at + 8, 0xfd000000)
  view.setUint8(at + 23, 1)
  view.setUint32(at + 24, 0xfd000000)
  view.setUint8(at + 39, 2)
  let nextHeaderAt = at + 6
  let end = at + 40
  for (const kind of s.extensions) {
    view.setUint8(nextHeaderAt, kind)
    nextHeaderAt = end
    if (kind === routing) {
      // RFC 8200 section 4.4: 8 bytes and one address, to be visited yet.
      view.setUint8(end + 1, 2)
      view.setUint8(end + 3, 1)
      view.setUint32(end + 8, 0xfd000000)
      view.setUint8(end + 23, 9)
      end += 24
    } else {
      // PadN of 4 bytes.
      view.setUint8(end + 2, 1)
      view.setUint8(end + 3, 4)
      end += 8
    }
  }
  view.setUint8(nextHeaderAt, protocol)
}

function pseudoHeader(bytes: Uint8Array, s: TrainShape, length: number): Uint8Array {
  const ip = linkLength(s)
  const rest = [length >> 8, length & 255, 0, s.isTcp ? 6 : 17]
  if (s.isIpv4) return Uint8Array.from([...bytes.subarray(ip + 12, ip + 20), ...rest])
  const last = s.extensions.includes(routing) ? 9 : 2
  return Uint8Array.from([...bytes.subarray(ip + 8, ip + 39), last, ...rest])
}
