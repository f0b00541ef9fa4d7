import type { Field } from "../packets/field.ts"
import { printable } from "../packets/printable.ts"
import { packetSpan } from "../packets/span.ts"
import { textAt } from "../packets/text.ts"

/** Bytes of a call, in the machine's own order: little-endian on both that Tundeck runs on. */
export interface Part {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** From the call's first byte; never beyond its last. */
  readonly start: number
  readonly end: number
  /** Of interfaces, by index. */
  readonly names: ReadonlyMap<number, string>
}

/** Says in words what `length` bytes at `at` are; both from the call's first byte. */
export type Read = (part: Part, at: number, length: number) => string

/** The members of a structure, in their order. */
export type Members = readonly (readonly [name: string, offset: number, length: number, read: Read])[]

export function wholePart(bytes: Uint8Array, names: ReadonlyMap<number, string> = new Map()): Part {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { bytes, view, start: 0, end: bytes.length, names }
}

export function within(part: Part, start: number, end = part.end): Part {
  const from = Math.min(Math.max(start, part.start), part.end)
  return { ...part, start: from, end: Math.max(from, Math.min(end, part.end)) }
}

export function lengthOf({ start, end }: Part): number {
  return end - start
}

/** A field that is all of `part`. */
export function whole(part: Part, name: string, text: string, children: readonly Field[] = []): Field {
  const one = { name, text, start: part.start, length: lengthOf(part) }
  return children.length > 0 ? { ...one, children } : one
}

/** The members that are there; the last field then says what is missing. */
export function members(part: Part, table: Members): Field[] {
  const found: Field[] = []
  for (const [name, offset, length, read] of table) {
    const at = part.start + offset
    if (at + length > part.end) return [...found, whole(within(part, at), "Cut short", `${length} bytes are due here`)]
    found.push({ name, text: read(part, at, length), start: at, length })
  }
  return found
}

export const u8: Read = ({ view }, at) => String(view.getUint8(at))
export const u16: Read = ({ view }, at) => String(view.getUint16(at, true))
export const u32: Read = ({ view }, at) => String(view.getUint32(at, true))
export const s32: Read = ({ view }, at) => String(view.getInt32(at, true))
export const unused: Read = () => "unused"

export const hex: Read = ({ bytes }, at, length) => hexOf(bytes.subarray(at, at + length))

const mostBytesShown = 24

function hexOf(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, mostBytesShown)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return bytes.length > mostBytesShown ? `${shown}… (${bytes.length} bytes)` : shown
}

/** "7 (tun0)" */
export const interfaceIndex: Read = ({ view, names }, at) => {
  const index = view.getInt32(at, true)
  const name = names.get(index)
  return name === undefined ? String(index) : `${index} (${printable(name)})`
}

export const macAddress: Read = ({ bytes }, at, length) =>
  [...bytes.subarray(at, at + length)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")

/** Up to the first zero, safe to be shown. */
export const text: Read = ({ bytes }, at, length) => printable(textOf(bytes.subarray(at, at + length)))

export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const length = end < 0 ? bytes.length : end
  return textAt(packetSpan(bytes, bytes.length), 0, length)
}

type Names = Readonly<Record<number, string>>

/** "RTM_NEWLINK (16)" */
export function named(names: Names, read: Read): Read {
  return (part, at, length) => {
    const value = read(part, at, length)
    return `${names[Number(value)] ?? "unknown"} (${value})`
  }
}

/** "IFF_TUN | IFF_NO_PI (0x1001)" */
export function flags(names: readonly (readonly [mask: number, name: string])[], read: Read): Read {
  return (part, at, length) => {
    const value = Number(read(part, at, length))
    const set = names.filter(([mask]) => (value & mask) === mask).map(([, name]) => name)
    const number = `0x${value.toString(16)}`
    return set.length === 0 ? number : `${set.join(" | ")} (${number})`
  }
}
