// How many tests a stage passed and failed, from what its runner left. A skipped test is a failed one.
export interface Count {
  passed: number
  failed: number
}

/** From the last line of the form "N passed, N failed". */
export function countFromLines(output: string): Count | undefined {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1)
  return last && { passed: Number(last[1]), failed: Number(last[2]) }
}

/** From vitest's JSON report. */
export function countFromVitest(json: string): Count | undefined {
  const report = parse(json)
  if (typeof report?.numPassedTests !== "number") return undefined
  const failed = [report.numFailedTests, report.numPendingTests, report.numTodoTests].map(Number)
  return { passed: report.numPassedTests, failed: sum(failed) }
}

/** From Playwright's JSON report. A test that passed at the second try failed. */
export function countFromPlaywright(json: string): Count | undefined {
  const stats = parse(json)?.stats
  if (typeof stats !== "object" || stats === null) return undefined
  const { expected, unexpected, flaky, skipped } = stats as Record<string, unknown>
  return { passed: Number(expected), failed: sum([unexpected, flaky, skipped].map(Number)) }
}

/** The count to trust: a runner that failed, or that ran nothing, has failed at least once whatever it says. */
export function verdict(count: Count | undefined, exitCode: number | null): Count {
  const { passed, failed } = count ?? { passed: 0, failed: 0 }
  const isSuspicious = exitCode !== 0 || passed + failed === 0
  return { passed, failed: isSuspicious ? Math.max(failed, 1) : failed }
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + (Number.isFinite(number) ? number : 0), 0)
}
