import { expect, it } from "vitest"
import { createStormGuard } from "./storm-guard.ts"

it("heals up to the limit, says once that it stops, and rests", () => {
  const guard = createStormGuard(3, 60_000)
  expect([0, 1, 2, 3, 4, 5].map((time) => guard.ask("tun0", time))).toEqual([
    "heal",
    "heal",
    "heal",
    "begins",
    "rest",
    "rest",
  ])
})

it("heals again after the rest", () => {
  const guard = createStormGuard(1, 1000)
  expect([0, 1, 1000, 1001].map((time) => guard.ask("tun0", time))).toEqual(["heal", "begins", "rest", "heal"])
})

it("slow changes never add up", () => {
  const guard = createStormGuard(2, 1000)
  for (let time = 0; time < 100_000; time += 600) expect(guard.ask("tun0", time)).toBe("heal")
})

it("interfaces do not count for each other, and a new wish counts from the beginning", () => {
  const guard = createStormGuard(1, 1000)
  expect(guard.ask("tun0", 0)).toBe("heal")
  expect(guard.ask("tun1", 0)).toBe("heal")
  expect(guard.ask("tun0", 1)).toBe("begins")
  guard.reset("tun0")
  expect(guard.ask("tun0", 2)).toBe("heal")
})
