import { expect, test } from "vitest"
import { fingerprint } from "./fingerprint.ts"
import { words } from "./words.ts"

const key = (last: string) => `${"A".repeat(40)}${last}=`

test("there is a word for each byte, and no word twice", () => {
  expect(words).toHaveLength(256)
  expect(new Set(words).size).toBe(256)
  expect(words.filter((word) => !/^[a-z]{3,8}$/.test(word))).toEqual([])
})

test("a key has four words and eight colours, always the same", () => {
  const print = fingerprint(key("AAA"))
  expect(fingerprint(key("AAA"))).toEqual(print)
  expect(print.words).toHaveLength(4)
  expect(print.colours).toHaveLength(8)
  expect(print.colours.every((colour) => colour >= 0 && colour < 8)).toBe(true)
})

test("a thousand keys that differ in their last characters alone have a thousand fingerprints, and use every word", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"]
  const prints = letters.flatMap((a) => letters.map((b) => fingerprint(key(`${a}${b}A`))))
  expect(new Set(prints.map((print) => print.words.join(" "))).size).toBe(1024)
  expect(new Set(prints.map((print) => print.colours.join(""))).size).toBe(1024)
  expect(new Set(prints.flatMap((print) => print.words)).size).toBe(256)
})
