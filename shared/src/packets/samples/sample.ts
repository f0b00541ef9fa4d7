import type { LinkType, PacketFacts } from "../facts.ts"

/** A known packet and what is to be said of it; tshark 4.0 reads addresses, protocol and ports the same way. */
export interface Sample {
  readonly name: string
  readonly link: LinkType
  /** Blanks are for the eye. */
  readonly hex: string
  readonly facts: PacketFacts
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16))
}
