// linux/netlink.h: struct nlattr { u16 nla_len; u16 nla_type }, then the value, padded to 4 bytes (NLA_ALIGNTO).
// Integers are in host order, and both of our hosts are little-endian.
const at = { length: 0, type: 2, value: 4 } as const
const typeMask = 0x3fff // NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER
const nestedFlag = 0x8000 // NLA_F_NESTED

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function align4(length: number): number {
  return (length + 3) & ~3
}

/** Puts parts one after the other. `undefined` stands for an attribute that is not wanted. */
export function concatenate(parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  const present = parts.filter((part) => part !== undefined)
  const bytes = new Uint8Array(present.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of present) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** One attribute with its padding, ready to be concatenated. */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  const length = at.value + value.length
  const bytes = new Uint8Array(align4(length))
  const view = viewOf(bytes)
  view.setUint16(at.length, length, true)
  view.setUint16(at.type, type, true)
  bytes.set(value, at.value)
  return bytes
}

export function u32Attribute(type: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value, true)
  return attribute(type, bytes)
}

/** With the closing zero that the kernel's NLA_STRING attributes have. */
export function textAttribute(type: number, text: string): Uint8Array {
  return attribute(type, new TextEncoder().encode(`${text}\0`))
}

export function nestedAttribute(type: number, ...children: (Uint8Array | undefined)[]): Uint8Array {
  return attribute(type | nestedFlag, concatenate(children))
}

/** The attribute of a value that may be absent. */
export function optional<T>(value: T | undefined, encode: (value: T) => Uint8Array): Uint8Array | undefined {
  return value === undefined ? undefined : encode(value)
}

/** Values by type; of a repeated type the last counts. Ends at the first attribute that does not fit. */
export function readAttributes(bytes: Uint8Array): Attributes {
  const view = viewOf(bytes)
  const values = new Map<number, Uint8Array>()
  let offset = 0
  while (offset + at.value <= bytes.length) {
    const length = view.getUint16(offset + at.length, true)
    if (length < at.value || offset + length > bytes.length) break
    values.set(view.getUint16(offset + at.type, true) & typeMask, bytes.subarray(offset + at.value, offset + length))
    offset += align4(length)
  }
  return new Attributes(values)
}

/** A checked view: what is absent or too short is undefined. */
export class Attributes {
  readonly #values: ReadonlyMap<number, Uint8Array>

  constructor(values: ReadonlyMap<number, Uint8Array>) {
    this.#values = values
  }

  bytes(type: number): Uint8Array | undefined {
    return this.#values.get(type)
  }

  u8(type: number): number | undefined {
    return this.#values.get(type)?.[0]
  }

  u32(type: number): number | undefined {
    const value = this.#values.get(type)
    return value === undefined || value.length < 4 ? undefined : viewOf(value).getUint32(0, true)
  }

  text(type: number): string | undefined {
    const value = this.#values.get(type)
    if (value === undefined) return undefined
    const end = value.indexOf(0)
    return new TextDecoder().decode(end < 0 ? value : value.subarray(0, end))
  }

  nested(type: number): Attributes {
    return readAttributes(this.#values.get(type) ?? new Uint8Array())
  }
}
