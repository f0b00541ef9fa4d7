import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, expect, it } from "vitest"
import { freePort } from "../../../testing/free-port.ts"
import { eventually } from "../../../testing/wait.ts"

const program = fileURLToPath(new URL("main.ts", import.meta.url))
let directory: string
let port: number
const children: ChildProcess[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "tundeck-main-"))
  port = await freePort()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL")
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
  }
  rmSync(directory, { recursive: true, force: true })
})

function start(environment: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH,
    TUNDECK_LISTEN: `127.0.0.1:${port}`,
    TUNDECK_DATA_DIR: join(directory, "data"),
    TUNDECK_ENGINE_SOCKET: join(directory, "engine.sock"),
    ...environment,
  }
  const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] })
  children.push(child)
  let complaint = ""
  child.stderr.on("data", (chunk) => {
    complaint += chunk
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line))
  return { child, lines, complaint: () => complaint }
}

async function setupToken(lines: string[]): Promise<string> {
  await eventually(() => expect(lines).toHaveLength(1), 60_000)
  const match = /^setup link: (http:\/\/127\.0\.0\.1:\d+)\/setup#token=([\w-]{43})$/.exec(lines[0] ?? "")
  expect(match?.[1]).toBe(`http://127.0.0.1:${port}`)
  return match?.[2] ?? ""
}

it("each start prints a setup link until one is used; without an engine it is degraded, and ends when told", async () => {
  const api = `http://127.0.0.1:${port}/api/v1`
  const first = start()
  const old = await setupToken(first.lines)
  expect(await (await fetch(`${api}/health`)).json()).toMatchObject({ status: "degraded", engine: "unavailable" })
  expect(statSync(join(directory, "data")).mode & 0o777).toBe(0o700)
  first.child.kill("SIGTERM")
  expect(await once(first.child, "exit")).toEqual([0, null])

  const second = start()
  const token = await setupToken(second.lines)
  expect(token).not.toBe(old)
  const setup = (with_: string) =>
    fetch(`${api}/setup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: with_, username: "ann", password: "long enough 1" }),
    })
  // One that was starved while it started says for a second that it is overloaded.
  await eventually(async () => expect((await setup(old)).status).toBe(401))
  expect((await setup(token)).status).toBe(201)
  second.child.kill("SIGTERM")
  await once(second.child, "exit")

  const third = start({ TUNDECK_LOG_LEVEL: "info" })
  await eventually(() => expect(third.complaint()).toContain("Server listening at"), 60_000)
  expect(third.lines).toEqual([])
}, 180_000)

it("wrong settings end the start with one clear text, not with a stack", async () => {
  const { child, complaint } = start({ TUNDECK_LISTEN: "0.0.0.0:1", TUNDECK_DATA_DIR: join(directory, "x") })
  expect(await once(child, "exit")).toEqual([1, null])
  expect(complaint()).toContain("can be reached from other machines")
  expect(complaint()).not.toMatch(/\n\s+at /)
})

it("a declaration that cannot be read is said, and keeps nothing from starting", async () => {
  const { child, lines, complaint } = start({ TUNDECK_APPLY: program })
  await setupToken(lines)
  expect(complaint()).toContain("main.ts cannot be read")
  child.kill("SIGTERM")
  expect(await once(child, "exit")).toEqual([0, null])
})

it("decoders have run before it listens: no packet waits for them to be compiled", async () => {
  const coverage = join(directory, "coverage")
  const { child, lines } = start({ NODE_V8_COVERAGE: coverage })
  await setupToken(lines)
  child.kill("SIGTERM")
  await once(child, "exit")
  const report = readdirSync(coverage)[0] ?? ""
  const { result }: Coverage = JSON.parse(readFileSync(join(coverage, report), "utf8"))
  const icmp = result.find(({ url }) => url.endsWith("/packets/network/icmp.ts"))
  const describe = icmp?.functions.find(({ functionName }) => functionName === "describeIcmp")
  expect(describe?.ranges[0]?.count).toBeGreaterThan(0)
})

/** What Node writes of V8's counts of calls. */
interface Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[]
}
