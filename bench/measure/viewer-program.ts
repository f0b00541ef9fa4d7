// Programs that watch a tunnel's packets, as one process beside the panel: URL, tunnel, how many read, how many never do.
// The token comes in TUNDECK_TOKEN. Says "watching" once all have subscribed; at SIGTERM, as JSON, what the first one saw.
import { once } from "node:events"
import { get } from "node:http"
import type { Duplex } from "node:stream"
import type { LiveReply } from "@tundeck/shared"
import { percentile } from "../report/statistics.ts"
import type { Seen } from "./viewers.ts"

const [url = "", tunnel = "", reading = "1", frozen = "0"] = process.argv.slice(2)
const token = process.env.TUNDECK_TOKEN ?? ""
const address = `${url}/api/v1/live`
const subscription = JSON.stringify({ type: "subscribe", topic: "packets", tunnel })

const seen: Seen = { shown: 0, missed: 0, delayMedian: Number.NaN, delay99: Number.NaN }
const delays: number[] = []

/** As the page is one, but for drawing. */
async function watch(): Promise<void> {
  const socket = new WebSocket(address.replace("http", "ws"), { headers: { authorization: `Bearer ${token}` } })
  socket.addEventListener("message", ({ data }) => {
    const now = performance.timeOrigin + performance.now()
    const reply: LiveReply = JSON.parse(String(data))
    if (reply.type === "gap") seen.missed += reply.dropped
    if (reply.type !== "packets") return
    seen.shown += reply.items.length
    for (const { time } of reply.items) delays.push(now - time)
  })
  await once(socket, "open")
  socket.send(subscription)
}

/** Throws away what it reads, so that it takes little of the machine. */
async function connect(): Promise<Duplex> {
  const headers = {
    authorization: `Bearer ${token}`,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
  }
  const [, socket]: Duplex[] = await once(get(address, { headers }), "upgrade")
  if (socket === undefined) throw new Error("the panel did not upgrade the connection")
  socket.write(textFrame(subscription))
  return socket
}

/** RFC 6455, 5.2: final, text, masked by zero, which changes nothing. */
function textFrame(text: string): Uint8Array {
  return Buffer.concat([Buffer.of(0x81, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)])
}

await watch()
for (let more = 1; more < Number(reading); more++) (await connect()).resume()
for (let never = 0; never < Number(frozen); never++) await connect()
await new Promise((resolve) => setTimeout(resolve, 300))
delays.length = 0 // what was kept from before
console.log("watching")
process.once("SIGTERM", () => {
  seen.delayMedian = percentile(delays, 0.5)
  seen.delay99 = percentile(delays, 0.99)
  console.log(JSON.stringify(seen))
  process.exit()
})
