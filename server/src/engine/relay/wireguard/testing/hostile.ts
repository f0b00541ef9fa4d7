import { CookieJar } from "../noise/cookies.ts"
import type { StaticKey } from "../noise/keys.ts"
import { initiationAt, initiationSize, responseAt, responseSize } from "../noise/messages.ts"

/** What an attacker has who sees all that passes and knows the target's public key. */
export interface HostileMaterial {
  target: StaticKey
  /** What was sent to the target and never came. Only changed it may come: as it is it would be right. */
  fresh: readonly Uint8Array[]
  /** What the target took already. */
  stale: readonly Uint8Array[]
  /** What the target sent. */
  reflected: readonly Uint8Array[]
}

export interface HostileMessage {
  name: string
  bytes: Uint8Array
}

/** Points that have no secret with anybody: RFC 7748 section 6.1, and the same with the highest bit set. */
export const lowOrderPoints: readonly Uint8Array[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].flatMap((text) => {
  const point = Uint8Array.from(Buffer.from(text, "hex"))
  return [point, changed(point, (twin) => twin.set([(twin[31] ?? 0) | 0x80], 31))]
})

/**
 * Messages of which the target may take none: first every bit, every length and every known trick once, then any number by chance.
 * `random`: from 0 to below 1.
 */
export function* hostileMessages(material: HostileMaterial, random: () => number): Generator<HostileMessage, never> {
  const { target, fresh, stale, reflected } = material
  for (const bytes of fresh) yield* bent(bytes, meaning(bytes))
  for (const bytes of stale) {
    yield { name: "replayed", bytes }
    yield* bent(bytes, bytes.length)
    if (isHandshake(bytes)) yield* signed(bent(bytes, bytes.length - 32), target)
    yield* signed(withPoints(bytes), target)
    yield* withCounters(bytes)
  }
  for (const bytes of reflected) {
    yield { name: "reflected", bytes }
    yield* signed([{ name: "reflected", bytes }], target)
  }
  for (const bytes of [...fresh, ...stale]) yield* withTypes(bytes)
  for (;;) yield byChance(material, random)
}

/** Every bit of the first `count` bytes flipped, every shorter length, and some longer ones. */
function* bent(bytes: Uint8Array, count: number): Generator<HostileMessage> {
  for (let bit = 0; bit < count * 8; bit++) {
    yield {
      name: `bit ${bit}`,
      bytes: changed(bytes, (copy) => copy.set([(copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3)),
    }
  }
  for (let length = 0; length < bytes.length; length++)
    yield { name: `cut at ${length}`, bytes: bytes.subarray(0, length) }
  for (const more of [1, 4, 16, 64]) yield { name: `${more} longer`, bytes: longer(bytes, more) }
}

/** The same with a right mac1, where they are handshake messages. */
function* signed(messages: Iterable<HostileMessage>, target: StaticKey): Generator<HostileMessage> {
  for (const { name, bytes } of messages) {
    if (!isHandshake(bytes)) continue
    yield { name: `${name}, mac1 right`, bytes: changed(bytes, (copy) => new CookieJar(target, 0).writeMacs(copy, 0)) }
  }
}

function* withPoints(bytes: Uint8Array): Generator<HostileMessage> {
  if (!isHandshake(bytes)) return
  const at = bytes.length === initiationSize ? initiationAt.ephemeral : responseAt.ephemeral
  for (const point of lowOrderPoints) yield { name: "low order", bytes: changed(bytes, (copy) => copy.set(point, at)) }
}

function* withCounters(bytes: Uint8Array): Generator<HostileMessage> {
  if (bytes[0] !== 4) return
  for (const counter of [1n, 8128n, 1n << 31n, 1n << 32n, 1n << 53n, 1n << 60n, 1n << 63n]) {
    yield { name: `counter ${counter}`, bytes: withCounter(bytes, counter) }
  }
  for (let below = 1n; below <= 1n << 14n; below *= 2n) {
    yield { name: `counter 2^64 - ${below}`, bytes: withCounter(bytes, (1n << 64n) - below) }
  }
}

function* withTypes(bytes: Uint8Array): Generator<HostileMessage> {
  for (let type = 0; type < 256; type++) {
    if (type !== bytes[0]) yield { name: `type ${type}`, bytes: changed(bytes, (copy) => copy.set([type])) }
  }
}

function byChance({ target, fresh, stale }: HostileMaterial, random: () => number): HostileMessage {
  const below = (limit: number) => Math.floor(random() * limit)
  const noise = (length: number) => Uint8Array.from({ length }, () => below(256))
  const kind = below(4)
  if (kind === 0) return { name: "noise", bytes: noise(below(2000)) }
  const length = kind === 1 ? (below(2) === 0 ? initiationSize : responseSize) : 0
  if (kind === 1) {
    const bytes = changed(noise(length), (copy) => copy.set([length === initiationSize ? 1 : 2, 0, 0, 0]))
    const [message] = signed([{ name: "noise", bytes }], target)
    return message ?? { name: "noise", bytes }
  }
  const all = kind === 2 ? fresh : stale
  const original = all[below(all.length)] ?? noise(32)
  const places = kind === 2 ? meaning(original) : original.length
  const bytes = changed(original, (copy) => {
    for (let times = 1 + below(4); times > 0; times--) copy.set([below(256)], below(places))
  })
  const isSame = Buffer.compare(bytes, original) === 0
  return { name: "bytes by chance", bytes: isSame ? longer(bytes, 1) : bytes }
}

/** Without load mac2 means nothing. */
function meaning(bytes: Uint8Array): number {
  return isHandshake(bytes) ? bytes.length - 16 : bytes.length
}

function isHandshake(bytes: Uint8Array): boolean {
  return (bytes[0] === 1 && bytes.length === initiationSize) || (bytes[0] === 2 && bytes.length === responseSize)
}

function changed(bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(bytes)
  change(copy)
  return copy
}

function longer(bytes: Uint8Array, more: number): Uint8Array {
  const copy = new Uint8Array(bytes.length + more)
  copy.set(bytes)
  return copy
}

function withCounter(bytes: Uint8Array, counter: bigint): Uint8Array {
  return changed(bytes, (copy) => new DataView(copy.buffer).setBigUint64(8, counter, true))
}
