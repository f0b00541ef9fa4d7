import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it, onTestFinished } from "vitest"
import { signalQuietly } from "../../testing/process.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { until } from "../../testing/wait.ts"
import { outcomeOf } from "./children.ts"

const module = JSON.stringify(join(import.meta.dirname, "children.ts"))
/** Starts another, says who both are, and waits for it. */
const family = 'sleep 600 & echo $$ $! > "$0"; wait'

async function familyFile() {
  const directory = await temporaryDirectory()
  onTestFinished(() => directory.remove())
  const file = join(directory.path, "family")
  const pids = () => (existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").map(Number) : [])
  return { file, pids, isThere: () => until(() => pids().length === 2, { what: "the family to be there" }) }
}

/** One that has ended and was not waited for has no command any more. */
const isAlive = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== ""
  } catch {
    return false
  }
}

const areGone = (pids: readonly number[]) => until(() => !pids.some(isAlive), { what: "the family to be gone" })

const options = { cwd: import.meta.dirname, env: process.env, patienceMs: 60_000 }

it.each([
  ["true", "succeeded"],
  ["false", "failed"],
])("%s has %s", async (command, outcome) => {
  expect(await outcomeOf(command, [], options)).toBe(outcome)
})

it("who takes too long is late, and all that it started is gone", async () => {
  const { file, pids } = await familyFile()
  expect(await outcomeOf("sh", ["-c", family, file], { ...options, patienceMs: 3_000 })).toBe("late")
  await areGone(pids())
})

it("what one that ended has left behind is gone", async () => {
  const { file, pids } = await familyFile()
  expect(await outcomeOf("sh", ["-c", 'sleep 600 & echo $$ $! > "$0"', file], options)).toBe("succeeded")
  await areGone(pids())
})

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s ends the children and what they started, and then us", async (signal, status) => {
  const { file, pids, isThere } = await familyFile()
  const args = JSON.stringify(["-c", family, file])
  const program = `
    import { endChildrenWithUs, outcomeOf } from ${module}
    endChildrenWithUs()
    await outcomeOf("sh", ${args}, { cwd: "/", env: process.env, patienceMs: 600_000 })`
  const us = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], { stdio: "ignore" })
  onTestFinished(() => void us.kill("SIGKILL"))
  const ended = new Promise((resolve) => us.once("exit", resolve))
  await isThere()
  onTestFinished(() => {
    for (const pid of pids()) signalQuietly(pid, "SIGKILL")
  })
  expect(pids().every(isAlive)).toBe(true)
  us.kill(signal)
  expect(await ended).toBe(status)
  await areGone(pids())
})
