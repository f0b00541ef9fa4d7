// The stages of `npm test`: each a command that prints as it goes and leaves a report to count.
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import {
  type Count,
  countFromLines,
  countFromPlaywright,
  countFromVitest,
  failuresFromPlaywright,
  failuresFromVitest,
  verdict,
} from "./results.ts"

const root = join(import.meta.dirname, "../..")
const binaries = join(root, "node_modules/.bin")

export interface Stage {
  name: string
  command: readonly [string, ...string[]]
  limitMinutes: number
  /** Reads the stage's report: its file's text, or what it printed where it writes no file. */
  count(report: string): Count | undefined
  /** What failed, by the same report. */
  failures?(report: string): string[]
  reportsBy: "file" | "output"
  /** Makes namespaces, interfaces and containers: wants root, the packages and the built page. */
  needsMachine: boolean
}

const vitest = (project: string, limitMinutes: number, needsMachine: boolean): Stage => ({
  name: project,
  command: ["vitest", "run", "--project", project, "--reporter=default", "--reporter=json"],
  limitMinutes,
  count: countFromVitest,
  failures: failuresFromVitest,
  reportsBy: "file",
  needsMachine,
})

export const stages: readonly Stage[] = [
  {
    name: "check",
    command: ["node", "scripts/check.ts"],
    limitMinutes: 5,
    count: countFromLines,
    reportsBy: "output",
    needsMachine: false,
  },
  vitest("unit", 15, false),
  vitest("network", 30, true),
  {
    name: "e2e",
    command: ["playwright", "test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"],
    limitMinutes: 20,
    count: countFromPlaywright,
    failures: failuresFromPlaywright,
    reportsBy: "file",
    needsMachine: true,
  },
  vitest("docker", 10, true),
]

/** Runs one stage with live output; `reports` is a directory for its report. */
export async function runStage(stage: Stage, reports: string): Promise<{ count: Count; failures: string[] }> {
  const [command, ...args] = stage.command
  const file = join(reports, `${stage.name}.json`)
  if (stage.count === countFromVitest) args.push(`--outputFile.json=${file}`)
  const env = {
    ...process.env,
    PATH: `${binaries}${delimiter}${process.env.PATH}`,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  }
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.on("data", (bytes: Buffer) => {
    process.stdout.write(bytes)
    output += bytes
  })
  const limit = setTimeout(() => {
    console.error(`npm test: ${stage.name} took over ${stage.limitMinutes} minutes and is ended`)
    child.kill("SIGTERM")
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref()
  }, stage.limitMinutes * 60_000)
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null))
    child.once("exit", (code) => resolve(code))
  })
  clearTimeout(limit)
  const report = stage.reportsBy === "file" ? readReport(file) : output
  return { count: verdict(stage.count(report), exitCode), failures: stage.failures?.(report) ?? [] }
}

function readReport(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
