const pattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i

/** Six bytes of `02:00:5e:10:00:01`; undefined for anything else. */
export function parseMacAddress(text: string): Uint8Array | undefined {
  if (!pattern.test(text)) return
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16))
}

export function formatMacAddress(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":")
}
