import { macAgeSeconds, mostMacsPerPeer } from "@tundeck/shared"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { peerSlots } from "../counters.ts"
import { defaultLimits, MacTable, thisDevice, unknownMac } from "./mac-table.ts"

const view = new DataView(new ArrayBuffer(8))
/** MAC 02:00:(number), at offset 2. */
function mac(number: number): DataView {
  view.setUint16(2, 0x0200)
  view.setUint32(4, number)
  return view
}
const textOf = (number: number) =>
  `02:00:${number
    .toString(16)
    .padStart(8, "0")
    .replace(/..(?=.)/g, "$&:")}`
const limits = (perPeer: number, all = 1000) => ({ perPeer, device: perPeer, all })
const ageMs = macAgeSeconds * 1000

it("finds an address where it was seen last", () => {
  const table = new MacTable()
  table.learn(mac(1), 2, 7, 0)
  expect(table.lookup(mac(1), 2, 1)).toBe(7)
  expect(table.lookup(mac(2), 2, 1)).toBe(unknownMac)
  table.learn(mac(1), 2, 3, 2)
  expect(table.lookup(mac(1), 2, 3)).toBe(3)
})

it("a group address and zero are never learned", () => {
  const table = new MacTable()
  const frame = new DataView(new ArrayBuffer(6))
  table.learn(frame, 0, 1, 0)
  frame.setUint8(0, 0x01)
  table.learn(frame, 0, 1, 0)
  frame.setUint32(0, 0xffffffff)
  frame.setUint16(4, 0xffff)
  table.learn(frame, 0, 1, 0)
  expect(table.entries(0)).toEqual([])
})

it("forgets after 300 seconds, and not before", () => {
  const table = new MacTable()
  table.learn(mac(1), 2, 4, 1000)
  expect(table.lookup(mac(1), 2, 1000 + ageMs - 1)).toBe(4)
  expect(table.entries(1000 + ageMs - 1)).toEqual([{ mac: textOf(1), peer: 4, ageSeconds: 299 }])
  expect(table.lookup(mac(1), 2, 1000 + ageMs)).toBe(unknownMac)
  expect(table.entries(1000 + ageMs)).toEqual([])
})

it("a sighting makes it young again", () => {
  const table = new MacTable()
  table.learn(mac(1), 2, 4, 0)
  table.learn(mac(1), 2, 4, ageMs - 1)
  table.tend(ageMs + 1)
  expect(table.lookup(mac(1), 2, ageMs + 1)).toBe(4)
})

describe("an address of this host", () => {
  it("is not taken by a peer while the device uses it", () => {
    const table = new MacTable()
    table.learn(mac(1), 2, thisDevice, 0)
    table.learn(mac(1), 2, 5, 4999)
    expect(table.lookup(mac(1), 2, 5000)).toBe(thisDevice)
    expect(table.notLearned).toBe(1)
  })

  it("moves to a peer once the device has been silent for five seconds", () => {
    const table = new MacTable()
    table.learn(mac(1), 2, thisDevice, 0)
    table.learn(mac(1), 2, 5, 5000)
    expect(table.lookup(mac(1), 2, 5000)).toBe(5)
  })

  it("is taken back from a peer at once", () => {
    const table = new MacTable()
    table.learn(mac(1), 2, 5, 0)
    table.learn(mac(1), 2, thisDevice, 1)
    expect(table.lookup(mac(1), 2, 1)).toBe(thisDevice)
  })
})

describe("limits", () => {
  it.each([0, peerSlots - 1])("the peer at place %i fills no more than its share; the others learn on", (place) => {
    const table = new MacTable()
    for (let i = 0; i < 5000; i++) {
      table.learn(mac(i), 2, place, 0)
      table.tend(0)
    }
    table.learn(mac(6000), 2, 2, 0)
    expect(table.entries(0)).toHaveLength(mostMacsPerPeer + 1)
    expect(table.notLearned).toBe(5000 - mostMacsPerPeer)
    expect(table.lookup(mac(6000), 2, 0)).toBe(2)
  })

  it("an address that moves to a full peer is nowhere, so that it is flooded", () => {
    const table = new MacTable(limits(1))
    table.learn(mac(1), 2, 1, 0)
    table.learn(mac(2), 2, 2, 0)
    table.learn(mac(1), 2, 2, 0)
    expect(table.lookup(mac(1), 2, 0)).toBe(unknownMac)
    expect(table.notLearned).toBe(1)
  })

  it("all together: grows to it between batches, and no further", () => {
    const table = new MacTable(defaultLimits, 1)
    for (let i = 0; i < 200_000; i++) {
      table.learn(mac(i), 2, i % 200, 0)
      if (i % 512 === 0) table.tend(0)
    }
    expect(table.entries(0)).toHaveLength(defaultLimits.all)
    expect(table.lookup(mac(131_071), 2, 0)).toBe(131_071 % 200)
  })

  it("the aged make room", () => {
    const table = new MacTable(limits(2))
    for (let i = 0; i < 2; i++) table.learn(mac(i), 2, 1, 0)
    table.tend(ageMs)
    table.learn(mac(3), 2, 1, ageMs)
    expect(table.entries(ageMs)).toEqual([{ mac: textOf(3), peer: 1, ageSeconds: 0 }])
  })
})

