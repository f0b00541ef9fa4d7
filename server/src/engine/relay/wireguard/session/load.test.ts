import { expect, it } from "vitest"
import { CookieJar } from "../noise/cookies.ts"
import { StaticKey } from "../noise/keys.ts"
import { initiationSize } from "../noise/messages.ts"
import { refusal } from "../refusal.ts"
import { createPair, privateKey, publicKey, type SessionEnd, Wire } from "../testing/session-lab.ts"

const second = 1_000

/** Initiations with a right mac1 and nothing else. */
function flood(wire: Wire, end: SessionEnd, count: number, from = "flood:1", mac2 = 0): number[] {
  const jar = new CookieJar(new StaticKey(publicKey(privateKey(2))), 120_000)
  return Array.from({ length: count }, () => {
    const message = Uint8Array.from({ length: initiationSize }, () => Math.floor(wire.random() * 256))
    message.set([1, 0, 0, 0])
    message.fill(0, initiationSize - 32)
    jar.writeMacs(message, wire.now)
    message.fill(mac2, initiationSize - 16)
    return end.receive(message, from)
  })
}

function loaded(seed = 1) {
  const wire = new Wire(seed)
  const pair = createPair(wire)
  expect(flood(wire, pair.b, 500)).toEqual(new Array(500).fill(-refusal.notAuthentic))
  expect(wire.sent).toEqual([])
  return { wire, ...pair }
}

it("500 at once are tried; from then on each source is asked for a cookie, in a message shorter than its own", () => {
  const { wire, b } = loaded()
  expect(flood(wire, b, 3)).toEqual(new Array(3).fill(-refusal.cookieWanted))
  expect(wire.sent.map(({ to, bytes }) => [to, bytes.length])).toEqual(new Array(3).fill(["flood:1", 64]))
})

it("a wrong mac1 is no load and gets no cookie", () => {
  const { wire, a, b } = loaded()
  wire.passes = () => false
  a.send("x")
  const initiation = Uint8Array.from(wire.sent.at(-1)?.bytes ?? [])
  initiation[116] = (initiation[116] ?? 0) ^ 1
  const before = wire.sent.length
  for (let i = 0; i < 1_000; i++) expect(b.receive(initiation, "a:1")).toBe(-refusal.notAuthentic)
  expect(wire.sent).toHaveLength(before)
})

it("a peer under load: its first try brings a cookie, the second keys", () => {
  const { wire, a, b } = loaded()
  wire.run(10)
  // As heavy as it can be without being tried.
  const keepsLoaded = () => flood(wire, b, 500)
  keepsLoaded()
  a.send("through")
  wire.run(4_900)
  expect(wire.typesSent("b:1").at(-1)).toBe(3)
  expect(a.verdicts).toEqual([0])
  keepsLoaded()
  keepsLoaded()
  expect(a.told).toEqual([])
  wire.run(500)
  expect(b.got).toEqual(["0:through"])
  expect(b.verdicts.filter((verdict) => verdict === 0)).toHaveLength(1)
})

it("a cookie of one address is none from another, nor from another port", () => {
  for (const from of ["elsewhere:1", "a:2"]) {
    const { wire, a, b } = loaded()
    flood(wire, b, 500)
    a.send("x")
    wire.run(4_900)
    wire.passes = () => false
    wire.run(500)
    const initiation = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
    expect(initiation.subarray(-16)).not.toEqual(new Uint8Array(16))
    flood(wire, b, 510)
    expect(b.receive(initiation, from)).toBe(-refusal.cookieWanted)
    expect(b.receive(initiation, "a:1")).toBe(0)
  }
})

it("an address with a cookie has 5 at once and 20 a second under load", () => {
  const { wire, a, b } = loaded()
  flood(wire, b, 500)
  a.send("x")
  wire.run(4_900)
  wire.passes = () => false
  wire.run(500)
  const initiation = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  flood(wire, b, 1_000)
  const verdicts = Array.from({ length: 8 }, () => b.receive(initiation, "a:1"))
  expect(verdicts).toEqual([
    0,
    ...new Array(4).fill(-refusal.oldInitiation),
    ...new Array(3).fill(-refusal.rateLimited),
  ])
})

it("responses, too, want a cookie under load", () => {
  const wire = new Wire()
  const { a, b } = createPair(wire)
  b.endpoints[0] = "a:1"
  b.send("x")
  flood(wire, b, 501)
  const before = wire.sent.length
  wire.run(1)
  wire.run(1)
  expect(b.verdicts.at(-1)).toBe(-refusal.cookieWanted)
  expect(wire.sent.slice(before).map(({ bytes }) => bytes[0])).toEqual([2, 3])
  wire.run(6 * second)
  const again = wire.sent.findLast(({ bytes }) => bytes[0] === 2)
  expect(again?.bytes.subarray(-16)).not.toEqual(new Uint8Array(16))
  expect(a.got).toEqual(["0:x"])
})

it("cookies, too, have a bound: 200 at once and 2,000 a second", () => {
  const { wire, b } = loaded()
  const count = (verdicts: number[]) => verdicts.filter((verdict) => verdict === -refusal.cookieWanted).length
  expect(count(flood(wire, b, 1_000))).toBe(200)
  wire.now += 50
  expect(count(flood(wire, b, 1_000))).toBe(100)
  expect(b.verdicts.at(-1)).toBe(-refusal.rateLimited)
})

it("messages with some mac2 are checked 400 at once and 4,000 a second, whatever became of the others", () => {
  const { wire, a, b } = loaded()
  flood(wire, b, 500)
  a.send("x")
  wire.run(4_900)
  wire.passes = () => false
  wire.run(500)
  const proven = wire.sent.at(-1)?.bytes ?? new Uint8Array(0)
  flood(wire, b, 501)
  expect(flood(wire, b, 400, "flood:2", 7)).not.toContain(-refusal.notAuthentic)
  expect(b.receive(proven, "a:1")).toBe(-refusal.rateLimited)
  wire.now += 1
  expect(b.receive(proven, "a:1")).toBe(0)
})

it("when the cookies are used up nothing is computed for a message without mac2", () => {
  const { wire, a, b } = loaded()
  flood(wire, b, 300)
  a.send("x")
  const initiation = Uint8Array.from(wire.sent.at(-1)?.bytes ?? [])
  initiation[116] = (initiation[116] ?? 0) ^ 1
  expect(b.receive(initiation, "a:1")).toBe(-refusal.rateLimited)
})

it("load ends a second after the last that was too many", () => {
  const { wire, b } = loaded()
  flood(wire, b, 1)
  wire.now += 999
  expect(flood(wire, b, 1)).toEqual([-refusal.cookieWanted])
  wire.now += 1
  expect(flood(wire, b, 1)).toEqual([-refusal.notAuthentic])
})
