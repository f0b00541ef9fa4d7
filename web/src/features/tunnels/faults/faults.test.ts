import { faultSettings } from "@tundeck/shared"
import { expect, test } from "vitest"
import { LatestOnly } from "./latest-only.ts"
import { faultFields, isOn, placeOf, stopsOf } from "./stops.ts"

test("every place of every slider is a value that the panel takes, and is found again", () => {
  for (const field of faultFields) {
    stopsOf(field).forEach((value, place) => {
      expect(faultSettings.shape[field].safeParse(value)).toMatchObject({ success: true })
      expect(placeOf(field, value)).toBe(place)
    })
  }
  expect([...faultFields].sort()).toEqual(Object.keys(faultSettings.shape).sort())
})

test("a typed value stands at the nearest place; no limit at the far right", () => {
  expect(stopsOf("lossPercent")[placeOf("lossPercent", 2.9)]).toBe(3)
  expect(placeOf("delayMs", 10_000)).toBe(stopsOf("delayMs").length - 1)
  expect(placeOf("rateKbps", null)).toBe(stopsOf("rateKbps").length - 1)
})

test("a fault is on when it does something: any rate limit, any share above 0", () => {
  expect(isOn("rateKbps", null)).toBe(false)
  expect(isOn("rateKbps", 8)).toBe(true)
  expect(isOn("lossPercent", 0)).toBe(false)
  expect(isOn("lossPercent", 0.1)).toBe(true)
})

/** A receiver that takes one value at a time and answers when it is told to. */
function receiver() {
  const sent: number[] = []
  const answers: ((fails?: Error) => void)[] = []
  const send = (value: number) =>
    new Promise<void>((resolve, reject) => {
      sent.push(value)
      answers.push((error) => (error === undefined ? resolve() : reject(error)))
    })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const answer = async (error?: Error) => {
    answers.shift()?.(error)
    await settled()
  }
  return { sent, answer, queue: new LatestOnly(send) }
}

test("values that follow fast: the first is on its way, of the others the last is sent when it has arrived", async () => {
  const { sent, answer, queue } = receiver()
  queue.push(1, 0)
  queue.flush()
  for (const value of [2, 3, 4]) queue.push(value, 0)
  queue.flush()
  expect(sent).toEqual([1])
  await answer()
  expect(sent).toEqual([1, 4])
})

test("a refused value does not hold up the next one", async () => {
  const { sent, answer, queue } = receiver()
  queue.push(1, 60_000)
  queue.flush()
  queue.push(2, 60_000)
  await answer(new Error("refused"))
  expect(sent).toEqual([1, 2])
  queue.push(3, 60_000)
  queue.flush()
  await answer()
  expect(sent).toEqual([1, 2, 3])
})

test("what waits when nobody looks any more is sent at once, and nothing twice", async () => {
  const { sent, answer, queue } = receiver()
  queue.push(1, 60_000)
  queue.flush()
  await answer()
  queue.flush()
  expect(sent).toEqual([1])
})
