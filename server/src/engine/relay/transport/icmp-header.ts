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
  form: 11,
  number: 12, // of the tunnel, equal on both sides
  payload: 16,
} as const

export const kinds = { packet: 0, bundle: 1 } as const
export const kindMask = 0x7f
/** In the kind. Of a request: direct messages were sent since the last one. Of a reply: direct messages arrive. */
export const directFlag = 0x80

export type Role = "caller" | "listener"

/**
 * A caller's request, a listener's reply, and what a caller sends as a reply that nobody asked for, where such pass: see
 * icmp-direct.ts. A kernel's own reply has the form of the request that it answers.
 */
export const forms = { request: 0, reply: 1, direct: 2 } as const
export type Form = keyof typeof forms

/** What each role takes. */
export const formsFor = { caller: ["reply"], listener: ["request", "direct"] } as const satisfies Record<Role, Form[]>

const types = { 4: { request: 8, reply: 0, direct: 0 }, 6: { request: 128, reply: 129, direct: 129 } } as const
const magic = 0x5444

/** What all messages of one form have in common, as numbers to compare with. */
export interface EchoMark {
  /** Type in the upper byte, code 0 in the lower one. */
  type: number
  /** The word at `echo.magic`, its kind 0. */
  mark: number
  number: number
}

/** All but the kind of the word at `echo.magic`. */
export const markMask = 0xffff00ff

export function echoMark(family: IpFamily, form: Form, number: number): EchoMark {
  return { type: types[family][form] << 8, mark: magic * 0x1_0000 + forms[form], number }
}

/** Writes all 16 bytes, the checksum as 0. `kind` has its flag. */
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
