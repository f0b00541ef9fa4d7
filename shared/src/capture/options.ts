import { utf8 } from "./utf8.ts"

/** Writes the options of a pcapng block (draft-ietf-opsawg-pcapng, 3.5): code, length, value, padded to 32 bits. */
export class OptionWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  /** UTF-8; nothing when it is empty. */
  text(code: number, text: string): this {
    return text === "" ? this : this.bytes(code, utf8(text, longestValue))
  }

  uint8(code: number, value: number): this {
    return this.bytes(code, Uint8Array.of(value))
  }

  uint32(code: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, value, true)
    return this.bytes(code, bytes)
  }

  uint64(code: number, value: bigint): this {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, value, true)
    return this.bytes(code, bytes)
  }

  /** A time as two words, the high one first, whatever the byte order (4.6). */
  time(code: number, nanoseconds: bigint): this {
    const bytes = new Uint8Array(8)
    setTime(new DataView(bytes.buffer), 0, nanoseconds)
    return this.bytes(code, bytes)
  }

  /** At most 65,535 of them. */
  bytes(code: number, value: Uint8Array): this {
    const part = new Uint8Array(4 + padded(value.length))
    const view = new DataView(part.buffer)
    view.setUint16(0, code, true)
    view.setUint16(2, value.length, true)
    part.set(value, 4)
    this.#parts.push(part)
    this.#length += part.length
    return this
  }

  /** With the end-of-options that closes them; nothing when there are none. */
  end(): Uint8Array {
    if (this.#parts.length === 0) return new Uint8Array(0)
    const out = new Uint8Array(this.#length + 4)
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
}

const longestValue = 65_535

export function padded(length: number): number {
  return (length + 3) & ~3
}

export function setTime(view: DataView, at: number, nanoseconds: bigint): void {
  view.setUint32(at, Number(nanoseconds >> 32n), true)
  view.setUint32(at + 4, Number(nanoseconds & 0xffff_ffffn), true)
}
