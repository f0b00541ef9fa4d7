import { randomBytes, randomInt } from "node:crypto"
import { CookieJar } from "../noise/cookies.ts"
import { writeInitiation } from "../noise/initiation.ts"
import { Identity, type StaticKey } from "../noise/keys.ts"
import { initiationSize } from "../noise/messages.ts"
import { encodeTai64n } from "../noise/tai64n.ts"
import { importPrivateKey, sharedSecret } from "../noise/x25519.ts"

/** Initiations with a right mac1: every other one whole, of a key that nobody knows, the others of bytes by chance. */
export function strayInitiations(target: StaticKey, count: number): Uint8Array[] {
  const jar = new CookieJar(target, 0)
  return Array.from({ length: count }, (_, i) => {
    const message = (i & 1) === 0 ? ofNobody(target) : noise()
    jar.writeMacs(message, 0)
    return message
  })
}

function ofNobody(target: StaticKey): Uint8Array {
  const identity = new Identity(randomBytes(32))
  const staticStatic = sharedSecret(identity.pair.privateKey, target.key)
  if (staticStatic === undefined) throw new Error("a key of low order")
  const keys = { identity, responder: target, staticStatic, ephemeral: importPrivateKey(randomBytes(32)) }
  const written = writeInitiation(keys, randomInt(2 ** 31), encodeTai64n(BigInt(Date.now()) * 1_000_000n))
  if (written === undefined) throw new Error("a key of low order")
  return written.message
}

function noise(): Uint8Array {
  const message = Uint8Array.from(randomBytes(initiationSize))
  message.set([1, 0, 0, 0])
  message.fill(0, initiationSize - 32)
  return message
}
