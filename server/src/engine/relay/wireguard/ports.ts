import type { RelayMemory } from "../memory.ts"
import type { CipherKind, PacketCiphers } from "./cipher/cipher.ts"
import type { Timers } from "./noise/protocol.ts"

// What the WireGuard session asks of its transport, and what it is told. The transport owns sockets, addresses, batches and
// the packets that wait for keys.

/** What is wanted of a peer. Keys are 32 raw bytes. */
export interface WireGuardPeer {
  publicKey: Uint8Array
  presharedKey: Uint8Array | null
  /** 0: none. */
  keepaliveSeconds: number
  /** False: as if it did not exist; its keys end at once. */
  enabled: boolean
  /** Unix ms; null: never. */
  expiresAt: number | null
}

/**
 * After a rotation the previous key is still answered to, and used in turn when a peer does not answer to the new one. What
 * neither of the two holds ends at once.
 */
export interface WireGuardIdentity {
  privateKey: Uint8Array
  previousPrivateKey: Uint8Array | null
}

/** Where a handshake message came from. */
export interface HandshakeSource {
  /** The transport's own number for it, from 0; one address and port has one number as long as a peer is there. */
  id: number
  /** 16 bytes; IPv4 mapped. Not kept. */
  address: Uint8Array
  port: number
}

/**
 * What the transport is told. It may call the session back from each of these, except `end`, `setPeers` and `setIdentity`.
 * `message` is the callee's for the call alone.
 */
export interface SessionOwner {
  /** Send it to where the peer is: initiations, responses and keepalives. Cold. */
  transmit(place: number, message: Uint8Array): void
  /** Send it back to where the message came from that is being taken: cookies. Cold. */
  answer(source: number, message: Uint8Array): void
  /** A message from `source` proved to be this peer's, and the last one came from elsewhere. */
  authenticated(place: number, source: number): void
  /** There are keys to send with now: send what waits. */
  ready(place: number): void
  /** A handshake completed. */
  established(place: number, unixMs: number): void
  /** There are no usable keys any more, and none are awaited: drop what waits. */
  ended(place: number): void
  /** The time stamp of an initiation about to be sent, in nanoseconds: to be kept, so that it never goes back. */
  stamped(taiNanoseconds: bigint): void
  /** Something is due at `when` (monotonic ms), before what `alarm` answered last. */
  wakeAt(when: number): void
}

/** What a session wants to know and tells when it talks to other Tundecks as one. */
export interface TundeckParts {
  /** Features of this end (tundeck/features.ts). */
  offers: number
  /** Monotonic ms, of now rather than of this wake-up. */
  clock: () => number
  /** What was agreed on with the peer is another, or what it is known to be. */
  changed(place: number): void
  roundTrip(place: number, milliseconds: number): void
}

export interface SessionParts {
  memory: Pick<RelayMemory, "bytes" | "view">
  owner: SessionOwner
  ciphers: PacketCiphers
  /** The last time stamp that `stamped` told, also by earlier processes; 0n: none. */
  stampedAfter: bigint
  /** Fills the array with unpredictable bytes. */
  random?: (bytes: Uint8Array) => void
  /** Unix ms. */
  time?: () => number
  timers?: Partial<Timers>
  /** Without: it speaks to all as a stock peer does. */
  tundeck?: TundeckParts
}

export interface SessionStatus {
  /** When a handshake completed last, Unix ms. */
  handshakeAt: number | null
  /** The peer answered to the previous private key last. */
  usesPreviousKey: boolean
  /** Null: not known yet. */
  isTundeck: boolean | null
  /** Of what is sent to it. */
  cipher: CipherKind
}
