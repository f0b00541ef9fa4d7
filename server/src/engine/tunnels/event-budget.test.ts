import { expect, it } from "vitest"
import { EventBudget } from "./event-budget.ts"

const start = 1_700_000_000_000

it("twenty at once, then one every six seconds, which says how many were left out", () => {
  const budget = new EventBudget()
  const answers = Array.from({ length: 25 }, () => budget.ask(start))
  expect(answers).toEqual([...Array(20).fill(0), ...Array(5).fill(undefined)])
  expect(budget.ask(start + 5_000)).toBeUndefined()
  expect(budget.ask(start + 12_000)).toBe(6)
  expect(budget.ask(start + 12_000)).toBe(0)
  expect(budget.ask(start + 12_000)).toBeUndefined()
})

it("a quiet hour fills it up, and no more than that", () => {
  const budget = new EventBudget()
  for (let i = 0; i < 30; i++) budget.ask(start)
  const answers = Array.from({ length: 21 }, () => budget.ask(start + 3_600_000))
  expect(answers).toEqual([10, ...Array(19).fill(0), undefined])
})
