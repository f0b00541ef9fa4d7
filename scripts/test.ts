// npm test [-- stage …]: brings what the tests need, runs every stage, goes on after a failure, and sums up what failed.
// The last line is "N passed, N failed"; the exit code is 1 unless the second number is 0.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { installPackages } from "./test/packages.ts"
import type { Count } from "./test/results.ts"
import { runStage, stages } from "./test/stages.ts"

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  console.error(`npm test: no stage ${unknown.join(", ")}; there are ${stages.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

const results: { name: string; count: Count; seconds: number }[] = []
const failures: string[] = []
const reports = mkdtempSync(join(tmpdir(), "tundeck-reports-"))

async function timed(name: string, work: () => Count | Promise<Count>): Promise<void> {
  console.log(`\n── ${name}`)
  const start = performance.now()
  const count = await work()
  results.push({ name, count, seconds: (performance.now() - start) / 1000 })
}

/** A step that is no test itself: it passes in silence, and a failure counts. */
function prepare(succeeded: boolean): Count {
  return { passed: 0, failed: succeeded ? 0 : 1 }
}

function isRoot(): boolean {
  if (process.getuid?.() === 0) return true
  console.error("npm test: network, e2e and docker make namespaces and interfaces: run it as root")
  return false
}

function buildWeb(): boolean {
  return spawnSync(process.execPath, [join(import.meta.dirname, "build-web.mjs")], { stdio: "inherit" }).status === 0
}

const chosen = stages.filter(({ name }) => asked.length === 0 || asked.includes(name))
if (chosen.some(({ needsMachine }) => needsMachine)) {
  await timed("machine", () => prepare(isRoot() && installPackages()))
}
// Panels of tests read it while another test looks whether it is up to date.
if (chosen.some(({ name }) => name !== "check")) await timed("web page", () => prepare(buildWeb()))
for (const stage of chosen) {
  await timed(stage.name, async () => {
    const result = await runStage(stage, reports)
    failures.push(...result.failures)
    return result.count
  })
}
rmSync(reports, { recursive: true, force: true })

for (const failure of failures) console.log(`\nFAILED ${failure}`)
console.log("")
for (const { name, count, seconds } of results) {
  const counts = `${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed`
  console.log(
    `${count.failed === 0 ? "ok  " : "FAIL"} ${name.padEnd(10)} ${counts} ${seconds.toFixed(1).padStart(7)} s`,
  )
}
const passed = results.reduce((total, { count }) => total + count.passed, 0)
const failed = results.reduce((total, { count }) => total + count.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
