import { readdir, readlink } from "node:fs/promises"
import { startProduct } from "../../testing/product.ts"
import { temporaryDirectory } from "../../testing/temporary.ts"
import { expect, setUp, test } from "../lab.ts"

test("the demo starts with one click, shows a ping in its own pages, and leaves nothing behind", async ({ page }) => {
  await using directory = await temporaryDirectory()
  // Not in a namespace: the demo's panels are then reached at the addresses that the page shows.
  await using product = await startProduct({ env: { TMPDIR: directory.path } })
  const own = (await product.processes()).map(({ pid }) => pid)
  await setUp(page, product.setupLink)
  const card = page.getByRole("region", { name: "Try it here" })
  const hosts = card.getByRole("list", { name: "Hosts of the demo" }).getByRole("listitem")
  const namespaces = new Set<string>()

  await test.step("one click on the empty first page", async () => {
    await card.getByRole("button", { name: "Start the demo" }).click()
    await expect(card.getByRole("status")).toContainText("Making two network namespaces")
    await expect(hosts).toHaveCount(2, { timeout: 40_000 })
    const demo = (await product.processes()).filter(({ pid }) => !own.includes(pid))
    expect(demo.map(({ role }) => role).sort()).toEqual(["engine", "engine", "panel", "panel"])
    const ours = await readlink("/proc/self/ns/net")
    const findNamespaces = async () => {
      for (const { pid } of demo) namespaces.add(await readlink(`/proc/${pid}/ns/net`))
      namespaces.delete(ours)
      return namespaces.size
    }
    // An engine enters its own at its start, which the panel beside it does not wait for.
    await expect.poll(findNamespaces).toBe(2)
  })

  await test.step("its setup link opens the first host, whose tunnel is up and carries a ping", async () => {
    const [other] = await Promise.all([
      page.waitForEvent("popup"),
      hosts
        .first()
        .getByRole("link", { name: /setup#token=/ })
        .click(),
    ])
    await other.waitForURL(/setup#token=/)
    await setUp(other, other.url())
    await other.getByRole("link", { name: "demo", exact: true }).first().click()
    await expect(other.getByRole("main").getByText("up", { exact: true }).first()).toBeVisible()
    await expect(other.getByText("encrypted", { exact: true }).first()).toBeAttached()
    await expect(other.getByText("clear text", { exact: true })).toHaveCount(0)
    await other.getByRole("tab", { name: "Packets" }).click()
    await expect(other.getByRole("row").filter({ hasText: "Echo (ping) request" }).first()).toBeVisible()
    await other.close()
  })

  await test.step("stopped, it is gone: processes, namespaces and what was in them", async () => {
    await card.getByRole("button", { name: "Stop the demo" }).click()
    await expect(card.getByRole("button", { name: "Start the demo" })).toBeVisible()
    expect((await product.processes()).map(({ pid }) => pid)).toEqual(own)
    expect(await processesIn(namespaces)).toEqual([])
    expect(await readdir(directory.path)).toEqual([])
  })
})

/** An unnamed network namespace lives as long as a process is in it. */
async function processesIn(namespaces: ReadonlySet<string>): Promise<string[]> {
  const inside: string[] = []
  for (const pid of await readdir("/proc")) {
    const namespace = /^\d+$/.test(pid) && (await readlink(`/proc/${pid}/ns/net`).catch(() => ""))
    if (namespace && namespaces.has(namespace)) inside.push(pid)
  }
  return inside
}
