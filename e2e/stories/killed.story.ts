import { expect, goTo, kernelInterfaces, test } from "../lab.ts"
import { isAnswered, startPing } from "../ping.ts"
import { callFromThere, runTunnel } from "../tunnel.ts"

test("the panel is killed: no packet is lost, and the page is back by itself", async ({ lab, signedIn: page }) => {
  const { product, there } = lab
  await runTunnel(lab)
  await goTo(page, "Tunnels")
  await page.getByRole("link", { name: "lab", exact: true }).click()
  const counters = page.getByRole("table", { name: "Counters" })
  const received = async () => {
    const cell = counters.getByRole("row", { name: /^in/ }).getByRole("cell").first()
    return Number((await cell.innerText()).replaceAll(",", ""))
  }
  const bar = page.getByText("The connection to the panel is lost.")

  await using ping = await startPing(there, "10.77.0.1", 0.02)
  await expect.poll(received).toBeGreaterThan(0)
  const before = await received()
  await product.kill("SIGSTOP", "launcher") // no other panel before it is seen that there is none
  await product.kill("SIGKILL", "panel")

  await test.step("the page says so, and keeps what it knew", async () => {
    await expect(bar).toBeVisible()
    await expect(page.getByRole("heading", { name: "lab" })).toBeVisible()
    await expect(counters).toBeVisible()
    await product.kill("SIGCONT", "launcher")
  })

  await test.step("it recovers by itself, still signed in, and the counters went on", async () => {
    await expect(bar).toBeHidden({ timeout: 30_000 })
    await expect(page.getByRole("main").getByText("up", { exact: true }).first()).toBeVisible()
    await expect.poll(received).toBeGreaterThan(before)
    await goTo(page, "Interfaces")
    await expect(page.getByRole("row", { name: /lab0/ })).toContainText("as wanted")
  })

  await test.step("not one ping was lost meanwhile", async () => {
    await ping.moreReplies("after all")
    expect(ping.lost()).toBe(0)
  })
})

test("the engine is killed: the interface stays, and the tunnel comes up again by itself", async ({
  lab,
  signedIn: page,
}) => {
  const { product, here, there } = lab
  const peer = await runTunnel(lab)
  await goTo(page, "Tunnels")
  await page.getByRole("link", { name: "lab", exact: true }).click()
  const state = page
    .getByRole("main")
    .getByText(/^(up|connecting|reconnecting|failed|stopped)$/)
    .first()
  await expect(state).toHaveText("up")
  const [before] = await here.ip("link", "show", "lab0")

  await product.kill("SIGKILL", "engine")
  await expect(page.getByText(`Waiting for ${lab.addressThere} to call`)).toBeVisible({ timeout: 30_000 })
  expect(await kernelInterfaces(here)).toEqual(["lab0"])
  expect((await here.ip("link", "show", "lab0"))[0]?.ifindex).toBe(before?.ifindex)

  // The tutorial's program ends with its connection; Tundeck waits for its next call.
  await expect.poll(() => peer.exited).toBe(true)
  await callFromThere(lab)
  await expect(state).toHaveText("up")
  expect(await isAnswered(there, "10.77.0.1", 10)).toBe(true)
})
