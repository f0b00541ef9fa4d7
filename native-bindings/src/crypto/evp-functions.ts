import { declare } from "../libc/library.ts"

/** Of OpenSSL 3's EVP (openssl/evp.h), what sealing and opening needs. Each call answers 1, or 0 and less when it failed. */
export interface EvpFunctions {
  newContext(): number
  freeContext(context: number): void
  ciphers: Record<"chacha20-poly1305" | "aes-256-gcm", () => number>
  /** `cipher` and `key` may be 0: the context keeps what it has. */
  sealInitialize(context: number, cipher: number, key: number, nonce: number, parameters: number): number
  openInitialize(context: number, cipher: number, key: number, nonce: number, parameters: number): number
  sealUpdate(context: number, to: number, writtenAddress: number, from: number, length: number): number
  openUpdate(context: number, to: number, writtenAddress: number, from: number, length: number): number
  sealFinal(context: number, to: number, writtenAddress: number): number
  openFinal(context: number, to: number, writtenAddress: number): number
  getParameters(context: number, parameters: number): number
}

/**
 * OpenSSL as this process has it: inside of the node binary, or as the libcrypto that it loaded. Undefined where a function
 * is missing.
 */
export function findEvp(find: typeof declare = declare): EvpFunctions | undefined {
  const initialize = ["uintptr_t", "uintptr_t", "uintptr_t", "uintptr_t", "uintptr_t"]
  const update = ["uintptr_t", "uintptr_t", "uintptr_t", "uintptr_t", "int"]
  const final = ["uintptr_t", "uintptr_t", "uintptr_t"]
  try {
    return {
      newContext: find("EVP_CIPHER_CTX_new", "uintptr_t", []),
      freeContext: find("EVP_CIPHER_CTX_free", "void", ["uintptr_t"]),
      ciphers: {
        "chacha20-poly1305": find("EVP_chacha20_poly1305", "uintptr_t", []),
        "aes-256-gcm": find("EVP_aes_256_gcm", "uintptr_t", []),
      },
      sealInitialize: find("EVP_EncryptInit_ex2", "int", initialize),
      openInitialize: find("EVP_DecryptInit_ex2", "int", initialize),
      sealUpdate: find("EVP_EncryptUpdate", "int", update),
      openUpdate: find("EVP_DecryptUpdate", "int", update),
      sealFinal: find("EVP_EncryptFinal_ex", "int", final),
      openFinal: find("EVP_DecryptFinal_ex", "int", final),
      getParameters: find("EVP_CIPHER_CTX_get_params", "int", ["uintptr_t", "uintptr_t"]),
    }
  } catch {
    return undefined
  }
}
