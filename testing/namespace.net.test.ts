import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { connectByVeth, createBridgeLab } from "./links.ts"
import { createNamespace } from "./namespace.ts"
import { run } from "./process.ts"
import { until } from "./wait.ts"

test("deletion ends the processes inside, also one that ignores SIGTERM", async () => {
  const namespace = await createNamespace("stubborn")
  const child = namespace.spawn("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"])
  await until(() => existsSync(`/proc/${child.pid}`), { what: "the child" })
  await namespace.delete()
  await until(() => child.exited, { what: "the end of the child" })
  expect(existsSync(`/run/netns/${namespace.name}`)).toBe(false)
})

test("a namespace whose owner is dead is swept by the next run, one whose owner lives is not", async () => {
  const dead = (await run("sh", ["-c", "echo $$"])).stdout.trim()
  await run("ip", ["netns", "add", `td-${dead}-0-left`])
  await using living = await createNamespace("living")
  const script = `import { sweep } from "${import.meta.dirname}/cleanup.ts"; await sweep()`
  await run(process.execPath, ["--input-type=module", "-e", script])
  expect(existsSync(`/run/netns/td-${dead}-0-left`)).toBe(false)
  expect(existsSync(`/run/netns/${living.name}`)).toBe(true)
})

test("a veth pair carries IPv4 and IPv6 at once", async () => {
  await using a = await createNamespace("a")
  await using b = await createNamespace("b")
  await connectByVeth(a, b, { v4: ["10.8.0.1/24", "10.8.0.2/24"], v6: ["fd08::1/64", "fd08::2/64"], mtu: 1400 })
  for (const target of ["10.8.0.2", "fd08::2"]) {
    expect((await a.exec("ping", ["-c", "1", "-W", "10", target])).stdout).toContain("1 received")
  }
  expect(await b.ip("link", "show", "veth0")).toMatchObject([{ mtu: 1400 }])
})

test("every host of a bridge lab reaches every other", async () => {
  await using lab = await createBridgeLab(3)
  for (const { namespace } of lab.hosts) {
    for (const { v4 } of lab.hosts) await namespace.exec("ping", ["-c", "1", "-W", "10", v4])
  }
})

test("a failed command says what it printed", async () => {
  await using namespace = await createNamespace("failing")
  await expect(namespace.exec("ip", ["link", "show", "nothing0"])).rejects.toThrow('Device "nothing0" does not exist')
})
