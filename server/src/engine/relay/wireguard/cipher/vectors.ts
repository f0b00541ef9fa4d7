import type { CipherKind } from "./cipher.ts"

/** A published answer without additional data, whose nonce begins with 32 zero bits. Bytes are hexadecimal. */
export interface CipherVector {
  source: string
  kind: CipherKind
  key: string
  counterLow: number
  counterHigh: number
  plaintext: string
  ciphertext: string
  /** Null: the source's tag is over additional data, too. */
  tag: string | null
}

const zeros = (bytes: number) => "00".repeat(bytes)
const first = { counterLow: 0, counterHigh: 0 }

export const cipherVectors: readonly CipherVector[] = [
  {
    source: "RFC 8439, appendix A.5, of which the first 64 bytes",
    kind: "chacha20-poly1305",
    key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
    counterLow: 0x04030201,
    counterHigh: 0x08070605,
    plaintext: Buffer.from("Internet-Drafts are draft documents valid for a maximum of six m").toString("hex"),
    ciphertext:
      "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf",
    tag: null,
  },
  {
    source: "the Linux kernel's own test of the cipher: nothing, sealed",
    kind: "chacha20-poly1305",
    key: "4cf5968338e6ae7f2d292576d5752786919a277afb46c5ef9481795714594068",
    counterLow: 0x7133bfca,
    counterHigh: 0x8e774532,
    plaintext: "",
    ciphertext: "",
    tag: "eae01e9e2c91aae1db5d993f8af76992",
  },
  {
    source: "golang.org/x/crypto, its test of Poly1305 over a zero key and nonce: nothing, sealed",
    kind: "chacha20-poly1305",
    key: zeros(32),
    ...first,
    plaintext: "",
    ciphertext: "",
    tag: "4eb972c9a8fb3a1b382bb4d36f5ffad1",
  },
  {
    source: "GCM's specification for NIST, test case 13",
    kind: "aes-256-gcm",
    key: zeros(32),
    ...first,
    plaintext: "",
    ciphertext: "",
    tag: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    source: "GCM's specification for NIST, test case 14",
    kind: "aes-256-gcm",
    key: zeros(32),
    ...first,
    plaintext: zeros(16),
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
]
