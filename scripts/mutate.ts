// npm run mutate [-- FILE …]: makes one small mistake after the other in the guarded files (all of them, or those named), and runs
// their tests with each. A mistake that no test notices survives, and is told; then the exit status is 1.
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { setPriority } from "node:os"
import { join, relative, resolve } from "node:path"
import { equivalents, guards } from "./mutate/guards.ts"
import { type Mutant, mutantsOf } from "./mutate/mutants.ts"

const root = join(import.meta.dirname, "..")
const vitest = join(root, "node_modules/vitest/vitest.mjs")
const config = join(import.meta.dirname, "mutate/vitest.config.ts")
const patienceMs = 20_000
const atOnce = 2

setPriority(19)

/** True: all tests pass. */
function passes(tests: readonly string[], mutant: (Omit<Mutant, "line" | "becomes"> & { file: string }) | null) {
  return new Promise<boolean>((done) => {
    const child = spawn(process.execPath, [vitest, "run", "--config", config, ...tests], {
      cwd: root,
      env: { ...process.env, TUNDECK_MUTANT: JSON.stringify(mutant) },
      stdio: "ignore",
      detached: true,
    })
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), patienceMs)
    child.once("exit", (code) => {
      clearTimeout(timer)
      done(code === 0)
    })
  })
}

/** Those that survived. */
async function judge(file: string, tests: readonly string[]): Promise<Mutant[]> {
  const known = equivalents[file] ?? {}
  const mutants = mutantsOf(readFileSync(join(root, file), "utf8"))
  const waiting = mutants.filter(({ becomes }) => !(becomes in known))
  const unknown = Object.keys(known).filter((line) => !mutants.some(({ becomes }) => becomes === line))
  if (unknown.length > 0) throw new Error(`${file}: no mistake leads to\n${unknown.join("\n")}`)
  const survivors: Mutant[] = []
  const count = waiting.length
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { start, end, text, line, becomes } = next
      if (!(await passes(tests, { file: join(root, file), start, end, text }))) continue
      survivors.push(next)
      console.log(`  survived: ${file}:${line}: ${becomes}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  console.log(`${file}: ${count - survivors.length} of ${count} noticed, ${mutants.length - count} change nothing`)
  return survivors
}

const wanted = process.argv.slice(2).map((path) => relative(root, resolve(path)))
const unguarded = wanted.filter((file) => !guards.some(({ files }) => files.includes(file)))
if (unguarded.length > 0) {
  console.error(`${unguarded.join(", ")}: scripts/mutate/guards.ts names no tests for it`)
  process.exit(2)
}
let survived = 0
for (const { files, tests } of guards) {
  const chosen = files.filter((file) => wanted.length === 0 || wanted.includes(file))
  if (chosen.length === 0) continue
  if (!(await passes(tests, null))) throw new Error(`not even without a mistake do they pass: ${tests.join(", ")}`)
  for (const file of chosen) survived += (await judge(file, tests)).length
}
process.exit(survived === 0 ? 0 : 1)
