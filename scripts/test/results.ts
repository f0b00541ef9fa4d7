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

/** What failed, and why in a few lines, from vitest's JSON report. */
export function failuresFromVitest(json: string): string[] {
  return list(parse(json)?.testResults).flatMap((file) => {
    const failed = list(file.assertionResults).filter(({ status }) => status !== "passed")
    const whole = file.status === "failed" && failed.length === 0 ? [excerpt(file.name, file.message)] : []
    return [...whole, ...failed.map((test) => excerpt(`${file.name}: ${test.fullName}`, list(test.failureMessages)[0]))]
  })
}

/** What failed, and why in a few lines, from Playwright's JSON report. */
export function failuresFromPlaywright(json: string): string[] {
  const specs = (suite: Json): Json[] => [...list(suite.specs), ...list(suite.suites).flatMap(specs)]
  const failed = list(parse(json)?.suites)
    .flatMap(specs)
    .filter(({ ok }) => ok !== true)
  return failed.map((spec) => {
    const errors = list(spec.tests)
      .flatMap((test) => list(test.results))
      .flatMap((result) => list(result.errors))
    return excerpt(`${spec.file}: ${spec.title}`, errors[0]?.message)
  })
}

/** The count to trust: a runner that failed, or that ran nothing, has failed at least once whatever it says. */
export function verdict(count: Count | undefined, exitCode: number | null): Count {
  const { passed, failed } = count ?? { passed: 0, failed: 0 }
  const isSuspicious = exitCode !== 0 || passed + failed === 0
  return { passed, failed: isSuspicious ? Math.max(failed, 1) : failed }
}

type Json = Record<string, unknown>

function parse(json: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === "object" && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value : []
}

function excerpt(title: unknown, message: unknown): string {
  const lines = String(message ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
  return [String(title), ...lines.slice(0, 12).map((line) => `    ${line}`)].join("\n")
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + (Number.isFinite(number) ? number : 0), 0)
}
