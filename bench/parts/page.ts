// How soon a row stands in the page: pings through a quiet tunnel, while Chromium shows its packets.
import { setTimeout as sleep } from "node:timers/promises"
import type { PacketSummary } from "@tundeck/shared"
import { type DrawnRow, startPacketPage } from "../../e2e/packet-page.ts"
import { modes, transportOf } from "../contenders/tundeck.ts"
import { inner, sides } from "../lab.ts"
import { roundTrips } from "../measure/ping.ts"
import { percentile } from "../report/statistics.ts"
import { addTunnel, type Products, startProducts, untilUp } from "./products.ts"

const pings = { count: 180, intervalSeconds: 0.01 }
const openings = 10
/** The page has loaded, and its machine rests. */
const restMs = 1000

/** Milliseconds from when a packet passed until the page had drawn its row. */
export interface PageFigures {
  median: number
  p99: number
  /** Of the first packet that comes after the page was opened, of ten openings; and the slowest. */
  firstMedian: number
  firstSlowest: number
}

export async function pageDelays(turns: number): Promise<PageFigures[]> {
  await using products = await startProducts()
  for (const side of sides) {
    const wish = { name: "tun0", addresses: [`${inner[side]}/24`], mtu: modes.udp.mtu }
    await addTunnel(products[side], wish, transportOf(side, modes.udp))
  }
  await untilUp(products)
  await using page = await startPacketPage(products.a, "tun0")
  const { lab } = products
  /** What passes meanwhile; all of it must have been drawn. */
  const drawn = async (packets: number, pass: () => Promise<unknown>): Promise<number[]> => {
    await sleep(restMs)
    const since = Date.now()
    await pass()
    await sleep(restMs)
    const all = await delays(products, await page.rows(), since)
    if (all.length < packets) throw new Error(`the page drew ${all.length} of ${packets} packets`)
    return all
  }
  const figures: PageFigures[] = []
  for (let turn = -1; turn < turns; turn++) {
    const firsts: number[] = []
    for (let opening = 0; opening < openings; opening++) {
      await page.open()
      const pair = await drawn(2, () => lab.b.exec("ping", ["-c", "1", "-W", "1", inner.a]))
      firsts.push(Math.max(...pair))
    }
    const all = await drawn(2 * pings.count, () => roundTrips({ ...lab, address: inner.a }, pings))
    if (turn < 0) continue // warms up
    figures.push({
      median: percentile(all, 0.5),
      p99: percentile(all, 0.99),
      firstMedian: percentile(firsts, 0.5),
      firstSlowest: Math.max(...firsts),
    })
  }
  return figures
}

const echo = /Echo \(ping\) (request|reply) +id=(0x[0-9a-f]+) +seq=(\d+)/

/** Of the pings that passed since then and whose rows were drawn. */
async function delays({ a }: Products, rows: readonly DrawnRow[], since: number): Promise<number[]> {
  const { body } = await a.api<{ items: PacketSummary[] }>("GET", "/tunnels/tun0/packets?limit=1000")
  const later = body.items.filter(({ time }) => time >= since)
  const passed = new Map(later.map(({ info, time }) => [echo.exec(info)?.[0], time]))
  return rows.flatMap(({ text, time }) => {
    const at = passed.get(echo.exec(text)?.[0])
    return at === undefined ? [] : [time - at]
  })
}
