import type { KeyObject } from "node:crypto"
import type { Identity, StaticKey } from "./keys.ts"
import { responseAt, responseSize, setWord, viewResponse } from "./messages.ts"
import { messageType } from "./protocol.ts"
import type { Transcript, TransportKeys } from "./transcript.ts"
import { importPublicKey, type KeyPair, sharedSecret } from "./x25519.ts"

// The second message of Noise_IKpsk2, section 5.4.3 of the paper: <- e, ee, se, psk, {}. Its macs are cookies.ts.

/** What the responder knows of the initiation. `transcript` is used up. */
export interface ResponseKeys {
  transcript: Transcript
  initiator: StaticKey
  initiatorEphemeral: KeyObject
  presharedKey: Uint8Array
  ephemeral: KeyPair
}

export interface WrittenResponse {
  message: Uint8Array
  keys: TransportKeys
}

/** Undefined when one of the initiator's keys is of low order. */
export function writeResponse(
  { transcript, initiator, initiatorEphemeral, presharedKey, ephemeral }: ResponseKeys,
  sender: number,
  receiver: number,
): WrittenResponse | undefined {
  const message = new Uint8Array(responseSize)
  const field = viewResponse(message)
  setWord(message, responseAt.type, messageType.response)
  setWord(message, responseAt.sender, sender)
  setWord(message, responseAt.receiver, receiver)
  // e
  field.ephemeral.set(ephemeral.publicKey)
  transcript.mixKey(field.ephemeral)
  transcript.mixHash(field.ephemeral)
  // ee, se
  if (!mixShared(transcript, ephemeral.privateKey, initiatorEphemeral)) return undefined
  if (!mixShared(transcript, ephemeral.privateKey, initiator.key)) return undefined
  // psk, {}
  transcript.seal(transcript.mixPresharedKey(presharedKey), nothing, field.empty)
  const keys = transcript.split()
  transcript.end()
  return { message, keys }
}

/** What the initiator kept. A response that is not authentic leaves `transcript` as it is. */
export interface AwaitedResponse {
  transcript: Transcript
  identity: Identity
  ephemeral: KeyPair
  presharedKey: Uint8Array
}

/** Undefined when it is not authentic. */
export function readResponse(message: Uint8Array, awaited: AwaitedResponse): TransportKeys | undefined {
  const transcript = awaited.transcript.copy()
  const keys = read(message, awaited, transcript)
  transcript.end()
  return keys
}

function read(message: Uint8Array, awaited: AwaitedResponse, transcript: Transcript): TransportKeys | undefined {
  const field = viewResponse(message)
  // e
  const ephemeral = importPublicKey(field.ephemeral)
  transcript.mixKey(field.ephemeral)
  transcript.mixHash(field.ephemeral)
  // ee, se
  if (!mixShared(transcript, awaited.ephemeral.privateKey, ephemeral)) return undefined
  if (!mixShared(transcript, awaited.identity.pair.privateKey, ephemeral)) return undefined
  // psk, {}
  const opened = transcript.open(transcript.mixPresharedKey(awaited.presharedKey), field.empty)
  return opened && transcript.split()
}

/** False: low order. */
function mixShared(transcript: Transcript, ours: KeyObject, theirs: KeyObject): boolean {
  const shared = sharedSecret(ours, theirs)
  if (shared === undefined) return false
  transcript.mixKey(shared)
  shared.fill(0)
  return true
}

const nothing = new Uint8Array(0)
