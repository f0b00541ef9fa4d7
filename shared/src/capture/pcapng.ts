import type { Direction } from "../model/verdict.ts"
import { OptionWriter, padded, setTime } from "./options.ts"

/**
 * Blocks of a pcapng file, as Wireshark reads it (draft-ietf-opsawg-pcapng), little-endian:
 *
 *   u32 type | u32 length | body, padded to 32 bits | u32 length again
 *
 * A section header comes first, then an interface description for each interface, then packets; statistics may stand
 * anywhere behind their interface. Times are Unix nanoseconds.
 */
const blockType = {
  sectionHeader: 0x0a0d_0d0a,
  interfaceDescription: 1,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const

const option = {
  comment: 1,
  section: { application: 4 },
  interface: { name: 2, description: 3, timeResolution: 9 },
  packet: { flags: 2, dropped: 4, number: 5 },
  statistics: { from: 2, to: 3, received: 4, dropped: 5, delivered: 8 },
} as const

/** LINKTYPE_ETHERNET, and LINKTYPE_RAW: IPv4 or IPv6, by the first four bits. */
const linkType = { ethernet: 1, ip: 101 } as const
const nanoseconds = 9
const directionFlag: Record<Direction, number> = { inbound: 1, outbound: 2 }

export function sectionHeader(application: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(16))
  fixed.setUint32(0, 0x1a2b_3c4d, true)
  fixed.setUint16(4, 1, true) // version 1.0
  fixed.setBigInt64(8, -1n, true) // the section's length is not known beforehand
  return block(blockType.sectionHeader, fixed, none, new OptionWriter().text(option.section.application, application))
}

export interface CapturedInterface {
  name: string
  description: string
  link: "ip" | "ethernet"
  /** Bytes that are kept of a packet; 0: all of them. */
  snapLength: number
  /** Empty: none. */
  comment: string
}

export function interfaceDescription(captured: CapturedInterface): Uint8Array {
  const { name, description, link, snapLength, comment } = captured
  const fixed = new DataView(new ArrayBuffer(8))
  fixed.setUint16(0, linkType[link], true)
  fixed.setUint32(4, snapLength, true)
  const options = new OptionWriter()
    .text(option.interface.name, name)
    .text(option.interface.description, description)
    .uint8(option.interface.timeResolution, nanoseconds)
    .text(option.comment, comment)
  return block(blockType.interfaceDescription, fixed, none, options)
}

export interface CapturedPacket {
  /** Counts the interfaces of the file from 0. */
  interface: number
  time: bigint
  wireLength: number
  bytes: Uint8Array
  direction: Direction
  number: bigint
  /** Lost between the packet before it and this one; 0: none. */
  lost: number
  comment: string
}

export function enhancedPacket(packet: CapturedPacket): Uint8Array {
  const { bytes, lost } = packet
  const fixed = new DataView(new ArrayBuffer(20))
  fixed.setUint32(0, packet.interface, true)
  setTime(fixed, 4, packet.time)
  fixed.setUint32(12, bytes.length, true)
  fixed.setUint32(16, packet.wireLength, true)
  const options = new OptionWriter()
    .uint32(option.packet.flags, directionFlag[packet.direction])
    .uint64(option.packet.number, packet.number)
    .text(option.comment, packet.comment)
  if (lost > 0) options.uint64(option.packet.dropped, BigInt(lost))
  return block(blockType.enhancedPacket, fixed, bytes, options)
}

export interface InterfaceStatistics {
  interface: number
  time: bigint
  /** When what is counted began. */
  from: bigint
  received: number
  /** Of those, how many could not be kept. */
  dropped: number
  /** Of those, how many are in this file. */
  delivered: number
  comment: string
}

export function interfaceStatistics(statistics: InterfaceStatistics): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(12))
  fixed.setUint32(0, statistics.interface, true)
  setTime(fixed, 4, statistics.time)
  const options = new OptionWriter()
    .text(option.comment, statistics.comment)
    .time(option.statistics.from, statistics.from)
    .time(option.statistics.to, statistics.time)
    .uint64(option.statistics.received, BigInt(statistics.received))
    .uint64(option.statistics.dropped, BigInt(statistics.dropped))
    .uint64(option.statistics.delivered, BigInt(statistics.delivered))
  return block(blockType.interfaceStatistics, fixed, none, options)
}

const none = new Uint8Array(0)

function block(type: number, fixed: DataView, body: Uint8Array, options: OptionWriter): Uint8Array {
  const written = options.end()
  const optionsAt = 8 + fixed.byteLength + padded(body.length)
  const out = new Uint8Array(optionsAt + written.length + 4)
  const view = new DataView(out.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, out.length, true)
  out.set(new Uint8Array(fixed.buffer), 8)
  out.set(body, 8 + fixed.byteLength)
  out.set(written, optionsAt)
  view.setUint32(out.length - 4, out.length, true)
  return out
}
