import { readFile } from "node:fs/promises"
import type { Page } from "@playwright/test"
import { expect, test } from "../lab.ts"
import { startPing } from "../ping.ts"
import { runTunnel } from "../tunnel.ts"

/** The column of the table that was saved. */
function column(csv: string, name: string): string[] {
  const [head = "", ...lines] = csv.trim().split("\r\n")
  const at = head.split(",").indexOf(name)
  return lines.map((line) => line.split(",")[at] ?? "")
}

async function saved(page: Page, name: string): Promise<{ fileName: string; bytes: Buffer }> {
  await page.getByRole("button", { name: "Save" }).click()
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name }).click()])
  return { fileName: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

test("what a tunnel carried is seen second by second, looked at closely by mouse and keyboard, and saved", async ({
  lab,
  signedIn: page,
}) => {
  const { there, product } = lab
  await runTunnel(lab)
  await using ping = await startPing(there, "10.77.0.1")
  await ping.moreReplies("at first")
  await page.goto(`${product.url}/tunnels/lab`)
  const main = page.getByRole("main")
  const slider = main.getByRole("slider", { name: "Time at the cursor" })

  await test.step("four graphs, and the numbers at the cursor in words", async () => {
    for (const name of ["Throughput", "Packets", "Drops and retransmissions", "Round trip"]) {
      await expect(main.getByRole("img", { name, exact: true })).toBeVisible()
    }
    await expect(slider).toHaveAttribute("aria-valuetext", /Packets out [1-9]\S*\/s, in [1-9]/, { timeout: 15_000 })
    await expect(slider).toHaveAttribute("aria-valuetext", /Round trip there and back \d/)
    await expect(slider).toHaveAttribute("aria-valuetext", /sent again 0/)
  })

  await test.step("by keyboard the cursor goes back in time, and all graphs follow", async () => {
    await expect(slider).toHaveAttribute("max", /[1-9]/) // two seconds to tell apart
    await slider.focus()
    await slider.press("Home")
    await expect(slider).toHaveValue("0")
    const [oldest = "none"] = (await slider.getAttribute("aria-valuetext"))?.split(": ") ?? []
    const seconds = Number(await slider.getAttribute("max"))
    await expect.poll(async () => Number(await slider.getAttribute("max"))).toBeGreaterThan(seconds + 1)
    await expect(slider).toHaveAttribute("aria-valuetext", new RegExp(`^${oldest}: `)) // it stays there while time goes on
    const lefts = () =>
      main.locator(".u-cursor-x").evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().left))
    expect(await lefts()).toHaveLength(4)
    await expect
      .poll(async () => {
        const all = await lefts()
        return Math.max(...all) - Math.min(...all)
      })
      .toBeLessThan(1.5) // half a pixel each, by rounding
  })

  await test.step("dragging over a graph looks closer; one button shows the whole range again", async () => {
    const whole = main.getByRole("button", { name: "Whole range" })
    await expect(whole).toBeDisabled()
    const box = await main.getByRole("img", { name: "Packets", exact: true }).boundingBox()
    if (box === null) throw new Error("no graph")
    await page.mouse.move(box.x + box.width - 80, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 15, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await expect(whole).toBeEnabled()
    await whole.click()
    await main.getByRole("button", { name: "Look closer" }).click()
    await expect(whole).toBeEnabled()
    await whole.click()
    await expect(whole).toBeDisabled()
  })

  await test.step("every range, and the table and the picture of it", async () => {
    for (const name of ["Day", "Week", "Year", "Hour"]) {
      await main.getByText(name, { exact: true }).click()
      await expect(slider).toHaveAttribute("aria-valuetext", /Packets out [\d.]+\/s/)
    }
    const table = await saved(page, "Table (CSV)")
    expect(table.fileName).toBe("lab-second.csv")
    const rates = column(table.bytes.toString(), "inboundPacketsPerSecond").map(Number)
    expect(Math.max(...rates)).toBeGreaterThan(0)
    const picture = await saved(page, "Picture (PNG)")
    expect(picture.fileName).toBe("lab.png")
    expect(picture.bytes.subarray(1, 4).toString()).toBe("PNG")
  })

  await test.step("while it is stopped there is a gap, and no zeros", async () => {
    const from = Date.now() - 5000
    await product.api("POST", "/tunnels/lab/stop")
    await product.api("POST", "/tunnels/lab/start")
    const longestStep = async () => {
      const { times } = (await product.api<{ times: number[] }>("GET", `/tunnels/lab/history?from=${from}`)).body
      return Math.max(...times.map((time, i) => time - (times[i - 1] ?? time)))
    }
    await expect.poll(longestStep).toBeGreaterThan(1000)
  })
})
