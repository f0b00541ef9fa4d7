import { existsSync } from "node:fs"
import { chmod, chown, mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { opensslEnvironment } from "@tundeck/native-bindings"
import { afterEach, describe, expect, it } from "vitest"
import { freePort } from "../../../testing/free-port.ts"
import { createNamespace } from "../../../testing/namespace.ts"
import { printWhenFailed } from "../../../testing/on-failure.ts"
import { tundeckAsNobody } from "../../../testing/ordinary-user.ts"
import { type Running, run, start } from "../../../testing/process.ts"
import { startProduct } from "../../../testing/product.ts"
import { type TemporaryDirectory, temporaryDirectory } from "../../../testing/temporary.ts"
import { until } from "../../../testing/wait.ts"

const checkout = join(import.meta.dirname, "../../..")
const tundeck = join(checkout, "server/bin/tundeck.mjs")

const toClean: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const clean of toClean.splice(0).reverse()) await clean()
})

async function directory(): Promise<TemporaryDirectory> {
  const made = await temporaryDirectory()
  toClean.push(() => made.remove())
  return made
}

/** A launcher without the comforts of `startProduct`, for those that must fail or run in a strange place. */
async function launch(command: string, args: string[], env: Record<string, string>): Promise<Running> {
  const { path } = await directory()
  const launcher = start(command, args, { env: { ...process.env, ...env }, logFile: join(path, "log") })
  toClean.push(() => launcher.stop())
  return launcher
}

async function untilListening(launcher: Running, port: number): Promise<void> {
  const line = `listens on http://127.0.0.1:${port}`
  await until(() => launcher.output().includes(line), { what: `"${line}"`, timeoutMs: 30_000 })
}

/** A panel that got no turn for two seconds says that it is overloaded, for a second. */
async function answers(port: number): Promise<void> {
  const isWell = async () => (await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status === 200
  await until(isWell, { what: "the panel to answer" })
}

function alive(pids: number[]): number[] {
  return pids.filter((pid) => existsSync(`/proc/${pid}`))
}

describe("one data directory, one port", () => {
  it("a second launcher on the data directory names the holder and ends", async () => {
    await using product = await startProduct()
    printWhenFailed(product)
    const launcher = (await product.processes()).find(({ role }) => role === "launcher")
    const env = {
      ...process.env,
      TUNDECK_DATA_DIR: product.dataDirectory,
      TUNDECK_LISTEN: `127.0.0.1:${await freePort()}`,
    }
    const second = await run(process.execPath, [tundeck, "serve"], { env, mayFail: true })
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`${product.dataDirectory} is in use by another Tundeck (pid ${launcher?.pid})`)
    expect((await product.api("GET", "/health")).status).toBe(200)
  })

  it("a port in use is named, with the way to choose another, and nothing is started", async () => {
    await using product = await startProduct()
    const { port } = new URL(product.url)
    const { path } = await directory()
    const env = { ...process.env, TUNDECK_DATA_DIR: join(path, "data"), TUNDECK_LISTEN: `127.0.0.1:${port}` }
    const second = await run(process.execPath, [tundeck, "serve"], { env, mayFail: true })
    expect(second).toMatchObject({ code: 1, stdout: "" })
    expect(second.stderr).toMatch(new RegExp(`Port ${port} of 127.0.0.1 is in use.*TUNDECK_LISTEN=`))
  })

  it("all wrong settings are told at once", async () => {
    const env = { ...process.env, TUNDECK_LISTEN: "8080", TUNDECK_LOG_LEVEL: "loud", TUNDECK_USER: "nobody-here" }
    const { code, stderr } = await run(process.execPath, [tundeck, "serve"], { env, mayFail: true })
    expect(code).toBe(1)
    expect(stderr).toMatch(/TUNDECK_LISTEN: .*\n.*TUNDECK_LOG_LEVEL: /)
  })
})

it("the engine starts with what its OpenSSL is to be told, and without what else is in the environment", async () => {
  await using product = await startProduct()
  const engine = (await product.processes()).find(({ role }) => role === "engine")
  const environment = (await readFile(`/proc/${engine?.pid}/environ`, "utf8")).split("\0")
  expect(environment).toContain(`OPENSSL_ia32cap=${opensslEnvironment.OPENSSL_ia32cap}`)
  expect(environment.filter((entry) => entry.startsWith("HOME="))).toEqual([])
})

describe("the end", () => {
  it("SIGHUP ends nothing; SIGTERM ends all with exit code 0", async () => {
    const { path } = await directory()
    const port = await freePort()
    const wrapper = ["-c", `"$@"; echo "exit code $?"`, "sh", process.execPath, tundeck, "serve"]
    const launcher = await launch("sh", wrapper, {
      TUNDECK_DATA_DIR: join(path, "data"),
      TUNDECK_LISTEN: `127.0.0.1:${port}`,
    })
    await untilListening(launcher, port)
    const [pid = 0] = await childrenOf(launcher.pid)
    const family = await childrenOf(pid)
    expect(family).toHaveLength(2)
    process.kill(pid, "SIGHUP")
    await answers(port)
    expect(alive([pid, ...family])).toHaveLength(3)
    process.kill(pid, "SIGTERM")
    await until(() => launcher.output().includes("exit code 0"), { what: "exit code 0", timeoutMs: 20_000 })
    expect(alive([pid, ...family])).toEqual([])
  })

  it("no child outlives a launcher that is killed", async () => {
    await using product = await startProduct()
    const family = await product.processes()
    await product.kill("SIGKILL", "launcher")
    await until(() => alive(family.map(({ pid }) => pid)).length === 0, { what: "all of it to be gone" })
  })
})

