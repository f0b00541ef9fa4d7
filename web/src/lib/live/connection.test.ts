import type { LiveReply } from "@tundeck/shared"
import { expect, test } from "vitest"
import { concerns, retryDelay } from "./connection.ts"

test("live: a first try begins at once, later ones ever later, never more than 15 s apart", () => {
  const delays = [0, 1, 2, 3, 4, 20].map(retryDelay)
  expect(delays[0]).toBe(0)
  expect(delays[1]).toBeGreaterThanOrEqual(1_000)
  expect(delays[1]).toBeLessThan(1_500)
  expect(delays.toSorted((a, b) => a - b)).toEqual(delays)
  expect(delays.at(-1)).toBe(15_000)
})

test("live: packets and gaps reach those who watch that tunnel, and no one else", () => {
  const gap: LiveReply = { type: "gap", tunnel: "t1", dropped: 5 }
  expect(concerns(gap, { topic: "packets", tunnel: "t1" })).toBe(true)
  expect(concerns(gap, { topic: "packets", tunnel: "t2" })).toBe(false)
  expect(concerns(gap, { topic: "tunnels", tunnel: undefined })).toBe(false)
})

test("live: other messages reach the subscribers of their topic", () => {
  const changed: LiveReply = { type: "interfaces" }
  expect(concerns(changed, { topic: "interfaces", tunnel: undefined })).toBe(true)
  expect(concerns(changed, { topic: "events", tunnel: undefined })).toBe(false)
})
