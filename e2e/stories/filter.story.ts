import type { Page } from "@playwright/test"
import { expect, test } from "../lab.ts"
import { runTunnel } from "../tunnel.ts"

test("a filter is typed with help, says where it is wrong, and travels in a link", async ({
  lab,
  signedIn: page,
  browser,
}) => {
  const { there, product } = lab
  await runTunnel(lab)
  await page.goto(`${product.url}/packets`)
  const box = page.getByRole("combobox", { name: "Filter" })
  const words = page.getByRole("listbox", { name: "Words that fit here" })
  const fault = page.getByRole("status").filter({ hasText: "Column" })
  there.spawn("ping", ["-q", "-i", "0.1", "10.77.0.1"])
  await expect(rows(page).filter({ hasText: "request" }).first()).toBeVisible()
  await expect(rows(page).filter({ hasText: "reply" }).first()).toBeVisible()

  await test.step("words are completed by keyboard: / goes to the box, arrows choose, Tab and Enter take", async () => {
    await page.keyboard.press("/")
    await expect(box).toBeFocused()
    await page.keyboard.type("di")
    await expect(words.getByRole("option")).toHaveText(["dir", "direction"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(box).toHaveValue("dir ")
    await page.keyboard.type("== i")
    await page.keyboard.press("ArrowDown")
    await expect(words.getByRole("option", { selected: true })).toHaveText("in")
    await page.keyboard.press("Enter")
    await expect(box).toHaveValue("dir == in ")
    await page.keyboard.press("Escape")
    await expect(words).toBeHidden()
  })

  await test.step("what came already is filtered at once, and what comes", async () => {
    await expect(rows(page).filter({ hasText: "reply" })).toHaveCount(0)
    const newest = await rows(page).last().innerText()
    await expect.poll(() => rows(page).last().innerText()).not.toBe(newest)
    await expect(rows(page).last()).toContainText("request")
    await expect(rows(page).filter({ hasText: "reply" })).toHaveCount(0)
  })

  await test.step("a fault says where and what, and the last filter that could be read stays", async () => {
    await box.fill("dir == in and icpm")
    await page.keyboard.press("Enter")
    await expect(fault).toContainText("Column 15: “icpm” is no word of a filter. Did you mean icmp?")
    await expect(fault.locator("mark")).toHaveText("icpm")
    await expect(box).toHaveAttribute("aria-invalid", "true")
    await expect(rows(page).last()).toContainText("request")
    await expect(rows(page).filter({ hasText: "reply" })).toHaveCount(0)
  })

  await test.step("one of 1 MB is told to be too long, is no link, and holds nothing up", async () => {
    await box.fill("icmp or ".repeat(1 << 17))
    await expect(fault).toContainText("Column 4097: A filter has 4,096 characters at most; this one has 1,048,576.")
    await expect(page).not.toHaveURL(/icmp(\+|%20)or/)
    await expect(rows(page).last()).toContainText("request")
  })

  await test.step("none that fits says so, and Clear shows all again", async () => {
    await box.fill("arp and udp")
    await expect(page.getByText("The filter finds none of them")).toBeVisible()
    await page.getByRole("button", { name: "Clear the filter" }).click()
    await expect(rows(page).filter({ hasText: "reply" }).first()).toBeVisible()
    await expect(page).not.toHaveURL(/filter=/)
  })

  await test.step("“injected” finds what a person made up, by its mark and not by its looks", async () => {
    await box.fill("inj")
    await expect(words.getByRole("option")).toHaveText(["injected"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.getByText("The filter finds none of them")).toBeVisible()
    const packet = { kind: "echo", source: "10.77.0.1", destination: "10.77.0.2" }
    const made = await product.api("POST", "/tunnels/lab/inject", { direction: "outbound", packet })
    expect(made.status).toBe(200)
    await expect(rows(page)).toHaveCount(1)
    await expect(rows(page)).toContainText("[Injected]")
    await box.fill("injected and tcp.analysis.")
    await expect(words.getByRole("option", { name: "tcp.analysis.retransmission" })).toBeVisible()
    await box.fill("injected and tcp.analysis.ret")
    await expect(words.getByRole("option")).toHaveText(["tcp.analysis.retransmission"])
    await page.keyboard.press("Escape")
  })

  await test.step("a link to it shows the same to somebody else, on the tunnel's own page, too", async () => {
    await box.fill("icmp[icmptype] == icmp-echoreply")
    await box.press("Enter")
    await expect(page).toHaveURL(/filter=icmp/)
    const link = page.url()
    const other = await browser.newContext({ storageState: await page.context().storageState() })
    const opened = await other.newPage()
    for (const url of [link, `${product.url}/tunnels/lab${new URL(link).search}#packets`]) {
      await opened.goto(url)
      await expect(opened.getByRole("combobox", { name: "Filter" })).toHaveValue("icmp[icmptype] == icmp-echoreply")
      await expect(rows(opened).last()).toContainText("reply")
      await expect(rows(opened).filter({ hasText: "request" })).toHaveCount(0)
    }
    await other.close()
  })
})

function rows(page: Page) {
  return page
    .getByRole("table", { name: "Packets of lab" })
    .getByRole("row")
    .filter({ has: page.getByRole("cell") })
}