it("R1: no process is started at run time but a child again that died", async () => {
  await using namespace = await createNamespace("strace")
  await using product = await startProduct({ namespace })
  printWhenFailed(product)
  const { path } = await directory()
  const trace = join(path, "trace")
  const attach = (await product.processes()).flatMap(({ pid }) => ["-p", `${pid}`])
  const strace = start(
    "strace",
    ["-f", "-qq", "-s", "500", "-e", "trace=execve,execveat", "-e", "signal=none", "-o", trace, ...attach],
    {
      logFile: join(path, "strace.log"),
    },
  )
  toClean.push(() => strace.stop())
  const traced = async () => {
    for (const { pid } of await product.processes()) {
      if (!(await run("grep", ["TracerPid", `/proc/${pid}/status`])).stdout.includes(`${strace.pid}`)) return false
    }
    return true
  }
  await until(traced, { what: "strace to be attached" })

  const body = { name: "tun9", addresses: ["10.9.9.1/24"], routes: [{ destination: "10.9.10.0/24" }], owner: "nobody" }
  expect((await product.api("POST", "/interfaces", body)).status).toBe(201)
  const tunnel = {
    name: "traced",
    interface: "tun9",
    transport: { kind: "tcp", connect: "localhost:9" },
    security: { kind: "none" },
  }
  expect((await product.api("POST", "/tunnels", tunnel)).status).toBe(201)
  expect((await product.api("POST", "/tunnels/traced/start", {})).status).toBe(200)
  expect((await product.api("GET", "/host")).status).toBe(200)
  expect((await product.api("GET", "/interfaces/tun9/export?format=ip")).status).toBe(200)
  expect((await product.api("DELETE", "/tunnels/traced")).status).toBe(204)
  expect((await product.api("DELETE", "/interfaces/tun9")).status).toBe(204)
  // What strace must see, so that seeing nothing else means something.
  const engine = async () => (await product.processes()).find(({ role }) => role === "engine")?.pid
  const before = await engine()
  await product.kill("SIGKILL", "engine")
  await until(async () => ((await engine()) ?? before) !== before, { what: "another engine" })
  const isBack = async () => (await product.api("GET", "/interfaces")).status === 200
  await until(isBack, { what: "the panel to answer with it", timeoutMs: 30_000 })
  strace.signal("SIGINT")
  await until(() => strace.exited, { what: "strace to end" })
  const started = (await readFile(trace, "utf8")).split("\n").filter((line) => /execve(at)?\(/.test(line))
  expect(started).toHaveLength(1)
  expect(started[0]).toContain("server/src/engine/main.ts")
})

describe("a program that the panel's user cannot reach", () => {
  it("runs from a 0700 directory of root's, and leaves no mount behind", async () => {
    const { path } = await directory()
    const closed = join(path, "closed")
    await mkdir(join(closed, "checkout"), { recursive: true })
    await chmod(closed, 0o700)
    const port = await freePort()
    const inside = join(closed, "checkout")
    const node = process.execPath.replace(checkout, inside)
    const script = `mount --bind ${checkout} ${inside} && exec ${node} ${inside}/server/bin/tundeck.mjs serve`
    const launcher = await launch("unshare", ["--mount", "sh", "-c", script], {
      TUNDECK_DATA_DIR: join(path, "data"),
      TUNDECK_LISTEN: `127.0.0.1:${port}`,
    })
    await untilListening(launcher, port)
    await answers(port)
    const shown = `/run/tundeck-${launcher.pid}`
    expect(existsSync(shown)).toBe(true)
    launcher.signal("SIGTERM")
    await until(() => launcher.exited, { what: "the launcher to end" })
    expect(existsSync(shown)).toBe(false)
  })
})

it("an ordinary user runs all of it as that user, without any capability", async () => {
  const { path } = await directory()
  await chown(path, 65_534, 65_534)
  const port = await freePort()
  const environment = { XDG_DATA_HOME: path, TUNDECK_LISTEN: `127.0.0.1:${port}`, HOME: path }
  const launcher = await launch(...tundeckAsNobody("serve"), environment)
  await untilListening(launcher, port)
  const pids = await childrenOf(launcher.pid)
  expect(pids).toHaveLength(2)
  for (const pid of pids) {
    const { stdout } = await run("cat", [`/proc/${pid}/status`])
    expect(stdout).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
    expect(stdout).toMatch(/^CapEff:\t0{16}$/m)
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m)
  }
})

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run("pgrep", ["-P", `${pid}`], { mayFail: true })
  return stdout.split("\n").filter(Boolean).map(Number)
}
