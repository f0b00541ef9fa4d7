import type { KeyObject } from "node:crypto"
import type { Identity, StaticKey } from "./keys.ts"
import { initiationAt, initiationSize, setWord, viewInitiation } from "./messages.ts"
import { messageType } from "./protocol.ts"
import { Transcript } from "./transcript.ts"
import { importPublicKey, type KeyPair, sharedSecret } from "./x25519.ts"

// The first message of Noise_IKpsk2, section 5.4.2 of the paper: -> e, es, s, ss, {t}. Its macs are cookies.ts.

/** What the initiator knows before. `staticStatic`: the shared secret of both static keys. */
export interface InitiationKeys {
  identity: Identity
  responder: StaticKey
  staticStatic: Uint8Array
  ephemeral: KeyPair
}

export interface WrittenInitiation {
  message: Uint8Array
  transcript: Transcript
}

/** Undefined when the responder's key is of low order. */
export function writeInitiation(
  { identity, responder, staticStatic, ephemeral }: InitiationKeys,
  sender: number,
  timestamp: Uint8Array,
): WrittenInitiation | undefined {
  const message = new Uint8Array(initiationSize)
  const field = viewInitiation(message)
  setWord(message, initiationAt.type, messageType.initiation)
  setWord(message, initiationAt.sender, sender)
  const transcript = Transcript.begin(responder.bytes)
  // e
  field.ephemeral.set(ephemeral.publicKey)
  transcript.mixKey(field.ephemeral)
  transcript.mixHash(field.ephemeral)
  // es
  const ephemeralStatic = sharedSecret(ephemeral.privateKey, responder.key)
  if (ephemeralStatic === undefined) return undefined
  const staticKey = transcript.mixKeyAndTake(ephemeralStatic)
  ephemeralStatic.fill(0)
  // s
  transcript.seal(staticKey, identity.public.bytes, field.static)
  // ss, {t}
  transcript.seal(transcript.mixKeyAndTake(staticStatic), timestamp, field.timestamp)
  return { message, transcript }
}

/** An initiation whose sender says who it is; that it is so shows `readTimestamp`. */
export interface ReadInitiation {
  initiator: Uint8Array
  ephemeral: KeyObject
  transcript: Transcript
}

export function readInitiation(message: Uint8Array, identity: Identity): ReadInitiation | undefined {
  const field = viewInitiation(message)
  const transcript = Transcript.begin(identity.public.bytes)
  // e
  const ephemeral = importPublicKey(field.ephemeral)
  transcript.mixKey(field.ephemeral)
  transcript.mixHash(field.ephemeral)
  // es
  const ephemeralStatic = sharedSecret(identity.pair.privateKey, ephemeral)
  if (ephemeralStatic === undefined) return undefined
  const staticKey = transcript.mixKeyAndTake(ephemeralStatic)
  ephemeralStatic.fill(0)
  // s
  const initiator = transcript.open(staticKey, field.static)
  if (initiator !== undefined) return { initiator, ephemeral, transcript }
  transcript.end()
  return undefined
}

/** ss, {t}: the time stamp, 12 bytes. Undefined when the sender does not hold the key that it named. */
export function readTimestamp(
  message: Uint8Array,
  transcript: Transcript,
  staticStatic: Uint8Array,
): Uint8Array | undefined {
  return transcript.open(transcript.mixKeyAndTake(staticStatic), viewInitiation(message).timestamp)
}
