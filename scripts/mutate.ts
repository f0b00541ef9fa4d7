// npm run mutate [-- --at-once N] [FILE …]: makes one small mistake after the other in the guarded files (all of them, or those
// named), and runs their tests with each, N (2) at once. A mistake that no test notices survives, and is told; then the exit
// status is 1.
import { readFileSync } from "node:fs"
import { setPriority } from "node:os"
import { join, relative, resolve } from "node:path"
import { parseArgs } from "node:util"
import { endChildrenWithUs, type Outcome, outcomeOf } from "./mutate/children.ts"
import { equivalents, guards } from "./mutate/guards.ts"
import { type Mutant, mutantsOf } from "./mutate/mutants.ts"

const root = join(import.meta.dirname, "..")
const vitest = join(root, "node_modules/vitest/vitest.mjs")
const config = join(import.meta.dirname, "mutate/vitest.config.ts")
/** How much longer than without a mistake the tests may take before they are held to never end. */
const patience = { times: 5, andMs: 20_000 } as const
const { values, positionals } = parseArgs({
  options: { "at-once": { type: "string", default: "2" } },
  allowPositionals: true,
})
const atOnce = Number(values["at-once"])

setPriority(19)
endChildrenWithUs()

type Mistake = Pick<Mutant, "start" | "end" | "text"> & { file: string }

/** Succeeded: no test notices the mistake. */
function test(tests: readonly string[], mistake: Mistake | null, patienceMs: number): Promise<Outcome> {
  const env = { ...process.env, TUNDECK_MUTANT: JSON.stringify(mistake) }
  return outcomeOf(process.execPath, [vitest, "run", "--config", config, ...tests], { cwd: root, env, patienceMs })
}

/** How long to wait for these tests, which pass as long as there is no mistake. */
async function patienceFor(tests: readonly string[]): Promise<number> {
  const begin = performance.now()
  const outcome = await test(tests, null, 600_000)
  if (outcome !== "succeeded") throw new Error(`not even without a mistake do they pass: ${tests.join(", ")}`)
  return (performance.now() - begin) * patience.times + patience.andMs
}

/** How many survived. */
async function judge(file: string, tests: readonly string[], patienceMs: number): Promise<number> {
  const known = equivalents[file] ?? {}
  const mutants = mutantsOf(readFileSync(join(root, file), "utf8"))
  const waiting = mutants.filter(({ becomes }) => !(becomes in known))
  const unknown = Object.keys(known).filter((line) => !mutants.some(({ becomes }) => becomes === line))
  if (unknown.length > 0) throw new Error(`${file}: no mistake leads to\n${unknown.join("\n")}`)
  const outcomes = { succeeded: 0, failed: 0, late: 0 }
  const count = waiting.length
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { start, end, text, line, becomes } = next
      const outcome = await test(tests, { file: join(root, file), start, end, text }, patienceMs)
      outcomes[outcome] += 1
      if (outcome === "succeeded") console.log(`  survived: ${file}:${line}: ${becomes}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const late = outcomes.late === 0 ? "" : ` (${outcomes.late} because the tests never end)`
  console.log(
    `${file}: ${count - outcomes.succeeded} of ${count} noticed${late}, ${mutants.length - count} change nothing`,
  )
  return outcomes.succeeded
}

const wanted = positionals.map((path) => relative(root, resolve(path)))
if (!(atOnce >= 1)) {
  console.error("--at-once: how many, from 1 on")
  process.exit(2)
}
const unguarded = wanted.filter((file) => !guards.some(({ files }) => files.includes(file)))
if (unguarded.length > 0) {
  console.error(`${unguarded.join(", ")}: scripts/mutate/guards.ts names no tests for it`)
  process.exit(2)
}
let survived = 0
for (const { files, tests } of guards) {
  const chosen = files.filter((file) => wanted.length === 0 || wanted.includes(file))
  if (chosen.length === 0) continue
  const patienceMs = await patienceFor(tests)
  for (const file of chosen) survived += await judge(file, tests, patienceMs)
}
process.exit(survived === 0 ? 0 : 1)
