import { expect, test } from "vitest"
import {
  countFromLines,
  countFromPlaywright,
  countFromVitest,
  failuresFromPlaywright,
  failuresFromVitest,
  verdict,
} from "./results.ts"

test("the last summary line counts", () => {
  expect(countFromLines("1 passed, 1 failed\nok\n6 passed, 0 failed\n")).toEqual({ passed: 6, failed: 0 })
  expect(countFromLines("about 6 passed, 0 failed today")).toBeUndefined()
})

test("vitest: what is skipped or to do has failed", () => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 }
  expect(countFromVitest(JSON.stringify(report))).toEqual({ passed: 5, failed: 4 })
})

test("playwright: what is skipped or flaky has failed", () => {
  const report = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 1 } }
  expect(countFromPlaywright(JSON.stringify(report))).toEqual({ passed: 3, failed: 3 })
})

test("a report that is missing or cut is none", () => {
  for (const json of ["", "{", "[]", "null", "{}"]) {
    expect(countFromVitest(json)).toBeUndefined()
    expect(countFromPlaywright(json)).toBeUndefined()
  }
})

test("a runner that failed or ran nothing has failed", () => {
  expect(verdict({ passed: 3, failed: 0 }, 0)).toEqual({ passed: 3, failed: 0 })
  expect(verdict({ passed: 3, failed: 0 }, 1)).toEqual({ passed: 3, failed: 1 })
  expect(verdict({ passed: 3, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2 })
  expect(verdict({ passed: 0, failed: 0 }, 0)).toEqual({ passed: 0, failed: 1 })
  expect(verdict(undefined, 0)).toEqual({ passed: 0, failed: 1 })
  expect(verdict({ passed: 3, failed: 0 }, null)).toEqual({ passed: 3, failed: 1 })
})

test("vitest: failures are named with their reason, a file that does not load as a whole", () => {
  const assertionResults = [
    { status: "passed", fullName: "a passes" },
    { status: "failed", fullName: "b fails", failureMessages: ["Error: no\n\n    at x"] },
    { status: "pending", fullName: "c waits", failureMessages: [] },
  ]
  const testResults = [
    { name: "one.ts", status: "failed", assertionResults },
    { name: "two.ts", status: "failed", message: "SyntaxError", assertionResults: [] },
  ]
  expect(failuresFromVitest(JSON.stringify({ testResults }))).toEqual([
    "one.ts: b fails\n    Error: no\n        at x",
    "one.ts: c waits",
    "two.ts\n    SyntaxError",
  ])
  expect(failuresFromVitest("{")).toEqual([])
})

test("playwright: failures are named with their reason, in suites of any depth", () => {
  const spec = (title: string, ok: boolean) => ({
    file: "s.ts",
    title,
    ok,
    tests: [{ results: [{ errors: ok ? [] : [{ message: "Error: late" }] }] }],
  })
  const suites = [{ specs: [spec("a", true)], suites: [{ specs: [spec("b", false)] }] }]
  expect(failuresFromPlaywright(JSON.stringify({ suites }))).toEqual(["s.ts: b\n    Error: late"])
  expect(failuresFromPlaywright("")).toEqual([])
})