it("without tend it takes what one batch brings, and stays sound when it is full", () => {
  const table = new MacTable()
  for (let i = 0; i < 4000; i++) table.learn(mac(i), 2, i % 8, 0)
  const known = table.entries(0).length
  expect(known).toBeGreaterThanOrEqual(1536)
  expect(known + table.notLearned).toBe(4000)
})

it("what is behind other peers outlives one that goes, at any filling", () => {
  const table = new MacTable(defaultLimits, 3)
  for (let i = 0; i < 1500; i++) table.learn(mac(i * 7919), 2, i % 3, 0)
  table.forget(1)
  const where = Array.from({ length: 1500 }, (_, i) => table.lookup(mac(i * 7919), 2, 0))
  expect(where).toEqual(Array.from({ length: 1500 }, (_, i) => (i % 3 === 1 ? unknownMac : i % 3)))
})

type Step =
  | { act: "learn"; mac: number; peer: number }
  | { act: "wait"; ms: number }
  | { act: "tend" }
  | { act: "forget"; peer: number }
  | { act: "renumber"; moved: number[] }

/** The same rules over a Map. */
class Model {
  readonly known = new Map<number, { peer: number; seen: number }>()
  #nextSweep = 0
  readonly #perPeer: number
  constructor(perPeer: number) {
    this.#perPeer = perPeer
  }
  step(step: Step, now: number): void {
    if (step.act === "learn") this.#learn(step.mac, step.peer, now)
    if (step.act === "forget") this.#keep(({ peer }) => peer !== step.peer)
    if (step.act === "tend" && now >= this.#nextSweep) {
      this.#nextSweep = now + 10_000
      this.#keep(({ seen }) => now - seen < ageMs)
    }
    if (step.act === "renumber") {
      const moved = (peer: number) => (peer === thisDevice ? thisDevice : (step.moved[peer] ?? -1))
      this.#keep(({ peer }) => peer === thisDevice || moved(peer) >= 0)
      for (const entry of this.known.values()) entry.peer = moved(entry.peer)
    }
  }
  lookup(number: number, now: number): number {
    const entry = this.known.get(number)
    return entry === undefined || now - entry.seen >= ageMs ? unknownMac : entry.peer
  }
  #learn(number: number, peer: number, now: number): void {
    const entry = this.known.get(number)
    const isFull = [...this.known.values()].filter((other) => other.peer === peer).length >= this.#perPeer
    if (entry?.peer === peer) entry.seen = now
    else if (entry?.peer === thisDevice && now - entry.seen < 5000) return
    else if (isFull) {
      if (entry !== undefined) entry.seen = Number.NEGATIVE_INFINITY
    } else this.known.set(number, { peer, seen: now })
  }
  #keep(isWanted: (entry: { peer: number; seen: number }) => boolean): void {
    for (const [number, entry] of this.known) if (!isWanted(entry)) this.known.delete(number)
  }
}

it("agrees with a plain map, whatever happens in which order", () => {
  const peer = fc.integer({ min: thisDevice, max: 3 })
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ act: fc.constant("learn" as const), mac: fc.nat(9), peer }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant("wait" as const), ms: fc.nat(200_000) }) },
    { weight: 2, arbitrary: fc.constant({ act: "tend" as const }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant("forget" as const), peer: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc
        .shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 })
        .map((moved) => ({ act: "renumber" as const, moved: moved.map((to) => (to === 3 ? -1 : to)) })),
    },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const table = new MacTable(limits(3))
      const model = new Model(3)
      let now = 0
      for (const each of steps) {
        if (each.act === "wait") now += each.ms
        if (each.act === "learn") table.learn(mac(each.mac + 1), 2, each.peer, now)
        if (each.act === "tend") table.tend(now)
        if (each.act === "forget") table.forget(each.peer)
        if (each.act === "renumber") table.renumber(each.moved)
        model.step(each.act === "learn" ? { ...each, mac: each.mac + 1 } : each, now)
        for (let i = 1; i <= 10; i++) expect(table.lookup(mac(i), 2, now)).toBe(model.lookup(i, now))
      }
    }),
    { numRuns: 150 },
  )
})
