import { readFile } from "node:fs/promises"
import { run } from "../../testing/process.ts"
import { expect, test } from "../lab.ts"
import { startPing } from "../ping.ts"
import { runTunnel } from "../tunnel.ts"

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

  const waiting = page.waitForEvent("download")
  await page.getByRole("button", { name: "Save the last 60 seconds" }).click()
  const file = await waiting
  expect(file.suggestedFilename()).toMatch(/^lab-\d{4}-\d\d-\d\dT[\d-]+Z\.pcapng$/)
  const path = await file.path()
  expect((await readFile(path)).readUInt32LE(0)).toBe(0x0a0d0d0a)
  const { stdout } = await run("tshark", ["-r", path, "-Y", "icmp", "-T", "fields", "-e", "frame.comment"])
  expect(stdout).toContain("sent | tunnel lab | peer")
  expect(stdout).toContain("delivered | tunnel lab | peer")

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
