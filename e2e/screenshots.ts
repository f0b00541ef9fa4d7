// Makes the pictures of README and docs anew: two hosts, an encrypted tunnel between them, some traffic, and each view of it.
// As root: node e2e/screenshots.ts. Node 26, and Chromium as the stories want it.
import { join } from "node:path"
import { chromium, type Page } from "@playwright/test"
import type { InviteCreated } from "@tundeck/shared"
import { connectByVeth } from "../testing/links.ts"
import { createNamespace } from "../testing/namespace.ts"
import { type Product, startProduct } from "../testing/product.ts"
import { until } from "../testing/wait.ts"
import { startPing } from "./ping.ts"
import { setUp } from "./set-up.ts"

const images = join(import.meta.dirname, "../docs/images")
const there = "10.0.0.2"
/** Behind a host that does not lead there, and behind no peer. */
const nobody = "10.0.0.70"
const nowhere = "10.0.0.200"

async function ask<T>(product: Product, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await product.api<T>(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function connect(a: Product, b: Product): Promise<void> {
  await ask(a, "POST", "/interfaces", { name: "lab", addresses: ["10.0.0.1/24"], mtu: 1420 })
  await ask(a, "POST", "/tunnels", {
    ...{ name: "lab", interface: "lab", transport: { kind: "udp", listen: "0.0.0.0:51820" }, autostart: true },
    capture: { enabled: true },
  })
  const invite = { name: "b", allowedIps: [`${there}/32`, "10.0.0.64/26"], endpoint: "192.0.2.1:51820" }
  const { code } = await ask<InviteCreated>(a, "POST", "/tunnels/lab/invites", invite)
  await ask(b, "POST", "/tunnels/accept", { code, autostart: true })
  await until(async () => (await a.api<{ state: string }>("GET", "/tunnels/lab")).body.state === "up", {
    what: "the tunnel to be up",
  })
}

interface View {
  name: string
  /** Behind `/tunnels/lab`. */
  at: string
  height?: number
  prepare?: (page: Page) => Promise<unknown>
}

const view = (name: string) => (page: Page) =>
  page.getByRole("radiogroup", { name: "View" }).getByText(name, { exact: true }).click()

const views: readonly View[] = [
  { name: "packets", at: "#packets" },
  {
    name: "packet",
    at: "?filter=tcp#packets",
    prepare: async (page) => {
      const row = page.getByRole("table", { name: "Packets of lab" }).getByRole("row").filter({ hasText: "GET /" })
      await row.last().click()
      await page
        .getByRole("treeitem", { name: /Hypertext|HTTP/ })
        .last()
        .click()
    },
  },
  { name: "conversations", at: "#packets", prepare: view("Conversations") },
  { name: "expert", at: "#packets", prepare: view("Expert") },
  { name: "graphs", at: "#live", height: 1500 },
  { name: "peers", at: "#peers" },
  { name: "capture", at: "#capture" },
  {
    name: "try",
    at: "#try",
    prepare: async (page) => {
      await page.getByRole("textbox", { name: "Address" }).first().fill(there)
      await page.getByRole("button", { name: "Ping", exact: true }).click()
      await page.getByText(/of 4 answered/).waitFor()
    },
  },
  {
    name: "system-calls",
    at: "",
    prepare: async (page) => {
      await page.keyboard.press("c")
      await page.getByRole("dialog").getByText("TUNSETIFF").first().click()
    },
  },
]

await using here = await createNamespace("here")
await using other = await createNamespace("there")
await connectByVeth(here, other, { v4: ["192.0.2.1/24", "192.0.2.2/24"] })
await using a = await startProduct({ namespace: here })
await using b = await startProduct({ namespace: other })
await connect(a, b)
const serve = "require('node:http').createServer((_, answer) => answer.end('<h1>Hello</h1>')).listen(80)"
const server = other.spawn(process.execPath, ["-e", serve])
const fetching = here.spawn("sh", ["-c", `while sleep 0.7; do curl -s http://${there}/; done`])
const missing = [nobody, nowhere].map((address) => here.spawn("ping", ["-q", "-i", "0.7", address]))
await using _ping = await startPing(here, there)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
})
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 810 } })
  await setUp(page, a.setupLink)
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    for (const { name, at, height = 810, prepare } of views) {
      await page.setViewportSize({ width: 1440, height })
      await page.goto("about:blank") // the same page with another hash is not opened anew
      await page.goto(`${a.url}/tunnels/lab${at}`)
      await page.waitForTimeout(name === "expert" ? 12_000 : 5000) // traffic to show
      await prepare?.(page)
      await page.waitForTimeout(1000)
      await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`) })
    }
  }
} finally {
  await browser.close()
  for (const each of [server, fetching, ...missing]) await each.stop()
}
