// What one viewer costs: the same flow before, while and after a page looks at the tunnel's packets.
import { once } from "node:events"
import type { Product } from "../../testing/product.ts"
import { modes, transportOf } from "../contenders/tundeck.ts"
import { inner, sides } from "../lab.ts"
import { tcp } from "../measure/tcp.ts"
import { addTunnel, startProducts, untilUp } from "./products.ts"

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
  await flow() // warms up
  const figures: WatchedFigures[] = []
  let after = await flow()
  for (let turn = 0; turn < turns; turn++) {
    const before = after
    const viewer = await watch(products.b)
    const watched = await flow()
    const seen = await viewer.close()
    if (seen.shown === 0) throw new Error("the viewer was shown no packet: what it costs was not measured")
    after = await flow()
    figures.push({ before, watched, after, ...seen })
  }
  return figures
}

/** A viewer as the page is one. It reads what comes, and does nothing with it. */
async function watch({ url, token }: Product) {
  const address = `${url.replace("http", "ws")}/api/v1/live`
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } })
  const seen = { shown: 0, missed: 0 }
  socket.addEventListener("message", ({ data }) => {
    const text = String(data)
    if (text.startsWith('{"type":"packets"')) seen.shown += text.split('"verdict"').length - 1
    else if (text.startsWith('{"type":"gap"')) seen.missed += JSON.parse(text).dropped
  })
  await once(socket, "open")
  socket.send(JSON.stringify({ type: "subscribe", topic: "packets", tunnel: "tun0" }))
  return {
    async close() {
      socket.close()
      await once(socket, "close")
      return seen
    },
  }
}
