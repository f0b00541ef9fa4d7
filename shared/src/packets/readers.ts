import { ipv4Text, ipv6Text, macText } from "./address-text.ts"
import type { Reader } from "./field.ts"
import { type Span, u8, u16, u32 } from "./span.ts"
import { hexAt, textAt } from "./text.ts"

// How fields are said in words.

const mostBytesShown = 24

export const decimal: Reader = (span, offset, length) => String(numberAt(span, offset, length))
export const hexadecimal: Reader = (span, offset, length) => `0x${hexAt(span, offset, length)}`
export const ipv4: Reader = (span, offset) => ipv4Text(span, offset)
export const ipv6: Reader = (span, offset) => ipv6Text(span, offset)
export const mac: Reader = (span, offset) => macText(span, offset)
export const utf8: Reader = (span, offset, length) => textAt(span, offset, length)

export const rawBytes: Reader = (span, offset, length) =>
  length > mostBytesShown ? `${hexAt(span, offset, mostBytesShown)}… (${length} bytes)` : hexAt(span, offset, length)

/** Big-endian; exact up to 2^53. */
export function numberAt(span: Span, offset: number, length: number): number {
  if (length === 1) return u8(span, offset)
  if (length === 2) return u16(span, offset)
  if (length === 4) return u32(span, offset)
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + u8(span, offset + index)
  return value
}

/** "64 bytes" */
export function counted(unit: string, factor = 1): Reader {
  return (span, offset, length) => `${numberAt(span, offset, length) * factor} ${unit}`
}

type Names = ReadonlyMap<number, string> | readonly (string | undefined)[]

/** "Echo reply (0)" */
export function named(names: Names, otherwise = "unknown"): Reader {
  return (span, offset, length) => nameText(names, numberAt(span, offset, length), otherwise)
}

export function nameText(names: Names, value: number, otherwise = "unknown"): string {
  const name = "get" in names ? names.get(value) : names[value]
  return `${name || otherwise} (${value})`
}

/** `width` bits of a field of up to 32, the lowest of them `shift` from its end. */
export function bits(shift: number, width: number, say: (value: number) => string = String): Reader {
  return (span, offset, length) => say(Math.floor(numberAt(span, offset, length) / 2 ** shift) % 2 ** width)
}

/** "SYN, ACK (0x12)": the names of the bits that are set, the highest first. */
export function flags(names: readonly (readonly [mask: number, name: string])[], within = 0xffff): Reader {
  return (span, offset, length) => {
    const value = numberAt(span, offset, length) & within
    const set = names.filter(([mask]) => (value & mask) !== 0).map(([, name]) => name)
    return `${set.length > 0 ? set.join(", ") : "none"} (0x${value.toString(16).padStart(length * 2, "0")})`
  }
}
