import type { Page } from "@playwright/test"
import { liveReply, type TunnelStats } from "@tundeck/shared"
import { until } from "../../testing/wait.ts"
import { expect, test } from "../lab.ts"
import { runTunnel } from "../tunnel.ts"

interface FrameTimes {
  frames: number
  median: number
  p95: number
}

/** Runs in the page: the milliseconds from frame to frame, until so many frames had more rows. Text, for its names are the browser's. */
const frameTimes = `async (withMore) => {
  const nextFrame = () => new Promise(requestAnimationFrame)
  const rowCount = () => Number(document.querySelector("[aria-rowcount]").getAttribute("aria-rowcount"))
  const times = []
  let last = await nextFrame()
  for (let rows = rowCount(); withMore > 0; ) {
    const now = await nextFrame()
    times.push(now - last)
    last = now
    if (rowCount() > rows) withMore--
    rows = rowCount()
  }
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.floor(times.length * share)]
  return { frames: times.length, median: at(0.5), p95: at(0.95) }
}`

/** Runs in the page: done when the rows have not been scrolled for some frames. */
const standStill = `async () => {
  const body = document.querySelector("[aria-rowcount] tbody")
  for (let frames = 0, last = -1; frames < 10; frames++) {
    await new Promise(requestAnimationFrame)
    if (body.scrollTop !== last) frames = 0
    last = body.scrollTop
  }
}`

/** The kernel's own router solicitations would be counted with ours. */
const withoutIpv6 = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"
const bytes = 100
const perSecond = 2000

test("the live table keeps up with 2,000 packets a second, and stands still when it is asked to", async ({
  lab,
  signedIn: page,
}) => {
  const { here, there, product } = lab
  for (const host of [here, there]) await host.exec("sh", ["-c", withoutIpv6], { mayFail: true })
  await runTunnel(lab)
  const told = countPackets(page)
  await page.goto(`${product.url}/tunnels/lab#packets`)
  const table = page.getByRole("table", { name: "Packets of lab" })
  const rows = table.getByRole("row").filter({ has: page.getByRole("cell") })
  const count = async () => Number(await table.getAttribute("aria-rowcount")) - 1
  const newest = async () => Number(await rows.last().getAttribute("aria-rowindex")) - 1
  const status = page.getByRole("main").getByText(/^(live|paused.*)$/)
  const passed = async () => {
    const { inbound, outbound } = (await product.api<TunnelStats>("GET", "/tunnels/lab/stats")).body
    return inbound.packets + outbound.packets
  }

  await expect(page.getByText("No packet yet")).toBeVisible()
  await expect.poll(() => told.subscribed).toBe(true)
  expect(await passed()).toBe(0)
  here.spawn("iperf3", ["--server", "--one-off", "--bind", "10.77.0.1"])
  await until(async () => (await here.exec("ss", ["-Hltn", "sport = :5201"])).stdout !== "", { what: "iperf3" })
  const bitsPerSecond = `${perSecond * bytes * 8}`
  const flood = there.spawn("iperf3", ["-c", "10.77.0.1", "-u", "-l", `${bytes}`, "-b", bitsPerSecond, "-t", "600"])
  await expect(rows.filter({ hasText: "UDP" }).first()).toBeVisible()

  await test.step("it follows: new rows again and again, few of them in the document", async () => {
    const before = await count()
    const { frames, median, p95 } = await page.evaluate<FrameTimes>(`(${frameTimes})(20)`)
    const ms = (time: number) => `${time.toFixed(1)} ms`
    console.log(`    more rows in 20 of ${frames} frames, median ${ms(median)}, p95 ${ms(p95)}`)
    await expect.poll(async () => (await count()) - before).toBeGreaterThan(perSecond)
    expect(await rows.count()).toBeLessThan(100)
    await expect(rows.last()).toContainText("10.77.0.1")
  })

  await test.step("Pause stops it, and counts what comes", async () => {
    await page.getByRole("button", { name: "Pause" }).click()
    await expect(status).toHaveText(/^paused · [\d,]+ new$/)
    const stood = [await count(), await newest()]
    const counted = await status.innerText()
    await expect(status).not.toHaveText(counted)
    expect([await count(), await newest()]).toEqual(stood)
    await page.getByRole("button", { name: "Follow" }).click()
    await expect(status).toHaveText("live")
    await expect.poll(newest).toBeGreaterThan(stood[0] ?? 0)
  })

  await test.step("scrolling up pauses by itself, and the space bar follows again", async () => {
    await table.getByRole("rowgroup").last().hover()
    await page.mouse.wheel(0, -400)
    await expect(status).toHaveText(/^paused · /)
    await page.evaluate(`(${standStill})()`) // the wheel's own way ends some frames later
    const stood = [await rows.first().innerText(), await newest()]
    await expect(status).toHaveText(/^paused · [\d,]{5,} new$/)
    expect([await rows.first().innerText(), await newest()]).toEqual(stood)
    await page.keyboard.press("Space")
    await expect(status).toHaveText("live")
    const all = await count()
    expect(await newest()).toBeGreaterThanOrEqual(all)
  })

  await test.step("what it shows and what it says is missing are together all that passed", async () => {
    await flood.stop()
    await expect.poll(async () => (await passed()) - told.packets).toBe(0)
    await expect.poll(async () => (await count()) - told.rows).toBe(0)
  })
})

/** What the panel tells the page of packets, as it stands on the wire; those that are missing are told, too. */
function countPackets(page: Page): { subscribed: boolean; packets: number; rows: number } {
  const told = { subscribed: false, packets: 0, rows: 0 }
  let isGap = false
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const { data } = liveReply.safeParse(JSON.parse(String(payload)))
      if (data?.type === "subscribed" && data.topic === "packets") told.subscribed = true
      if (data?.type === "packets") {
        told.packets += data.items.reduce((sum, { packets = 1 }) => sum + packets, 0)
        told.rows += data.items.length
        isGap = false
      }
      if (data?.type === "gap") {
        told.packets += data.dropped
        if (!isGap) told.rows++ // two gaps in a row are one
        isGap = true
      }
    }),
  )
  return told
}
