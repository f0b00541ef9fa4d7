// What a crowd of viewers costs, and how soon the first of them sees a packet: a paced stream that nobody, one and a hundred watch.
import { udp } from "../../testing/peers/udp-stream.ts"
import { modes, transportOf } from "../contenders/tundeck.ts"
import { inner, sides } from "../lab.ts"
import { roundTrips } from "../measure/ping.ts"
import { cpuSeconds, residentMegabytes } from "../measure/processes.ts"
import { type Seen, startViewers } from "../measure/viewers.ts"
import { addTunnel, startProducts, untilUp } from "./products.ts"

export const crowd = { viewers: 100, frozen: 10 } as const
const pings = { count: 200, intervalSeconds: 0.01 }
export const crowdPace = { size: 100, rate: 50_000 } as const

/** While so many look. */
export interface CrowdFigures {
  /** Packets that arrived per second, and the share that did not. */
  delivered: number
  lost: number
  /** Of the host where they look: cores that engine and panel used, and megabytes that both have. */
  cpu: number
  memory: number
}

export interface ViewersFigures {
  none: CrowdFigures
  one: CrowdFigures
  hundred: CrowdFigures
  /** Milliseconds from when a packet of a quiet tunnel passed until a program had its row. */
  shownMedian: number
  shown99: number
}

export async function crowdedTunnel(turns: number, seconds: number): Promise<ViewersFigures[]> {
  await using products = await startProducts()
  for (const side of sides) {
    const wish = { name: "tun0", addresses: [`${inner[side]}/24`], mtu: modes.udp.mtu }
    await addTunnel(products[side], wish, transportOf(side, modes.udp))
  }
  await untilUp(products)
  const { lab, a } = products
  const through = { ...lab, address: inner.a }
  const measured = async (who?: { reading: number; frozen: number }): Promise<CrowdFigures> => {
    const viewers = who && (await startViewers(lab.a, a, "tun0", who))
    const pids = (await a.processes()).map(({ pid }) => pid)
    const begun = performance.now()
    const before = await cpuSeconds(pids)
    const { perSecond, lost } = await udp(through, { seconds, ...crowdPace })
    const cpu = (((await cpuSeconds(pids)) - before) * 1000) / (performance.now() - begun)
    const memory = await residentMegabytes(pids)
    await viewers?.close()
    return { delivered: perSecond, lost, cpu, memory }
  }
  const pinged = async (): Promise<Seen> => {
    const viewer = await startViewers(lab.a, a, "tun0")
    await roundTrips(through, pings)
    return viewer.close()
  }
  const figures: ViewersFigures[] = []
  await measured({ reading: 1, frozen: 0 }) // warms up
  for (let turn = 0; turn < turns; turn++) {
    const none = await measured()
    const one = await measured({ reading: 1, frozen: 0 })
    const hundred = await measured({ reading: crowd.viewers - crowd.frozen, frozen: crowd.frozen })
    const { delayMedian, delay99 } = await pinged()
    figures.push({ none, one, hundred, shownMedian: delayMedian, shown99: delay99 })
  }
  return figures
}
