import type { InterfaceView, SystemCallView } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let panel: TestPanel
beforeAll(async () => {
  panel = await startTestPanel()
})
afterAll(() => panel[Symbol.asyncDispose]())

type Calls = { items: SystemCallView[] }
const calls = async (query: string) =>
  (await panel.call<Calls>("GET", `/system-calls?${query}`, undefined, "viewer")).body

it("an answer's x-request-id leads to what the action asked of the kernel, and to the equal commands", async () => {
  const answers = await Promise.all(
    ["tun71", "tun72"].map((name) => panel.call<InterfaceView>("POST", "/interfaces", { name, persistent: true })),
  )
  for (const [index, { headers, body }] of answers.entries()) {
    const request = String(headers["x-request-id"])
    const { items } = await calls(`request=${request}`)
    expect(items.map(({ name }) => name)).toEqual(["TUNSETIFF", "TUNSETPERSIST", "RTM_NEWLINK"])
    expect(new Set(items.map((call) => call.request))).toEqual(new Set([request]))
    expect(new Set(items.map((call) => call.action))).toEqual(new Set(["createInterface"]))
    expect(items[0]?.command).toBe(`ip tuntap add dev ${body.name} mode tun vnet_hdr`)
    expect(body.name).toBe(`tun7${index + 1}`)
  }
})

it("no two requests bear the same id, and no caller chooses it", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await panel.call("GET", "/health")).headers))
  expect(new Set(ids.map((headers) => headers["x-request-id"])).size).toBe(20)
  const { headers } = await panel.panel.app.inject({
    url: "/api/v1/health",
    headers: { host: "127.0.0.1:8080", "x-request-id": "mine", "request-id": "mine" },
  })
  expect(headers["x-request-id"]).toMatch(/^[\w-]{12}$/)
})

it("by interface, the latest so many", async () => {
  const { items } = await calls("interface=tun71&limit=2")
  expect(items.map(({ name }) => name)).toEqual(["TUNSETPERSIST", "RTM_NEWLINK"])
  expect(await panel.refusal("GET", "/system-calls?tunnel=none")).toBe("tunnel-not-found")
  expect(await panel.refusal("GET", "/system-calls?limit=0")).toBe("validation-failed")
})
