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

export interface Abilities {
  isEthernet: boolean
  hasFastAes: boolean
}

/** What this end offers. */
export function featuresOf({ isEthernet, hasFastAes }: Abilities): number {
  return feature.trains | feature.probes | (isEthernet ? feature.ethernet : 0) | (hasFastAes ? feature.aes256Gcm : 0)
}
