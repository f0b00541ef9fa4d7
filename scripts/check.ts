// npm run check: types, lint and format, arrows, dead exports. All of them run, then the first failure decides.
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const steps: [string, string[]][] = [
  ["types: server", ["tsc", "-p", "."]],
  ["types: shared", ["tsc", "-p", "shared"]],
  ["types: web", ["tsc", "-p", "web"]],
  ["lint and format", ["biome", "check", "."]],
  ["arrows", ["depcruise", "--config", ".dependency-cruiser.mjs", "shared", "native-bindings", "server", "web"]],
  ["dead exports", ["knip", "--no-progress"]],
]

let failed = 0
for (const [name, [command = "", ...args]] of steps) {
  const run = spawnSync(join(root, "node_modules/.bin", command), args, { cwd: root, encoding: "utf8" })
  const ok = run.status === 0
  if (!ok) failed += 1
  console.log(`${ok ? "ok  " : "FAIL"} ${name}`)
  if (!ok) console.log(`${run.stdout}${run.stderr}`)
}
console.log(`${steps.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
