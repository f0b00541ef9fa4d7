import { createCipheriv } from "node:crypto"
import { blake2s } from "@noble/hashes/blake2.js"
import { hmac } from "@noble/hashes/hmac.js"
import { expect, it } from "vitest"
import { capture } from "../testing/capture.ts"
import { lowOrderPoints } from "../testing/hostile.ts"
import { CookieJar, hasMac1 } from "./cookies.ts"
import { readInitiation, readTimestamp, writeInitiation } from "./initiation.ts"
import { Identity, StaticKey } from "./keys.ts"
import { initiationAt, initiationSize, responseAt, responseSize, wordOf } from "./messages.ts"
import { readResponse, writeResponse } from "./response.ts"
import { importPrivateKey, sharedSecret } from "./x25519.ts"

const noPresharedKey = new Uint8Array(32)
const some = (byte: number) => new Uint8Array(32).fill(byte)

function ends(initiatorKey: Uint8Array, responderKey: Uint8Array) {
  const initiator = new Identity(initiatorKey)
  const responder = new Identity(responderKey)
  const staticStatic = sharedSecret(initiator.pair.privateKey, responder.public.key)
  if (staticStatic === undefined) throw new Error("low order")
  return { initiator, responder, staticStatic }
}

function initiate(lab: ReturnType<typeof ends>, ephemeralKey: Uint8Array, index: number, timestamp: Uint8Array) {
  const ephemeral = importPrivateKey(ephemeralKey)
  const keys = {
    identity: lab.initiator,
    responder: lab.responder.public,
    staticStatic: lab.staticStatic,
    ephemeral,
  }
  const written = writeInitiation(keys, index, timestamp)
  if (written === undefined) throw new Error("low order")
  new CookieJar(lab.responder.public, 120_000).writeMacs(written.message, 0)
  return { ...written, ephemeral }
}

function respond(
  lab: ReturnType<typeof ends>,
  initiation: Uint8Array,
  ephemeralKey: Uint8Array,
  index: number,
  psk: Uint8Array,
) {
  const read = readInitiation(initiation, lab.responder)
  if (read === undefined) throw new Error("not read")
  const timestamp = readTimestamp(initiation, read.transcript, lab.staticStatic)
  const initiator = new StaticKey(read.initiator)
  const written = writeResponse(
    {
      transcript: read.transcript,
      initiator,
      initiatorEphemeral: read.ephemeral,
      presharedKey: psk,
      ephemeral: importPrivateKey(ephemeralKey),
    },
    index,
    wordOf(initiation, initiationAt.sender),
  )
  if (written === undefined) throw new Error("low order")
  new CookieJar(initiator, 120_000).writeMacs(written.message, 0)
  return { ...written, timestamp, initiator }
}

function openData(message: Uint8Array, key: Uint8Array): Uint8Array {
  const cipher = createCipheriv("chacha20-poly1305", key, new Uint8Array(12), { authTagLength: 16 })
  return cipher.update(message.subarray(16, -16))
}

it("the handshake of two kernels, byte for byte, in both roles", () => {
  const lab = ends(capture.initiator.privateKey, capture.responder.privateKey)
  expect(lab.initiator.public.bytes).toEqual(capture.initiator.publicKey)
  expect(lab.responder.public.bytes).toEqual(capture.responder.publicKey)

  const { ephemeral: ephemeralR, index: indexR } = capture.responder
  const answer = respond(lab, capture.initiation, ephemeralR, indexR, noPresharedKey)
  expect(answer.initiator.bytes).toEqual(capture.initiator.publicKey)
  const timestamp = answer.timestamp ?? new Uint8Array(12)
  expect(Buffer.from(timestamp).readUInt32BE(8)).toBe(capture.nanoseconds)
  expect(answer.message).toEqual(capture.response)

  const asked = initiate(lab, capture.initiator.ephemeral, capture.initiator.index, timestamp)
  expect(asked.message).toEqual(capture.initiation)
  const keys = readResponse(capture.response, { ...asked, identity: lab.initiator, presharedKey: noPresharedKey })
  expect(keys).toEqual(answer.keys)

  expect(hasMac1(capture.initiation, lab.responder.public)).toBe(true)
  expect(hasMac1(capture.response, lab.initiator.public)).toBe(true)
  expect(hasMac1(capture.initiation, lab.initiator.public)).toBe(false)

  const request = openData(capture.fromInitiator, answer.keys.fromInitiator)
  const reply = openData(capture.fromResponder, answer.keys.fromResponder)
  expect([request[0], request[20]]).toEqual([0x45, 8])
  expect([reply[0], reply[20]]).toEqual([0x45, 0])
})

