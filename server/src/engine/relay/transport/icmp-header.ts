import type { IpFamily } from "@tundeck/native-bindings"

/**
 * An ICMP echo message (RFC 792, RFC 4443 section 4) and, as its data, ours: 8 bytes that say whose it is, then one
 * packet or a bundle. docs/wire-format.md.
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
  payload: 16,
} as const

export const kinds = { packet: 0, bundle: 1 } as const

/** Who calls sends requests, who listens sends replies. A kernel's own reply carries the role of the request. */
export const roles = { caller: 0, listener: 1 } as const
export type Role = keyof typeof roles
export const otherRole = { caller: "listener", listener: "caller" } as const

const types = { 4: { caller: 8, listener: 0 }, 6: { caller: 128, listener: 129 } } as const
const magic = 0x5444

/** What all messages of one side have in common, as numbers to compare with. */
export interface EchoMark {
  /** Type in the upper byte, code 0 in the lower one. */
  type: number
  /** The word at `echo.magic`, its kind 0. */
  mark: number
  number: number
}

/** All but the kind of the word at `echo.magic`. */
export const markMask = 0xffff00ff

/** The messages that `role` sends. */
export function echoMark(family: IpFamily, role: Role, number: number): EchoMark {
  return { type: types[family][role] << 8, mark: magic * 0x1_0000 + roles[role], number }
}

/** Writes all 16 bytes, the checksum as 0. */
export function writeEcho(
  view: DataView,
  at: number,
  mark: EchoMark,
  kind: number,
  identifier: number,
  sequence: number,
): void {
  view.setUint16(at + echo.type, mark.type)
  view.setUint16(at + echo.checksum, 0)
  view.setUint16(at + echo.identifier, identifier)
  view.setUint16(at + echo.sequence, sequence)
  view.setUint32(at + echo.magic, mark.mark + kind * 0x100)
  view.setUint32(at + echo.number, mark.number)
}

/** RFC 1071: the checksum of the 16 bytes at `at`, whose own is 0, and of a payload whose big-endian sum is below 2^31. */
export function writeChecksum(view: DataView, at: number, payloadSum: number): void {
  let sum = payloadSum
  for (let i = 0; i < echo.payload; i += 2) sum += view.getUint16(at + i)
  sum = (sum & 0xffff) + (sum >>> 16)
  view.setUint16(at + echo.checksum, ~(sum + (sum >>> 16)) & 0xffff)
}

/** Is the ICMP message of `length` bytes one of those that `mark` describes? */
export function isEcho(view: DataView, at: number, length: number, mark: EchoMark): boolean {
  return (
    length >= echo.payload &&
    view.getUint16(at + echo.type) === mark.type &&
    (view.getUint32(at + echo.magic) & markMask) === mark.mark &&
    view.getUint32(at + echo.number) === mark.number
  )
}
