const keyHex = /^[0-9a-f]{64}$/i
const zeroHex = "0".repeat(64)

/** Base64 of the 32 bytes; null for 32 zeros, which stand for no key; undefined when it is none. */
export function keyOfHex(hex: string): string | null | undefined {
  if (!keyHex.test(hex)) return undefined
  return hex === zeroHex ? null : Buffer.from(hex, "hex").toString("base64")
}

export function hexOfKey(key: string | null): string {
  return key === null ? zeroHex : Buffer.from(key, "base64").toString("hex")
}

/** RFC 7748, section 5: the bits that every X25519 private key has set or cleared. */
export function clampKey(key: string): string {
  const bytes = Buffer.from(key, "base64")
  bytes.writeUInt8(bytes.readUInt8(0) & 248, 0)
  bytes.writeUInt8((bytes.readUInt8(31) & 127) | 64, 31)
  return bytes.toString("base64")
}
