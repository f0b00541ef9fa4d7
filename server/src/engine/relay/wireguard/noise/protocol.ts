// The WireGuard protocol's constants, as published: https://www.wireguard.com/papers/wireguard.pdf, sections 5.4 and 6.

export const construction = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
export const identifier = "WireGuard v1 zx2c4 Jason@zx2c4.com"
export const labelMac1 = "mac1----"
export const labelCookie = "cookie--"

export const keySize = 32
export const tagSize = 16
export const macSize = 16
export const cookieSize = 16
export const timestampSize = 12

/** The first word of a message, little-endian: a byte of type and three reserved ones, which are zero. */
export const messageType = { initiation: 1, response: 2, cookieReply: 3, data: 4 } as const
/** Ours, not the protocol's: data sealed with AES-256-GCM, between two Tundecks that agreed on it. Else as data. */
export const aesDataType = 5

/** All in milliseconds of a clock that counts suspend. */
export interface Timers {
  /** The initiator makes new keys when it sends with older ones. */
  rekeyAfter: number
  /** Keys of this age are dead. */
  rejectAfter: number
  /** An unanswered initiation is repeated, and none is sent sooner. */
  rekeyTimeout: number
  /** At most so much by chance on top of it. */
  rekeyJitter: number
  /** Then it is given up. */
  rekeyAttempt: number
  /** Who received and has nothing to say says so. */
  keepalive: number
  cookieRefresh: number
}

export const publishedTimers: Timers = {
  rekeyAfter: 120_000,
  rejectAfter: 180_000,
  rekeyTimeout: 5_000,
  rekeyJitter: 333,
  rekeyAttempt: 90_000,
  keepalive: 10_000,
  cookieRefresh: 120_000,
}

/** A peer's initiations are taken no faster. */
export const initiationsPerSecond = 50

// REKEY_AFTER_MESSAGES = 2^60 and REJECT_AFTER_MESSAGES = 2^64 - 2^13 - 1. Counters are two 32-bit words, kept as signed
// numbers: those are never heap numbers, and doubles end at 2^53.

/** New keys are due after the message with this counter. */
export function isCounterOld(high: number): boolean {
  return high >>> 0 >= 0x1000_0000
}

/** No message may have this counter. */
export function isCounterSpent(low: number, high: number): boolean {
  return high === -1 && low >>> 0 >= 0xffff_dfff
}
