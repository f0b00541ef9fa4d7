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

/** Runs in the page: the milliseconds from frame to frame. Text, for its names are the browser's. */
const frameTimes = `async (milliseconds) => {
  const nextFrame = () => new Promise(requestAnimationFrame)
  const times = []
  const begin = await nextFrame()
  for (let last = begin; last < begin + milliseconds; ) {
    const now = await nextFrame()
    times.push(now - last)
    last = now
  }
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.floor(times.length * share)]
  return { frames: times.length, median: at(0.5), p95: at(0.95) }
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
  const flood = there.spawn("iperf3", ["-c", "10.77.0.1", "-u", "-l", `${bytes}`, "-b", bitsPerSecond, "-t", "60"])
  await expect(rows.filter({ hasText: "UDP" }).first()).toBeVisible()

  await test.step("it follows: new rows in every frame, few of them in the document", async () => {
    const before = await count()
    const { frames, median, p95 } = await page.evaluate<FrameTimes>(`(${frameTimes})(5000)`)
    const came = (await count()) - before
    const ms = (time: number) => `${time.toFixed(1)} ms`
    console.log(`    ${Math.round(came / 5)} packets/s: ${frames} frames in 5 s, median ${ms(median)}, p95 ${ms(p95)}`)
    expect(came).toBeGreaterThan(perSecond)
    expect(frames).toBeGreaterThan(25)
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
    await rows.nth(10).hover()
    await page.mouse.wheel(0, -400)
    await expect(status).toHaveText(/^paused · /)
    // The wheel's own way ends some frames later: from then on nothing moves.
    let last = ""
    const stands = async () => {
      const before = last
      last = await rows.first().innerText()
      return last === before
    }
    await expect.poll(stands, { intervals: [300] }).toBe(true)
    const stood = [await rows.first().innerText(), await newest()]
    await expect(status).toHaveText(/^paused · [\d,]{5,} new$/)
    expect([await rows.first().innerText(), await newest()]).toEqual(stood)
    await page.keyboard.press("Space")
    await expect(status).toHaveText("live")
    await expect.poll(async () => (await newest()) - (await count())).toBe(0)
  })

  await test.step("what it shows and what it says is missing are together all that passed", async () => {
    await flood.stop()
    await expect.poll(async () => (await passed()) - told.shown - told.missed).toBe(0)
    await expect.poll(count).toBe(told.shown + told.gaps)
  })
})

/** What the panel tells the page of packets, as it stands on the wire. */
function countPackets(page: Page): { subscribed: boolean; shown: number; missed: number; gaps: number } {
  const told = { subscribed: false, shown: 0, missed: 0, gaps: 0 }
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const { data } = liveReply.safeParse(JSON.parse(String(payload)))
      if (data?.type === "subscribed" && data.topic === "packets") told.subscribed = true
      if (data?.type === "packets") told.shown += data.items.length
      if (data?.type !== "gap") return
      told.missed += data.dropped
      told.gaps++
    }),
  )
  return told
}
