// What one viewer costs: the same flow before, while and after a page looks at the tunnel's packets.
import { modes, transportOf } from "../contenders/tundeck.ts"
import { inner, sides } from "../lab.ts"
import { tcp } from "../measure/tcp.ts"
import { startViewers } from "../measure/viewers.ts"
import { addTunnel, type Products, startProducts, untilUp } from "./products.ts"

const warmUpSeconds = 10

export type WatchedMode = "trains" | "udp"

/** Gb/s of one TCP stream, away from the host where the viewer looks. */
export interface WatchedFigures {
  before: number
  watched: number
  after: number
  /** Packets that the viewer was shown, and that it was told to have missed. */
  shown: number
  missed: number
}

export async function watchedTunnel(mode: WatchedMode, turns: number, seconds: number): Promise<WatchedFigures[]> {
  await using products = await startProducts()
  for (const side of sides) {
    const wish = { name: "tun0", addresses: [`${inner[side]}/24`], mtu: modes[mode].mtu }
    await addTunnel(products[side], wish, transportOf(side, modes[mode]))
  }
  await untilUp(products)
  const through = { ...products.lab, address: inner.a }
  const flow = async () => (await tcp(through, { seconds })).gigabits
  await warmUp(products, () => tcp(through, { seconds: warmUpSeconds }))
  const figures: WatchedFigures[] = []
  let after = await flow()
  for (let turn = 0; turn < turns; turn++) {
    const before = after
    const viewer = await startViewers(products.lab.b, products.b, "tun0")
    await flow() // the viewer's own compilers
    const watched = await flow()
    const { shown, missed } = await viewer.close()
    if (shown === 0) throw new Error("the viewer was shown no packet: what it costs was not measured")
    after = await flow()
    figures.push({ before, watched, after, shown, missed })
  }
  return figures
}

/** Compilers work for the first seconds that a panel is looked at, as they do for those that a tunnel carries. */
async function warmUp({ lab, b }: Products, flow: () => Promise<unknown>): Promise<void> {
  const viewer = await startViewers(lab.b, b, "tun0")
  await flow()
  await viewer.close()
}
