import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { expect, it } from "vitest"
import { CookieJar, CookieMaker, hasMac1 } from "./cookies.ts"
import { Identity } from "./keys.ts"
import {
  cookieReplyAt,
  cookieReplySize,
  handshakeType,
  initiationAt,
  initiationSize,
  responseSize,
  setWord,
  wordOf,
} from "./messages.ts"

const some = (byte: number, count = 32) => new Uint8Array(count).fill(byte)
const [ours, others] = [new Identity(some(1)).public, new Identity(some(2)).public]
const address = some(10, 16)
const refreshMs = 120_000

function counting() {
  let next = 0
  return (bytes: Uint8Array) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = next++
  }
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

function message(size: number, jar: CookieJar, now: number, fill = 7) {
  const bytes = some(fill, size)
  setWord(bytes, initiationAt.sender, 0x0403_0201)
  bytes.fill(0, size - 32)
  jar.writeMacs(bytes, now)
  return bytes
}

const sizes = [initiationSize, responseSize]

it.each(sizes)("mac1 of %i bytes: right for its receiver alone, and no bit before or in it may change", (size) => {
  const bytes = message(size, new CookieJar(ours, refreshMs), 0)
  expect(hasMac1(bytes, ours)).toBe(true)
  expect(hasMac1(bytes, others)).toBe(false)
  for (let bit = 0; bit < (size - 16) * 8; bit++) expect(hasMac1(flip(bytes, bit), ours)).toBe(false)
  for (let bit = (size - 16) * 8; bit < size * 8; bit++) expect(hasMac1(flip(bytes, bit), ours)).toBe(true)
})

function exchange(size: number) {
  const maker = new CookieMaker(counting(), refreshMs)
  const jar = new CookieJar(ours, refreshMs)
  const first = message(size, jar, 0)
  const reply = maker.reply(first, ours, address, 51_820, 0)
  return { maker, jar, first, reply }
}

it.each(sizes)("a cookie makes mac2 of the next %i bytes right", (size) => {
  const { maker, jar, first, reply } = exchange(size)
  expect(first.subarray(-16)).toEqual(new Uint8Array(16))
  expect(maker.hasMac2(first, address, 51_820, 0)).toBe(false)
  expect(handshakeType(new DataView(reply.buffer), 0, reply.length)).toBe(3)
  expect(wordOf(reply, cookieReplyAt.receiver)).toBe(0x0403_0201)
  expect(jar.take(reply, 1)).toBe(true)
  const second = message(size, jar, 2, 8)
  expect(maker.hasMac2(second, address, 51_820, 2)).toBe(true)
  expect(hasMac1(second, ours)).toBe(true)
  for (let bit = 0; bit < size * 8; bit += 7) {
    expect(maker.hasMac2(flip(second, bit), address, 51_820, 2)).toBe(false)
  }
})

it("mac2 is right from the address and port that the cookie was sent to, and from no other", () => {
  const { maker, jar, reply } = exchange(initiationSize)
  jar.take(reply, 1)
  const second = message(initiationSize, jar, 2)
  for (let bit = 0; bit < 128; bit++) expect(maker.hasMac2(second, flip(address, bit), 51_820, 2)).toBe(false)
  for (let bit = 0; bit < 16; bit++) expect(maker.hasMac2(second, address, 51_820 ^ (1 << bit), 2)).toBe(false)
})

it("mac2 is right until the secret changes, 2 minutes after it was made", () => {
  const { maker, jar, reply } = exchange(initiationSize)
  jar.take(reply, 1)
  const second = message(initiationSize, jar, 2)
  expect(maker.hasMac2(second, address, 51_820, refreshMs - 1)).toBe(true)
  expect(maker.hasMac2(second, address, 51_820, refreshMs)).toBe(false)
  expect(maker.hasMac2(second, address, 51_820, refreshMs)).toBe(false)
})

it("a cookie is used for 2 minutes", () => {
  const { jar, reply } = exchange(initiationSize)
  jar.take(reply, 1_000)
  expect(message(initiationSize, jar, 1_000 + refreshMs - 1).subarray(-16)).not.toEqual(new Uint8Array(16))
  expect(message(initiationSize, jar, 1_000 + refreshMs).subarray(-16)).toEqual(new Uint8Array(16))
})

it("a cookie reply answers the last message alone, once, and no bit of nonce or cookie may change", () => {
  const { maker, jar, first, reply } = exchange(initiationSize)
  for (let bit = cookieReplyAt.nonce * 8; bit < reply.length * 8; bit++)
    expect(jar.take(flip(reply, bit), 1)).toBe(false)
  const toAnother = maker.reply(first, others, address, 51_820, 0)
  expect(jar.take(toAnother, 1)).toBe(false)
  message(initiationSize, jar, 1, 9)
  expect(jar.take(reply, 1)).toBe(false)
  const again = message(initiationSize, jar, 1, 9)
  const fresh = maker.reply(again, ours, address, 51_820, 1)
  expect(jar.take(fresh, 1)).toBe(true)
  expect(jar.take(fresh, 1)).toBe(false)
})

it("each reply has another nonce", () => {
  const { maker, first, reply } = exchange(initiationSize)
  const another = maker.reply(first, ours, address, 51_820, 0)
  expect(another.subarray(8, 32)).not.toEqual(reply.subarray(8, 32))
})

it("who asked for nothing takes no cookie, not even one that anybody can make: its key is public", () => {
  const jar = new CookieJar(ours, refreshMs)
  const forged = new Uint8Array(cookieReplySize)
  const nonce = forged.subarray(cookieReplyAt.nonce, cookieReplyAt.cookie)
  forged.set(xchacha20poly1305(ours.cookieKey, nonce).encrypt(some(0, 16)), cookieReplyAt.cookie)
  expect(jar.take(forged, 0)).toBe(false)
})

it("ended, the maker's secret is zero, and no cookie made of that is right", () => {
  const secrets: Uint8Array[] = []
  const maker = new CookieMaker((bytes) => void secrets.push(bytes.fill(5)), refreshMs)
  const jar = new CookieJar(ours, refreshMs)
  const first = message(initiationSize, jar, 0)
  maker.reply(first, ours, address, 51_820, 0)
  maker.end()
  expect(secrets.at(-1)).toEqual(some(0))
  const ofZeros = new CookieMaker((bytes) => void bytes.fill(0), refreshMs)
  expect(jar.take(ofZeros.reply(first, ours, address, 51_820, 0), 1)).toBe(true)
  expect(maker.hasMac2(message(initiationSize, jar, 2), address, 51_820, 2)).toBe(false)
})

it("ended, the jar takes no reply to what it sent before", () => {
  const { jar, reply } = exchange(initiationSize)
  jar.end()
  expect(jar.take(reply, 1)).toBe(false)
})

it("ended, neither knows its secrets any more", () => {
  const { maker, jar, reply } = exchange(initiationSize)
  jar.take(reply, 1)
  const second = message(initiationSize, jar, 2)
  maker.end()
  expect(maker.hasMac2(second, address, 51_820, 2)).toBe(false)
  jar.end()
  expect(message(initiationSize, jar, 3).subarray(-16)).toEqual(new Uint8Array(16))
})
