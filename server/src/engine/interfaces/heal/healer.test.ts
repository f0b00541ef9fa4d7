import { type InterfaceActual, type NewHostEvent, Problem } from "@tundeck/shared"
import { beforeEach, expect, it } from "vitest"
import type { Bringer, Outcome } from "../reconcile/bring.ts"
import { actualOf, wishOf } from "../reconcile/fixtures.ts"
import { reconcile } from "../reconcile/reconcile.ts"
import { createHealer, type Healer } from "./healer.ts"
import { createStormGuard } from "./storm-guard.ts"

let events: NewHostEvent[]
let later: string[]
let time: number
let failures: Problem[]
let healer: Healer
beforeEach(() => {
  events = []
  later = []
  failures = []
  time = 0
  const bringer: Bringer = {
    asFarAsPossible: (wanted, actual, extent): Outcome => ({
      done: failures.length > 0 ? [] : reconcile(wanted, actual, extent),
      failures,
    }),
    wholly: () => [],
  }
  healer = createHealer({
    bringer,
    guard: createStormGuard(3, 60_000),
    now: () => time,
    onEvent: (event) => events.push(event),
    lookLater: (name) => later.push(name),
  })
})

const texts = () => events.map(({ text }) => text)
const wanted = wishOf({ addresses: ["10.0.0.1/24"] })
const drifted = (fields: Partial<InterfaceActual>) => actualOf(wanted, fields)

it("what is as wished is left alone, in silence", () => {
  expect(healer.consider(wanted, actualOf(wanted))).toBe(false)
  expect(events).toEqual([])
})

it("what differs is put back, and told in plain words", () => {
  expect(healer.consider(wanted, drifted({ mtu: 1400, up: false }))).toBe(true)
  expect(events).toEqual([
    {
      time: 0,
      severity: "info",
      subject: "interface tap0",
      text: "tap0: mtu was changed to 1400 from outside; put back to 1500, was set down from outside; set up again",
    },
  ])
})

it("what is gone is created again", () => {
  expect(healer.consider(wanted, null)).toBe(true)
  expect(texts()).toEqual(["tap0: deleted from outside; created again"])
})

it("another kind is told once and never touched", () => {
  for (let i = 0; i < 3; i++) expect(healer.consider(wanted, drifted({ kind: "tun" }))).toBe(false)
  expect(texts()).toEqual([expect.stringContaining("tap0 is a tun, not a tap")])
})

it("without healing the drift is told once, and again when it is another", () => {
  const shown = { ...wanted, heal: false }
  for (const mtu of [1400, 1400, 1300]) expect(healer.consider(shown, drifted({ mtu }))).toBe(false)
  healer.consider(shown, actualOf(wanted))
  healer.consider(shown, drifted({ mtu: 1300 }))
  expect(texts()).toEqual([
    "tap0: mtu is 1400 now, wanted is 1500",
    "tap0: mtu is 1300 now, wanted is 1500",
    "tap0: mtu is 1300 now, wanted is 1500",
  ])
})

it("an ignored field is neither healed nor told", () => {
  for (const heal of [true, false]) healer.consider({ ...wanted, heal, ignoreDrift: ["mtu"] }, drifted({ mtu: 1400 }))
  expect(events).toEqual([])
})

it("a heal that fails is told once, with the reason, and tried again later", () => {
  failures = [new Problem("capability-missing", "no CAP_NET_ADMIN")]
  for (let i = 0; i < 2; i++) expect(healer.consider(wanted, drifted({ mtu: 1400 }))).toBe(false)
  expect(events).toMatchObject([{ severity: "error", text: "tap0: could not be put back: no CAP_NET_ADMIN" }])
  expect(later).toContain("tap0")
})

it("a storm is told once, rests, and a new wish ends the rest", () => {
  for (let i = 0; i < 10; i++) healer.consider(wanted, drifted({ mtu: 1400 }))
  expect(texts().filter((text) => text.includes("put back"))).toHaveLength(3)
  expect(texts().filter((text) => text.includes("again and again"))).toHaveLength(1)
  expect(later).toEqual(["tap0"])
  healer.forget("tap0")
  expect(healer.consider(wanted, drifted({ mtu: 1400 }))).toBe(true)
})

it("after the rest it heals again", () => {
  for (let i = 0; i < 4; i++) healer.consider(wanted, drifted({ mtu: 1400 }))
  time = 60_000
  expect(healer.consider(wanted, drifted({ mtu: 1400 }))).toBe(true)
})
