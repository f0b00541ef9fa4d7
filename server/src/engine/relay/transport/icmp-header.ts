import type { IpFamily } from "@tundeck/native-bindings"

/**
 * An ICMP echo message (RFC 792, RFC 4443 section 4) and, as its data, ours: 8 bytes that say whose it is, then the
 * packet. docs/wire-format.md.
 */
export const echo = {
  type: 0,
  code: 1,
  checksum: 2,
  identifier: 4,
  sequence: 6,
  magic: 8, // "TD"
  kind: 10,
  role: 11,
  number: 12, // of the tunnel, equal on both sides
  packet: 16,
} as const

export const echoTypes = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const

/** Who calls sends requests, who listens sends replies. A kernel's own reply carries the role of the request. */
export const roles = { caller: 0, listener: 1 } as const
export type Role = keyof typeof roles

const magic = 0x5444

/** What the messages of one side have in common, as numbers to compare with. */
export interface EchoMark {
  /** Type and code. */
  type: number
  /** Magic and role, with the kind as 0. */
  mark: number
  number: number
}

/** All but magic and role of the word at `echo.magic`. */
export const markMask = 0xffff00ff

/** The messages that `role` sends. */
export function echoMark(family: IpFamily, role: Role, number: number): EchoMark {
  const types = echoTypes[family]
  const type = role === "caller" ? types.request : types.reply
  return { type: type << 8, mark: magic * 0x1_0000 + roles[role], number }
}

/** Writes all 16 bytes, the checksum as 0. */
export function writeEcho(view: DataView, at: number, mark: EchoMark, identifier: number, sequence: number): void {
  view.setUint16(at + echo.type, mark.type)
  view.setUint16(at + echo.checksum, 0)
  view.setUint16(at + echo.identifier, identifier)
  view.setUint16(at + echo.sequence, sequence)
  view.setUint32(at + echo.magic, mark.mark)
  view.setUint32(at + echo.number, mark.number)
}

/** The sum (RFC 1071) of what `writeEcho` wrote, big-endian and unfolded: below 2^19. */
export function sumEcho(mark: EchoMark, identifier: number, sequence: number): number {
  const { number } = mark
  return (
    mark.type + identifier + sequence + (mark.mark >>> 16) + (mark.mark & 0xffff) + (number >>> 16) + (number & 0xffff)
  )
}

/** Is the ICMP message of `length` bytes one of those? */
export function isEcho(view: DataView, at: number, length: number, mark: EchoMark): boolean {
  return (
    length >= echo.packet &&
    view.getUint16(at + echo.type) === mark.type &&
    (view.getUint32(at + echo.magic) & markMask) === mark.mark &&
    view.getUint32(at + echo.number) === mark.number
  )
}
