// Many hosts that a WireGuard responder knows and that all call it at once, driven by hand: they take responses and cookies, and call again.
import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { CookieJar } from "../../server/src/engine/relay/wireguard/noise/cookies.ts"
import { writeInitiation } from "../../server/src/engine/relay/wireguard/noise/initiation.ts"
import { Identity, StaticKey } from "../../server/src/engine/relay/wireguard/noise/keys.ts"
import {
  cookieReplyAt,
  cookieReplySize,
  responseAt,
  responseSize,
  wordOf,
} from "../../server/src/engine/relay/wireguard/noise/messages.ts"
import { messageType, publishedTimers } from "../../server/src/engine/relay/wireguard/noise/protocol.ts"
import { encodeTai64n } from "../../server/src/engine/relay/wireguard/noise/tai64n.ts"
import { importPrivateKey, sharedSecret } from "../../server/src/engine/relay/wireguard/noise/x25519.ts"
import { UdpEnd } from "../../server/src/engine/testing/udp-end.ts"
import type { KeyPair } from "../../server/src/engine/testing/wireguard-keys.ts"
import type { Namespace } from "../../testing/namespace.ts"

export interface Answered {
  responses: number
  cookies: number
  sent: number
}

/** One host: initiations made beforehand, each of which it repeats until it is answered. */
class Initiator {
  readonly #messages: Uint8Array[]
  readonly #jar: CookieJar
  #next = 0

  /** `place`: the index that its messages bear. */
  constructor(privateKey: Uint8Array, target: StaticKey, place: number, count: number) {
    const identity = new Identity(privateKey)
    const staticStatic = sharedSecret(identity.pair.privateKey, target.key) ?? new Uint8Array(32)
    const began = BigInt(Date.now()) * 1_000_000n
    this.#jar = new CookieJar(target, publishedTimers.cookieRefresh)
    this.#messages = Array.from({ length: count }, (_, i) => {
      const keys = { identity, responder: target, staticStatic, ephemeral: importPrivateKey(randomBytes(32)) }
      const written = writeInitiation(keys, place, encodeTai64n(began + BigInt(i) * 1_000_000n))
      if (written === undefined) throw new Error("a key of low order")
      return written.message
    })
  }

  /** Undefined when all were answered. */
  next(now: number): Uint8Array | undefined {
    const message = this.#messages[this.#next]
    if (message !== undefined) this.#jar.writeMacs(message, now)
    return message
  }

  answered(): void {
    this.#next += 1
  }

  takeCookie(reply: Uint8Array, now: number): boolean {
    return this.#jar.take(reply, now)
  }
}

export interface InitiatorOptions {
  keys: readonly KeyPair[]
  /** Of the responder, in base64. */
  publicKey: string
  /** Addresses of `namespace`, among which the hosts are divided. */
  from: readonly string[]
  to: { address: string; port: number }
  /** Of one host, made beforehand. */
  initiations: number
}

export class Initiators implements Disposable {
  readonly #hosts: Initiator[]
  readonly #sockets: UdpEnd[]
  readonly #answered: Answered = { responses: 0, cookies: 0, sent: 0 }
  #turn = 0

  constructor(namespace: Namespace, { keys, publicKey, from, to, initiations }: InitiatorOptions) {
    const target = new StaticKey(Buffer.from(publicKey, "base64"))
    this.#hosts = keys.map(
      ({ privateKey }, place) => new Initiator(Buffer.from(privateKey, "base64"), target, place, initiations),
    )
    this.#sockets = from.map((address) => new UdpEnd(namespace, address, to))
  }

  /** Calls that many times a second, each host in its turn, and answers what came of it in this time. */
  async call(perSecond: number, seconds: number): Promise<Answered> {
    const before = { ...this.#answered }
    const begin = performance.now()
    for (let now = begin, sent = 0; now < begin + seconds * 1000; now = performance.now()) {
      for (const due = ((now - begin) * perSecond) / 1000; sent < due; sent++) this.#callNext(now)
      this.#takeAnswers(now)
      await sleep(1)
    }
    const { responses, cookies, sent } = this.#answered
    return { responses: responses - before.responses, cookies: cookies - before.cookies, sent: sent - before.sent }
  }

  #callNext(now: number): void {
    const place = this.#turn++ % this.#hosts.length
    const message = this.#hosts[place]?.next(now)
    if (message === undefined) throw new Error("more initiations were answered than were made")
    if (this.#sockets[place % this.#sockets.length]?.send(message)) this.#answered.sent += 1
  }

  #takeAnswers(now: number): void {
    for (const socket of this.#sockets) for (const message of socket.received()) this.#take(message, now)
  }

  #take(message: Uint8Array, now: number): void {
    const [type] = message
    if (type === messageType.response && message.length === responseSize) {
      this.#hosts[wordOf(message, responseAt.receiver)]?.answered()
      this.#answered.responses += 1
    } else if (type === messageType.cookieReply && message.length === cookieReplySize) {
      if (this.#hosts[wordOf(message, cookieReplyAt.receiver)]?.takeCookie(message, now)) this.#answered.cookies += 1
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]()
  }
}
