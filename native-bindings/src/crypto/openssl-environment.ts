/**
 * What a process that seals packets is to be started with, OPENSSL_ia32cap(3): OpenSSL leaves AVX512_IFMA alone (leaf 7, EBX
 * bit 21). With it Poly1305 takes 450 ns for each key, and a packet has its own: 1.35 us for 1,420 bytes instead of 0.9, and
 * no less for 64 KB. Who runs Tundeck may set it otherwise. No other platform than x86-64 reads it.
 */
export const opensslEnvironment = { OPENSSL_ia32cap: process.env.OPENSSL_ia32cap ?? ":~0x200000" }
