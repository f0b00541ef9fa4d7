import { timingSafeEqual } from "node:crypto"
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { mac } from "./blake2s.ts"
import type { StaticKey } from "./keys.ts"
import { cookieReplyAt, cookieReplySize, setWord, viewCookieReply, viewMacs, wordOf } from "./messages.ts"
import { keySize, messageType } from "./protocol.ts"

// Sections 5.4.4 and 5.4.7 of the paper: mac1 shows that the sender knows whom it calls, mac2 that it receives at its address.

/** True: mac1 of an initiation or response to the owner of `ours` is right. */
export function hasMac1(message: Uint8Array, ours: StaticKey): boolean {
  const { beforeMac1, mac1 } = viewMacs(message)
  return timingSafeEqual(mac(ours.mac1Key, beforeMac1), mac1)
}

/** Whoever answers: makes cookies, and knows them again. */
export class CookieMaker {
  readonly #random: (bytes: Uint8Array) => void
  readonly #refreshMs: number
  readonly #secret = new Uint8Array(keySize)
  #secretSince = Number.NEGATIVE_INFINITY

  constructor(random: (bytes: Uint8Array) => void, refreshMs: number) {
    this.#random = random
    this.#refreshMs = refreshMs
  }

  /** True: mac2 is that of a cookie sent to this address and port since the secret changed. */
  hasMac2(message: Uint8Array, address: Uint8Array, port: number, now: number): boolean {
    const { beforeMac2, mac2 } = viewMacs(message)
    return timingSafeEqual(mac(this.#cookie(address, port, now), beforeMac2), mac2)
  }

  /** The reply to an initiation or response. `ours`: to whom that was sent. */
  reply(message: Uint8Array, ours: StaticKey, address: Uint8Array, port: number, now: number): Uint8Array {
    const reply = new Uint8Array(cookieReplySize)
    const field = viewCookieReply(reply)
    setWord(reply, cookieReplyAt.type, messageType.cookieReply)
    setWord(reply, cookieReplyAt.receiver, wordOf(message, senderAt))
    this.#random(field.nonce)
    const cookie = this.#cookie(address, port, now)
    field.cookie.set(xchacha20poly1305(ours.cookieKey, field.nonce, viewMacs(message).mac1).encrypt(cookie))
    return reply
  }

  end(): void {
    this.#secret.fill(0)
    this.#secretSince = Number.NEGATIVE_INFINITY
  }

  #cookie(address: Uint8Array, port: number, now: number): Uint8Array {
    if (now - this.#secretSince >= this.#refreshMs) {
      this.#random(this.#secret)
      this.#secretSince = now
    }
    const source = new Uint8Array(address.length + 2)
    source.set(address)
    source[address.length] = port >>> 8
    source[address.length + 1] = port
    return mac(this.#secret, source)
  }
}

/** The sender's index stands at the same place in both handshake messages. */
const senderAt = 4

/** Whoever sends to one peer: makes macs, and keeps the cookie that the peer sent. */
export class CookieJar {
  readonly #peer: StaticKey
  readonly #refreshMs: number
  readonly #cookie = new Uint8Array(16)
  #cookieSince = Number.NEGATIVE_INFINITY
  /** Of the message sent last; null once a cookie came for it. */
  #mac1: Uint8Array | null = null

  constructor(peer: StaticKey, refreshMs: number) {
    this.#peer = peer
    this.#refreshMs = refreshMs
  }

  /** Completes an initiation or response to the peer. */
  writeMacs(message: Uint8Array, now: number): void {
    const { beforeMac1, mac1, beforeMac2, mac2 } = viewMacs(message)
    mac1.set(mac(this.#peer.mac1Key, beforeMac1))
    this.#mac1 = Uint8Array.from(mac1)
    if (now - this.#cookieSince < this.#refreshMs) mac2.set(mac(this.#cookie, beforeMac2))
  }

  /** Keeps the cookie for the next message. False: it is no answer to the last one. */
  take(reply: Uint8Array, now: number): boolean {
    if (this.#mac1 === null) return false
    const { nonce, cookie } = viewCookieReply(reply)
    try {
      this.#cookie.set(xchacha20poly1305(this.#peer.cookieKey, nonce, this.#mac1).decrypt(cookie))
    } catch {
      return false
    }
    this.#cookieSince = now
    this.#mac1 = null
    return true
  }

  end(): void {
    this.#cookie.fill(0)
    this.#cookieSince = Number.NEGATIVE_INFINITY
    this.#mac1 = null
  }
}
