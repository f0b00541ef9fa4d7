import type { RelayMemory } from "../../memory.ts"
import {
  answerQuestion,
  elapsedMicroseconds,
  isProbe,
  isQuestion,
  probeBytes,
  whichOf,
  writeQuestion,
} from "../../transport/probe.ts"
import type { PacketCiphers } from "../cipher/cipher.ts"
import type { Keypair } from "../peers/keypair.ts"
import type { PeerState } from "../peers/peer-state.ts"
import type { Schedule } from "../peers/schedule.ts"
import type { TundeckParts } from "../ports.ts"
import { feature } from "./features.ts"
import { createHello, mayBeProbe, readHello } from "./hello.ts"

const never = Number.POSITIVE_INFINITY
/** Hellos that are not answered are repeated after 1, 2, 4, 8 and then every 16 seconds. */
const firstWaitMs = 1_000
const longestWaitMs = 16_000
const decideAfterMs = 15_000
const busyProbeMs = 2_000
const idleProbeMs = 10_000
const aesLabel = "tundeck aes-256-gcm"

/** What the session does for it. */
export interface TalkSession {
  memory: Pick<RelayMemory, "bytes" | "view">
  ciphers: PacketCiphers
  schedule: Schedule
  /** Sends the plaintext under these keys. It counts as no packet: it keeps no keys alive and wants no answer. */
  say(peer: PeerState, keypair: Keypair, plaintext: Uint8Array, now: number): void
  /** Makes new keys when these are old enough. */
  renew(peer: PeerState, keypair: Keypair, now: number): void
}

/**
 * Hellos and probes inside the session. Who asked for the keys says hello first; who answered them says it in answer to a
 * hello and never of its own accord, so that a stock peer hears a few hellos and nothing else.
 */
export class TundeckTalk {
  readonly #parts: TundeckParts
  readonly #session: TalkSession
  readonly #hello: Uint8Array

  constructor(parts: TundeckParts, session: TalkSession) {
    this.#parts = parts
    this.#session = session
    this.#hello = createHello(parts.offers)
  }

  /** There are other keys to send with: nothing has been said under them yet. */
  begin(peer: PeerState, keypair: Keypair, now: number): void {
    const { talk } = peer
    talk.begin()
    talk.decideAt = now + decideAfterMs
    if (keypair.isInitiator && talk.mayGreet) {
      talk.helloWaitMs = firstWaitMs
      talk.helloAt = now + firstWaitMs
      this.#say(peer, keypair, this.#hello, now)
    }
    this.#session.schedule.at(peer.place, talk.nextAt)
  }

  /** The peer said what lies at `at`, under these keys. */
  take(peer: PeerState, keypair: Keypair, at: number, length: number, now: number): void {
    const { view } = this.#session.memory
    if (keypair === peer.keys.current) peer.talk.heard += 1
    const theirs = readHello(view, at, length)
    if (theirs !== undefined) return this.#takeHello(peer, keypair, theirs, now)
    if ((keypair.agreement.takes & feature.probes) === 0) return
    if (mayBeProbe(length) && isProbe(view, at, probeBytes)) this.#takeProbe(peer, keypair, at, now)
  }

  /** The peer did what it does only with our hello. */
  prove(peer: PeerState, keypair: Keypair, now: number): void {
    if (!keypair.agreement.isUnproven) return
    keypair.agreement.prove()
    this.#agreed(peer, keypair, now)
  }

  /** Does what is due. */
  alarm(peer: PeerState, now: number): void {
    const { talk } = peer
    const keypair = peer.keys.current
    if (keypair === null) return talk.begin()
    if (now >= talk.decideAt) {
      talk.unanswered(talk.helloAt !== never)
      this.#parts.changed(peer.place)
    }
    if (now >= talk.helloAt) {
      talk.helloWaitMs = Math.min(2 * talk.helloWaitMs, longestWaitMs)
      talk.helloAt = now + talk.helloWaitMs
      this.#say(peer, keypair, this.#hello, now)
    }
    if (now >= talk.probeAt) this.#ask(peer, keypair, now)
  }

  #takeHello(peer: PeerState, keypair: Keypair, theirs: number, now: number): void {
    const { agreement, isInitiator } = keypair
    const { offers } = this.#parts
    const isFirst = agreement.hear(offers, theirs, isInitiator)
    if (isFirst && (agreement.takes & feature.aes256Gcm) !== 0) this.#addAes(keypair)
    if (!isInitiator) this.#say(peer, keypair, this.#hello, now)
    peer.talk.answered(keypair === peer.keys.current)
    if (isFirst) this.#agreed(peer, keypair, now)
  }

  #addAes(keypair: Keypair): void {
    const { ciphers } = this.#session
    const { sending, receiving } = keypair.deriveKey(aesLabel)
    keypair.second = {
      sending: ciphers.create("aes-256-gcm", sending),
      receiving: ciphers.create("aes-256-gcm", receiving),
    }
    sending.fill(0)
    receiving.fill(0)
  }

  #agreed(peer: PeerState, keypair: Keypair, now: number): void {
    if (keypair !== peer.keys.current) return
    // The first question tells who answered that its hello came.
    if ((keypair.agreement.uses & feature.probes) !== 0) this.#ask(peer, keypair, now)
    this.#parts.changed(peer.place)
  }

  #takeProbe(peer: PeerState, keypair: Keypair, at: number, now: number): void {
    const { view, bytes } = this.#session.memory
    const { talk } = peer
    if (isQuestion(view, at)) {
      answerQuestion(view, at)
      this.#say(peer, keypair, bytes.slice(at, at + probeBytes), now)
      return this.prove(peer, keypair, now)
    }
    if (!talk.isAsked || whichOf(view, at) !== talk.which) return
    talk.isAsked = false
    const microseconds = elapsedMicroseconds(view, at, this.#parts.clock() * 1000)
    this.#parts.roundTrip(peer.place, microseconds / 1000)
  }

  #ask(peer: PeerState, keypair: Keypair, now: number): void {
    const { talk } = peer
    talk.probeAt = now + (isBusy(peer, keypair) ? busyProbeMs : idleProbeMs)
    talk.which = (talk.which + 1) >>> 0
    talk.isAsked = true
    const question = new Uint8Array(probeBytes)
    writeQuestion(new DataView(question.buffer), 0, talk.which, this.#parts.clock() * 1000)
    this.#say(peer, keypair, question, now)
    this.#session.schedule.at(peer.place, talk.probeAt)
    // A switch has to hear its ports, while an idle tunnel of packets may fall silent.
    if ((keypair.agreement.uses & feature.ethernet) !== 0) this.#session.renew(peer, keypair, now)
  }

  #say(peer: PeerState, keypair: Keypair, plaintext: Uint8Array, now: number): void {
    if (keypair === peer.keys.current) peer.talk.said += 1
    this.#session.say(peer, keypair, plaintext, now)
  }
}

/** Did packets pass since the last question? */
function isBusy({ talk }: PeerState, { counterLow, window }: Keypair): boolean {
  const sent = counterLow - talk.sentBefore - talk.said
  const received = window.newest - talk.receivedBefore - talk.heard
  talk.sentBefore = counterLow
  talk.receivedBefore = window.newest
  talk.said = talk.heard = 0
  return sent > 0 || received > 0
}
