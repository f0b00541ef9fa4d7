const replacement = 0xfffd

/** The text in UTF-8, at most `limit` bytes and no half character; half a surrogate pair becomes U+FFFD. */
export function utf8(text: string, limit: number): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    const encoded = encode(character.codePointAt(0) ?? replacement)
    if (bytes.length + encoded.length > limit) break
    bytes.push(...encoded)
  }
  return Uint8Array.from(bytes)
}

function encode(point: number): number[] {
  const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f)
  if (point < 0x80) return [point]
  if (point < 0x800) return [0xc0 | (point >> 6), tail(0)]
  if (point >= 0xd800 && point < 0xe000) return encode(replacement)
  if (point < 0x1_0000) return [0xe0 | (point >> 12), tail(6), tail(0)]
  return [0xf0 | (point >> 18), tail(12), tail(6), tail(0)]
}
