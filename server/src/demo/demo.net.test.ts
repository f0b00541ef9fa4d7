import { existsSync } from "node:fs"
import { readdir, readlink } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, it } from "vitest"
import { printWhenFailed } from "../../../testing/on-failure.ts"
import { tundeckAsNobody } from "../../../testing/ordinary-user.ts"
import { type Running, run, start } from "../../../testing/process.ts"
import { startProduct } from "../../../testing/product.ts"
import { temporaryDirectory } from "../../../testing/temporary.ts"
import { until } from "../../../testing/wait.ts"

const tundeck = join(import.meta.dirname, "../../bin/tundeck.mjs")

const toClean: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const clean of toClean.splice(0).reverse()) await clean()
})

interface Demo {
  running: Running
  /** Its temporary directory's parent. */
  parent: string
}

async function startDemo(parent?: string): Promise<Demo> {
  const directory = await temporaryDirectory()
  toClean.push(() => directory.remove())
  const env = { ...process.env, TMPDIR: parent ?? directory.path }
  const running = start(process.execPath, [tundeck, "demo"], { logFile: join(directory.path, "log"), env })
  toClean.push(() => running.stop(15_000))
  const firstPing = () => running.exited || running.output().includes("the first ping came back")
  await until(firstPing, { what: "the first ping through the tunnel", timeoutMs: 50_000 })
  expect(running.exited, running.output()).toBe(false)
  return { running, parent: parent ?? directory.path }
}

/** The demo's process and all below it. */
async function familyOf(pid: number): Promise<number[]> {
  const { stdout } = await run("pgrep", ["-P", `${pid}`], { mayFail: true })
  const children = await Promise.all(stdout.split("\n").filter(Boolean).map(Number).map(familyOf))
  return [pid, ...children.flat()]
}

async function namespacesOf(pids: number[]): Promise<Set<string>> {
  const links = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => "")))
  return new Set(links.filter(Boolean))
}

/** What is left of a demo: its processes, processes in its namespaces, its cable here, its directories. */
async function leftOf(family: number[], namespaces: Set<string>, parent: string): Promise<unknown[]> {
  const own = await readlink("/proc/self/ns/net")
  const everybody = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)
  const inside: number[] = []
  for (const pid of everybody) {
    for (const namespace of await namespacesOf([pid]))
      if (namespace !== own && namespaces.has(namespace)) inside.push(pid)
  }
  const { stdout } = await run("ip", ["-br", "link", "show"])
  return [
    ...family.filter((pid) => existsSync(`/proc/${pid}`)),
    ...inside,
    ...stdout.split("\n").filter((line) => line.startsWith("cable0")),
    ...family.map((pid) => `/run/tundeck-${pid}`).filter(existsSync),
    ...(await readdir(parent)).filter((name) => name.startsWith("tundeck-demo-")),
  ]
}

it("two hosts answer, and Ctrl-C leaves no process, namespace, interface or directory", async () => {
  const { running, parent } = await startDemo()
  const family = await familyOf(running.pid)
  const namespaces = await namespacesOf(family)
  expect(family).toHaveLength(7) // the demo, and launcher, engine and panel of each host
  expect(namespaces.size).toBe(3)
  const hosts = [...running.output().matchAll(/host-[ab] {2}(\S+) {2}set it up: (\S+)/g)]
  expect(hosts).toHaveLength(2)
  for (const [, url] of hosts) {
    expect(await (await fetch(`${url}/api/v1/health`)).json()).toMatchObject({ status: "ok", engine: "connected" })
  }
  running.signal("SIGINT")
  await until(() => running.exited, { what: "the demo to end", timeoutMs: 30_000 })
  expect(await leftOf(family, namespaces, parent)).toEqual([])
})

it("SIGKILL leaves a directory at most, and the next demo removes it", async () => {
  const { running, parent } = await startDemo()
  const family = await familyOf(running.pid)
  const namespaces = await namespacesOf(family)
  running.signal("SIGKILL")
  const left = async () => {
    const everything = await leftOf(family, namespaces, parent)
    return everything.filter((what) => !String(what).startsWith("tundeck-demo-"))
  }
  await until(async () => (await left()).length === 0, { what: "all processes to be gone", timeoutMs: 30_000 })

  const next = await startDemo(parent)
  expect((await readdir(parent)).filter((name) => name.startsWith("tundeck-demo-"))).toHaveLength(1)
  next.running.signal("SIGTERM")
  await until(() => next.running.exited, { what: "the demo to end", timeoutMs: 30_000 })
  expect((await readdir(parent)).filter((name) => name.startsWith("tundeck-demo-"))).toEqual([])
})

it("the page's button starts it, shows both hosts, and stops it; it ends with its launcher", async () => {
  interface View {
    running: boolean
    available: boolean
    hosts: { name: string; url: string; setupLink: string | null }[]
  }
  await using directory = await temporaryDirectory()
  await using product = await startProduct({ env: { TMPDIR: directory.path } })
  printWhenFailed(product)
  const idle = { running: false, available: true, hosts: [] }
  expect((await product.api<View>("GET", "/demo")).body).toMatchObject(idle)

  const started = await product.api<View>("POST", "/demo", {})
  expect(started).toMatchObject({ status: 201, body: { running: true } })
  expect(started.body.hosts.map(({ name }) => name)).toEqual(["host-a", "host-b"])
  for (const { url, setupLink } of started.body.hosts) {
    expect(setupLink?.startsWith(`${url}/setup#`)).toBe(true)
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
  }
  expect((await product.api("DELETE", "/demo")).status).toBe(204)
  expect((await product.api<View>("GET", "/demo")).body).toMatchObject(idle)
  await expect(fetch(`${started.body.hosts[0]?.url}/api/v1/health`)).rejects.toThrow()

  expect((await product.api<View>("POST", "/demo", {})).status).toBe(201)
  const pids = (await product.processes()).map(({ pid }) => pid)
  expect(pids.length).toBeGreaterThan(3)
  await product.kill("SIGKILL", "launcher")
  const gone = () => pids.every((pid) => !existsSync(`/proc/${pid}`))
  await until(gone, { what: "the launcher's demo to be gone", timeoutMs: 30_000 })
  // Of the demo itself, which ends last.
  const isTidy = async () => (await readdir(directory.path)).length === 0
  await until(isTidy, { what: "its directory to be removed", timeoutMs: 30_000 })
})

it("who is not root is told what to do", async () => {
  const { code, stderr } = await run(...tundeckAsNobody("demo"), { mayFail: true })
  expect(code).toBe(1)
  expect(stderr).toContain("sudo npm run demo")
})