// The paper's formulas line by line, with another library's primitives.
function paper(lab: ReturnType<typeof ends>, timestamp: Uint8Array, psk: Uint8Array) {
  const HASH = (...parts: Uint8Array[]) => blake2s(Buffer.concat(parts))
  const HMAC = (key: Uint8Array, ...parts: Uint8Array[]) => hmac(blake2s, key, Buffer.concat(parts))
  const byte = (n: number) => Uint8Array.of(n)
  const KDF = (key: Uint8Array, input: Uint8Array) => {
    const t0 = HMAC(key, input)
    const t1 = HMAC(t0, byte(1))
    const t2 = HMAC(t0, t1, byte(2))
    const t3 = HMAC(t0, t2, byte(3))
    return [t1, t2, t3] as const
  }
  const AEAD = (key: Uint8Array, plain: Uint8Array, aad: Uint8Array) => {
    const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 })
    cipher.setAAD(aad, { plaintextLength: plain.length })
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  const DH = (a: ReturnType<typeof importPrivateKey>, b: Identity | StaticKey) =>
    sharedSecret(a.privateKey, "public" in b ? b.public.key : b.key) ?? byte(0)
  const text = (label: string) => Buffer.from(label)
  const [Ei, Er] = [importPrivateKey(some(0x11)), importPrivateKey(some(0x22))]
  const [EiPub, ErPub] = [new StaticKey(Ei.publicKey), new StaticKey(Er.publicKey)]
  const { initiator: Si, responder: Sr } = lab

  let C: Uint8Array = HASH(text("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"))
  let H: Uint8Array = HASH(C, text("WireGuard v1 zx2c4 Jason@zx2c4.com"))
  let k: Uint8Array
  H = HASH(H, Sr.public.bytes)
  ;[C] = KDF(C, Ei.publicKey)
  H = HASH(H, Ei.publicKey)
  ;[C, k] = KDF(C, DH(Ei, Sr))
  const sealedStatic = AEAD(k, Si.public.bytes, H)
  H = HASH(H, sealedStatic)
  ;[C, k] = KDF(C, DH(Si.pair, Sr))
  const sealedTimestamp = AEAD(k, timestamp, H)
  H = HASH(H, sealedTimestamp)
  const initiation = [text("\x01\0\0\0\x07\0\0\0"), Ei.publicKey, sealedStatic, sealedTimestamp]

  ;[C] = KDF(C, Er.publicKey)
  H = HASH(H, Er.publicKey)
  ;[C] = KDF(C, DH(Er, EiPub))
  ;[C] = KDF(C, DH(Er, Si))
  const [chained, tau, lastKey] = KDF(C, psk)
  C = chained
  H = HASH(H, tau)
  const empty = AEAD(lastKey, byte(0).subarray(1), H)
  const [fromInitiator, fromResponder] = KDF(C, byte(0).subarray(1))
  expect(DH(Ei, ErPub)).toEqual(DH(Er, EiPub))
  const response = [text("\x02\0\0\0\x09\0\0\0\x07\0\0\0"), Er.publicKey, empty]
  const MAC1 = (to: Identity, message: Uint8Array) =>
    blake2s(message, { key: HASH(text("mac1----"), to.public.bytes), dkLen: 16 })
  const finish = (parts: Uint8Array[], to: Identity) =>
    Buffer.concat([...parts, MAC1(to, Buffer.concat(parts)), Buffer.alloc(16)])
  return {
    initiation: Uint8Array.from(finish(initiation, Sr)),
    response: Uint8Array.from(finish(response, Si)),
    fromInitiator,
    fromResponder,
  }
}

