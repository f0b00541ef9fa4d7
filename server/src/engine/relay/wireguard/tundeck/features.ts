/** What a Tundeck can do inside a session, as bits of its hello. docs/wire-format.md. */
export const feature = {
  /** Segment trains and packets whose checksum is open, in envelopes. */
  trains: 1,
  /** AES-256-GCM for messages with packets; its CPU does that faster than ChaCha20-Poly1305. */
  aes256Gcm: 2,
  /** Its tunnel carries Ethernet frames, in envelopes. */
  ethernet: 4,
  /** Answers probes. */
  probes: 8,
} as const

/** What may be withheld from peers that could have it. */
export const withholdable = {
  trains: feature.trains,
  "aes-256-gcm": feature.aes256Gcm,
  probes: feature.probes,
} as const

export interface Abilities {
  isEthernet: boolean
  hasFastAes: boolean
  /** Bits of `feature` that are not offered all the same. */
  withheld: number
}

/** What this end offers. */
export function featuresOf({ isEthernet, hasFastAes, withheld }: Abilities): number {
  const able =
    feature.trains | feature.probes | (isEthernet ? feature.ethernet : 0) | (hasFastAes ? feature.aes256Gcm : 0)
  return able & ~withheld
}
