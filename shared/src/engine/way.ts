import type { Direction } from "../model/verdict.ts"

/** A byte of each record of a packet, in rings and streams: bit 0 is its direction (0 outbound, 1 inbound), bit 1 says that a person made it up. */
export const injectedBit = 2

export interface Way {
  direction: Direction
  /** It came neither from the device nor from a peer: it was injected. */
  injected: boolean
}

export function wayOf(byte: number): Way {
  return { direction: (byte & 1) === 0 ? "outbound" : "inbound", injected: (byte & injectedBit) !== 0 }
}

export function wayByte({ direction, injected }: Way): number {
  return (direction === "outbound" ? 0 : 1) | (injected ? injectedBit : 0)
}