it("with a preshared key, as the paper's formulas say", () => {
  const lab = ends(some(1), some(2))
  const timestamp = Uint8Array.from({ length: 12 }, (_, i) => i)
  const psk = some(3)
  const expected = paper(lab, timestamp, psk)
  const asked = initiate(lab, some(0x11), 7, timestamp)
  expect(asked.message).toEqual(expected.initiation)
  const answer = respond(lab, asked.message, some(0x22), 9, psk)
  expect(answer.message).toEqual(expected.response)
  expect(answer.timestamp).toEqual(Buffer.from(timestamp))
  const keys = readResponse(answer.message, { ...asked, identity: lab.initiator, presharedKey: psk })
  expect(keys?.fromInitiator).toEqual(Buffer.from(expected.fromInitiator))
  expect(keys?.fromResponder).toEqual(Buffer.from(expected.fromResponder))
  expect(answer.keys).toEqual(keys)
})

it("a response under another preshared key is refused, and the right one still taken afterwards", () => {
  const lab = ends(some(1), some(2))
  const asked = initiate(lab, some(0x11), 7, new Uint8Array(12))
  const awaited = { ...asked, identity: lab.initiator, presharedKey: some(3) }
  const wrong = respond(lab, asked.message, some(0x22), 9, some(4))
  expect(readResponse(wrong.message, awaited)).toBeUndefined()
  const right = respond(lab, asked.message, some(0x22), 9, some(3))
  expect(readResponse(right.message, awaited)).toEqual(right.keys)
})

it("an initiation with any bit of its Noise part flipped is refused", () => {
  const lab = ends(some(1), some(2))
  const { message } = initiate(lab, some(0x11), 7, new Uint8Array(12))
  for (let bit = initiationAt.ephemeral * 8; bit < initiationAt.mac1 * 8; bit++) {
    // X25519 takes no notice of a point's highest bit, but the hash does.
    const flipped = Uint8Array.from(message)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const read = readInitiation(flipped, lab.responder)
    expect(read && readTimestamp(flipped, read.transcript, lab.staticStatic)).toBeUndefined()
  }
})

it("a response with any bit of its Noise part flipped is refused", () => {
  const lab = ends(some(1), some(2))
  const asked = initiate(lab, some(0x11), 7, new Uint8Array(12))
  const { message } = respond(lab, asked.message, some(0x22), 9, noPresharedKey)
  const awaited = { ...asked, identity: lab.initiator, presharedKey: noPresharedKey }
  for (let bit = responseAt.ephemeral * 8; bit < responseAt.mac1 * 8; bit++) {
    const flipped = Uint8Array.from(message)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(readResponse(flipped, awaited)).toBeUndefined()
  }
  expect(readResponse(message, awaited)).toBeDefined()
})

it.each(lowOrderPoints.map((point) => [Buffer.from(point).toString("hex"), point] as const))(
  "the point %s of low order is refused wherever it stands",
  (_name, point) => {
    const lab = ends(some(1), some(2))
    const key = new StaticKey(point)
    expect(sharedSecret(lab.initiator.pair.privateKey, key.key)).toBeUndefined()

    const initiation = new Uint8Array(initiationSize)
    initiation.set(point, initiationAt.ephemeral)
    expect(readInitiation(initiation, lab.responder)).toBeUndefined()

    const asked = initiate(lab, some(0x11), 7, new Uint8Array(12))
    const response = new Uint8Array(responseSize)
    response.set(point, responseAt.ephemeral)
    const awaited = { ...asked, identity: lab.initiator, presharedKey: noPresharedKey }
    expect(readResponse(response, awaited)).toBeUndefined()

    const toNobody = { identity: lab.initiator, responder: key, staticStatic: some(0), ephemeral: asked.ephemeral }
    expect(writeInitiation(toNobody, 7, new Uint8Array(12))).toBeUndefined()
  },
)
