export const keys = {
  title: "Key of this tunnel",
  note: "Peers know it by its public key. The private key stays on this host and is never shown.",
  publicKey: "the public key",
} as const
