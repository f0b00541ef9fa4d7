// The table of packets in a browser that nobody looks at, for the benchmark: when was each row drawn?
import { chromium } from "@playwright/test"
import type { Product } from "../testing/product.ts"
import { until } from "../testing/wait.ts"
import { setUp } from "./set-up.ts"

export interface DrawnRow {
  /** Of the table, as it is read. */
  text: string
  /** Unix time in ms, after the frame in which it was drawn first; up to a frame late. */
  time: number
}

export interface PacketPage extends AsyncDisposable {
  /** Loads it anew, and waits until the panel has promised it the packets. */
  open(): Promise<void>
  rows(): Promise<DrawnRow[]>
}

/** Runs in the page, before anything of it. Text, for its names are the browser's. */
const noteRows = `
  window.drawnRows = []
  const seen = new Set()
  new MutationObserver(() => {
    const texts = [...document.querySelectorAll("tbody tr")].map((row) => row.textContent).filter((text) => !seen.has(text))
    if (texts.length === 0) return
    for (const text of texts) seen.add(text)
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        for (const text of texts) window.drawnRows.push({ text, time: Date.now() })
      }
      port2.postMessage(null)
    })
  }).observe(document, { subtree: true, childList: true, characterData: true })`

/** Of a tunnel, by its name. Chromium stands in another network namespace; what leads there counts as the page's. */
export async function startPacketPage({ url, setupLink }: Product, tunnel: string): Promise<PacketPage> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  let subscribed = false
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      if (/"type":"subscribed","topic":"packets"/.test(String(payload))) subscribed = true
    })
  })
  try {
    await setUp(page, setupLink)
    await page.addInitScript(noteRows)
  } catch (error) {
    await browser.close()
    throw error
  }
  return {
    async open() {
      subscribed = false
      await page.goto("about:blank")
      await page.goto(`${url}/packets?tunnel=${tunnel}`)
      await until(() => subscribed, { what: "the page to be subscribed to packets" })
    },
    rows: () => page.evaluate<DrawnRow[]>("window.drawnRows"),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
