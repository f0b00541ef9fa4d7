import { readFile } from "node:fs/promises"
import type { Page } from "@playwright/test"
import { run } from "../../testing/process.ts"
import { expect, test } from "../lab.ts"
import { startPing } from "../ping.ts"
import { runTunnel } from "../tunnel.ts"

/** What the file that is downloaded says of its pings. */
async function commentsOf(page: Page, act: () => Promise<void>): Promise<string> {
  const waiting = page.waitForEvent("download")
  await act()
  const file = await waiting
  expect(file.suggestedFilename()).toMatch(/^lab-\d{4}-\d\d-\d\dT[\d-]+Z\.pcapng$/)
  const path = await file.path()
  expect((await readFile(path)).readUInt32LE(0)).toBe(0x0a0d0d0a)
  return (await run("tshark", ["-r", path, "-Y", "icmp", "-T", "fields", "-e", "frame.comment"])).stdout
}

test("what passed is saved afterwards, as a file that Wireshark reads; sizes change while it runs", async ({
  lab,
  signedIn: page,
}) => {
  const { there, product } = lab
  await runTunnel(lab)
  await page.goto(`${product.url}/tunnels/lab#capture`)
  await expect(page.getByText("Capture is off")).toBeVisible()
  await page.getByRole("switch", { name: "Keep the latest packets" }).check()
  await page.getByRole("button", { name: "Apply" }).click()
  await expect(page.getByText("Applied.")).toBeVisible()
  await using ping = await startPing(there, "10.77.0.1")
  await ping.moreReplies("at first")

  const all = await commentsOf(page, () => page.getByRole("button", { name: "Save the last 60 seconds" }).click())
  expect(all).toContain("sent | tunnel lab | peer")
  expect(all).toContain("delivered | tunnel lab | peer")

  const filter = page.getByRole("combobox", { name: "Filter" })
  await filter.fill("icmp andd")
  await filter.blur()
  await expect(page.getByText(/Column 6/)).toBeVisible()
  await filter.fill("icmp and inbound")
  await filter.blur()
  await expect(page.getByText("tundeck capture lab --filter 'icmp and inbound' | wireshark")).toBeVisible()
  const some = await commentsOf(page, () => page.getByRole("button", { name: "Save the last 60 seconds" }).click())
  expect(some).toContain("delivered | tunnel lab | peer")
  expect(some).not.toContain("sent |")

  await page.getByRole("textbox", { name: "Memory, MB" }).fill("2")
  await page.getByRole("button", { name: "Apply" }).click()
  await expect(page.getByText("Applied.")).toBeVisible()
  expect((await product.api("GET", "/tunnels/lab")).body).toMatchObject({ capture: { megabytes: 2, snapLength: 256 } })
  await ping.moreReplies("with another ring")

  await page.getByRole("switch", { name: "Keep the latest packets" }).uncheck()
  await page.getByRole("button", { name: "Apply" }).click()
  await expect(page.getByText("Capture is off")).toBeVisible()
  await expect(page.getByRole("button", { name: "Save the last 60 seconds" })).toBeDisabled()
})

test("a capture saves itself when the tunnel goes down: the time line leads to the file", async ({
  lab,
  signedIn: page,
}) => {
  const { there, product } = lab
  const peer = await runTunnel(lab)
  await page.goto(`${product.url}/tunnels/lab#capture`)
  await expect(page.getByText("No file yet")).toBeVisible()
  await page.getByRole("switch", { name: "Keep the latest packets" }).check()
  await page.getByRole("checkbox", { name: "when the tunnel was up and goes down" }).check()
  await page.getByRole("textbox", { name: "Seconds before that" }).fill("30")
  await page.getByRole("button", { name: "Apply" }).click()
  await expect(page.getByText("Applied.")).toBeVisible()
  await using ping = await startPing(there, "10.77.0.1")
  await ping.moreReplies("before it goes down")

  await page.getByRole("button", { name: "Keep on this host" }).click()
  await expect(page.getByRole("status").filter({ hasText: /Kept on this host: \d+ packets/ })).toBeVisible()
  const files = page.getByRole("region", { name: "Files on this host" })
  await expect(files.getByText("Asked by ann")).toBeVisible()

  await peer.stop()
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Events" }).click()
  await page.getByText(/Saved the last 3\d s, \d+ packets: the tunnel went down/).waitFor()
  await page.getByRole("link", { name: "See its file" }).first().click()
  await expect(page).toHaveURL(/\/tunnels\/lab#capture$/)
  const row = files.getByRole("row").filter({ hasText: "The tunnel went down" })
  const all = await commentsOf(page, () => row.getByRole("button", { name: /^Download/ }).click())
  expect(all).toContain("delivered | tunnel lab | peer")

  await row.getByRole("button", { name: /^Delete/ }).click()
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Delete/ })
    .click()
  await expect(row).toBeHidden()
  await expect(files.getByText("Asked by ann")).toBeVisible()
})
