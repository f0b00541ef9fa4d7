import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { privilegesOf } from "./capabilities.ts"
import { createNamespace } from "./namespace.ts"
import { printWhenFailed } from "./on-failure.ts"
import { startProduct } from "./product.ts"
import { temporaryDirectory } from "./temporary.ts"
import { until } from "./wait.ts"

test("a whole Tundeck runs in a namespace, is reached from outside, and leaves nothing behind", async () => {
  await using namespace = await createNamespace("product")
  const product = await startProduct({ namespace })
  printWhenFailed(product)
  expect(product.setupLink).toMatch(new RegExp(`^${product.url}/`))
  expect((await product.processes()).map(({ role }) => role).sort()).toEqual(["engine", "launcher", "panel"])
  const created = await product.api("POST", "/interfaces", { name: "tun7", addresses: ["10.7.0.1/24"] })
  expect(created).toMatchObject({ status: 201, body: { name: "tun7" } })
  expect(await namespace.ip("address", "show", "tun7")).toMatchObject([{ addr_info: [{ local: "10.7.0.1" }] }])
  const pids = (await product.processes()).map(({ pid }) => pid)
  await product.stop()
  await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), { what: "every process to be gone" })
})

test("R15: the engine holds NET_ADMIN and NET_RAW alone, the panel nothing; neither is root, none leaves a core", async () => {
  await using namespace = await createNamespace("product")
  await using product = await startProduct({ namespace })
  printWhenFailed(product)
  for (const { role, pid } of await product.processes()) {
    const has = await privilegesOf(pid)
    expect(has).toMatchObject({ noNewPrivileges: true, coreLimits: [0, 0] })
    if (role === "launcher") continue
    const allowed = role === "engine" ? ["NET_ADMIN", "NET_RAW"] : []
    expect(has).toMatchObject({ permitted: allowed, effective: allowed, inheritable: [], ambient: [] })
    expect(has.uid).not.toBe(0)
  }
})

test("a killed panel or engine is started again, and the panel answers", async () => {
  await using namespace = await createNamespace("product")
  await using product = await startProduct({ namespace })
  printWhenFailed(product)
  for (const role of ["panel", "engine"] as const) {
    const pidOf = async () => (await product.processes()).find((process) => process.role === role)?.pid
    const before = await pidOf()
    await product.kill("SIGKILL", role)
    const replaced = async () => ((await pidOf()) ?? before) !== before
    await until(replaced, { what: `another ${role}` })
    const answers = async () => (await product.api("GET", "/interfaces")).status === 200
    await until(answers, { what: "the panel to answer with its engine", timeoutMs: 30_000 })
  }
})

test("after a reboot every saved interface is back as it was saved", async () => {
  await using data = await temporaryDirectory()
  const dataDirectory = `${data.path}/data`
  const wanted = {
    name: "tap7",
    kind: "tap",
    mtu: 1400,
    mac: "02:00:00:00:00:07",
    addresses: ["10.7.0.1/24", "fd07::1/64"],
  }
  {
    await using namespace = await createNamespace("before")
    await using product = await startProduct({ namespace, dataDirectory })
    expect((await product.api("POST", "/interfaces", wanted)).status).toBe(201)
  }
  await using namespace = await createNamespace("after")
  await using product = await startProduct({ namespace, dataDirectory })
  printWhenFailed(product)
  const back = async () => {
    const { body } = await product.api<{ drift: unknown[] }>("GET", "/interfaces/tap7")
    return body.drift.length === 0 && body
  }
  expect(await until(back, { what: "the saved interface" })).toMatchObject({ ...wanted, drift: [] })
  expect(await namespace.ip("link", "show", "tap7")).toMatchObject([{ mtu: 1400, address: "02:00:00:00:00:07" }])
})
