import { formatIpAddress, parseIpAddress } from "./ip-address.ts"

/** Network order bytes and a length in bits: `10.0.0.0/8`. */
export type Prefix = { bytes: Uint8Array; length: number }

/** An address, a slash and a length. Bits beyond the length are kept: whether they may be set is the kernel's to say. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const bytes = parseIpAddress(match?.[1] ?? "")
  const length = Number(match?.[2])
  if (bytes === undefined || length > bytes.length * 8) return
  return { bytes, length }
}

export function formatPrefix({ bytes, length }: Prefix): string {
  return `${formatIpAddress(bytes)}/${length}`
}
