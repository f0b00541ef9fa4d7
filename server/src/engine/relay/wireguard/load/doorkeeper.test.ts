import { expect, it } from "vitest"
import { CookieJar } from "../noise/cookies.ts"
import { Identity } from "../noise/keys.ts"
import { initiationSize } from "../noise/messages.ts"
import type { HandshakeSource } from "../ports.ts"
import { refusal } from "../refusal.ts"
import { Doorkeeper } from "./doorkeeper.ts"

const ours = new Identity(new Uint8Array(32).fill(1))
const refreshMs = 120_000

function from(host: number): HandshakeSource {
  const address = new Uint8Array(16)
  address.set([0xff, 0xff, 10, 0, 0, host], 10)
  return { id: host, address, port: 51_820 }
}

/** A message from that host, with a right mac1. */
function messageOf(jar: CookieJar, mac2?: number): Uint8Array {
  const message = new Uint8Array(initiationSize).fill(7, 0, initiationSize - 32)
  jar.writeMacs(message, 0)
  if (mac2 !== undefined) message.fill(mac2, initiationSize - 16)
  return message
}

function closedDoor(addressee: () => Identity | undefined = () => ours) {
  const secrets: Uint8Array[] = []
  const answers: Uint8Array[] = []
  const door = new Doorkeeper({
    random: (bytes) => void secrets.push(bytes.fill(5)),
    seed: 1,
    cookieRefreshMs: refreshMs,
    addressee,
    answer: (_source, message) => void answers.push(message),
  })
  return { door, secrets, answers }
}

/** Under load, with a host that has a cookie. */
function loadedDoor() {
  const { door, secrets, answers } = closedDoor()
  const jar = new CookieJar(ours.public, refreshMs)
  const plain = messageOf(jar)
  while (door.check(plain, from(1), 0) === 0);
  expect(jar.take(answers[0] ?? new Uint8Array(0), 0)).toBe(true)
  const check = (message: Uint8Array, count: number) =>
    Array.from({ length: count }, () => door.check(message, from(1), 0))
  return { door, check, secrets, plain, wrong: messageOf(new CookieJar(ours.public, 0), 9), right: messageOf(jar) }
}

const plainMessage = () => messageOf(new CookieJar(ours.public, refreshMs))

it("500 at once pass without a cookie, and it says for whom they are", () => {
  const { door, answers } = closedDoor()
  const verdicts = Array.from({ length: 501 }, () => door.check(plainMessage(), from(1), 0))
  expect(verdicts).toEqual([...new Array(500).fill(0), refusal.cookieWanted])
  expect(door.addressee).toBe(ours)
  expect(answers).toHaveLength(1)
})

it("what is for nobody is no load", () => {
  let addressee: Identity | undefined
  const { door } = closedDoor(() => addressee)
  for (let i = 0; i < 1_000; i++) expect(door.check(plainMessage(), from(1), 0)).toBe(refusal.notAuthentic)
  addressee = ours
  expect(door.check(plainMessage(), from(1), 0)).toBe(0)
})

it("when the cookies are used up, nobody looks for whom a message is", () => {
  let looks = 0
  const { door } = closedDoor(() => {
    looks += 1
    return ours
  })
  const message = plainMessage()
  for (let i = 0; i < 1_000; i++) door.check(message, from(1), 0)
  expect(looks).toBe(500 + 200)
  expect(door.check(message, from(1), 0)).toBe(refusal.rateLimited)
})

it("with a right mac2 it passes; without one, or with a wrong one, it is asked for a cookie", () => {
  const { check, plain, wrong, right } = loadedDoor()
  expect(check(right, 1)).toEqual([0])
  expect(check(plain, 1)).toEqual([refusal.cookieWanted])
  expect(check(wrong, 1)).toEqual([refusal.cookieWanted])
})

it("five at once of an address that has a cookie", () => {
  const { check, right } = loadedDoor()
  expect(check(right, 7)).toEqual([0, 0, 0, 0, 0, refusal.rateLimited, refusal.rateLimited])
})

it("a wrong mac2 gets no cookie either when all are sent", () => {
  const { check, plain, wrong } = loadedDoor()
  expect(check(plain, 199)).toEqual(new Array(199).fill(refusal.cookieWanted))
  expect(check(plain, 1)).toEqual([refusal.rateLimited])
  expect(check(wrong, 1)).toEqual([refusal.rateLimited])
})

it("what has no mac2 takes nothing from the 400 that are checked", () => {
  const { check, plain, wrong, right } = loadedDoor()
  check(plain, 199)
  check(wrong, 399)
  expect(check(right, 2)).toEqual([0, refusal.rateLimited])
})

it("ended, it knows no cookie any more", () => {
  const { door, secrets } = loadedDoor()
  const secret = secrets.find(({ length }) => length === 32)
  expect(secret).toEqual(new Uint8Array(32).fill(5))
  door.end()
  expect(secret).toEqual(new Uint8Array(32))
})
