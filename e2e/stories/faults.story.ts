import type { TunnelStats } from "@tundeck/shared"
import { until } from "../../testing/wait.ts"
import { expect, goTo, test } from "../lab.ts"
import { startPing } from "../ping.ts"
import { runTunnel } from "../tunnel.ts"

test("faults are moved by sliders, act at once, are seen wherever the tunnel is, and go by one click", async ({
  lab,
  signedIn: page,
}) => {
  const { there, product } = lab
  await runTunnel(lab)
  await using ping = await startPing(there, "10.77.0.1")
  const injected = async () => {
    const { drops } = (await product.api<TunnelStats>("GET", "/tunnels/lab/stats")).body
    return drops.find(({ reason, direction }) => reason === "fault-injected" && direction === "outbound")?.packets ?? 0
  }
  await ping.moreReplies("at first")

  const main = page.getByRole("main")
  const badge = main.getByText("Faults on")
  const loss = page.getByRole("slider", { name: "Loss, out" })
  const exact = page.getByRole("textbox", { name: "Loss, out" })
  await page.goto(`${product.url}/tunnels/lab#faults`)
  await expect(loss).toHaveAttribute("aria-valuetext", "0 %")
  await expect(badge).toHaveCount(0)
  await expect(page.getByRole("button", { name: "All off" })).toBeDisabled()

  await test.step("the slider by keyboard: the last of many moves is what the panel has", async () => {
    await loss.focus()
    await loss.press("End")
    for (let i = 0; i < 3; i++) await loss.press("ArrowLeft")
    await expect(exact).toHaveValue("70 %")
    await loss.press("End")
    await expect(exact).toHaveValue("100 %")
    await expect(page.getByText("Applied.")).toBeVisible()
    await expect(badge).toBeVisible()
    const { body } = await product.api("GET", "/tunnels/lab")
    expect(body).toMatchObject({ faulty: true, faults: { outbound: { lossPercent: 100 } } })
    expect(body).not.toHaveProperty("faults.inbound")
  })

  await test.step("every reply is lost, and the page says why", async () => {
    const before = await injected()
    await until(async () => (await injected()) > before + 3, { what: "replies to be dropped by the fault injector" })
    const answered = ping.replies()
    await page.getByRole("tab", { name: "Live" }).click()
    await expect(page.getByRole("table", { name: "Dropped, by reason" })).toContainText("The fault injector dropped it")
    expect(ping.replies()).toBe(answered)
  })

  await test.step("the badge stands on every page that shows the tunnel", async () => {
    for (const name of ["Overview", "Tunnels", "Packets"]) {
      await goTo(page, name)
      await expect(badge.first()).toBeVisible()
    }
    await goTo(page, "Interfaces")
    await page.getByRole("link", { name: "lab0" }).first().click()
    await expect(badge).toBeVisible()
  })

  await test.step("a value that cannot be is told beside its field, and is not sent", async () => {
    await page.goto(`${product.url}/tunnels/lab#faults`)
    const delay = page.getByRole("textbox", { name: "Delay, in" })
    await delay.fill("10001")
    await expect(delay).toHaveAttribute("aria-invalid", "true")
    await expect(page.getByText("From 0 to 10,000 ms.")).toBeVisible()
    await delay.fill("2.5")
    await expect(delay).not.toHaveAttribute("aria-invalid", "true")
    await expect
      .poll(async () => (await product.api("GET", "/tunnels/lab")).body)
      .toMatchObject({ faults: { outbound: { lossPercent: 100 }, inbound: { delayMs: 2.5 } } })
  })

  await test.step("all off: replies come back, and the badge is gone everywhere", async () => {
    await page.getByRole("button", { name: "All off" }).click()
    await expect(badge).toHaveCount(0)
    await ping.moreReplies("without faults")
    for (const name of ["Overview", "Tunnels", "Packets"]) {
      await goTo(page, name)
      await expect(badge).toHaveCount(0)
    }
    expect((await product.api("GET", "/tunnels/lab")).body).toMatchObject({ faulty: false })
  })
})
