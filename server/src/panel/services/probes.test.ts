import type { PathMtuResult, PingResult, ProblemDocument, TraceResult } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { sql } from "../store/store.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  const tunnel = { name: "alone", interface: "tun7", transport: { kind: "responder" }, security: { kind: "none" } }
  expect((await test.call("POST", "/tunnels", { ...tunnel, autostart: true })).status).toBe(201)
})
afterEach(() => test[Symbol.asyncDispose]())

const destination = "10.77.0.9"

it("a host behind the tunnel is pinged, with what is usual where nothing is said", async () => {
  await eventually(async () => {
    const { body } = await test.call<PingResult>("POST", "/tunnels/alone/ping", { destination })
    expect(body).toMatchObject({ destination, source: "10.77.0.1", interface: "tun7", received: 4 })
  })
  const asked = test.engine.calls.findLast(({ method }) => method === "tunnel.ping")
  expect(asked?.params).toMatchObject({ destination, count: 4, intervalMs: 250, dataBytes: 56 })
  const traced = await test.call<TraceResult>("POST", "/tunnels/alone/trace", { destination })
  expect(traced.body).toMatchObject({ reached: true, items: [{ hop: 1, answer: { from: destination } }] })
  const found = await test.call<PathMtuResult>("POST", "/tunnels/alone/path-mtu", { destination })
  expect(found.body).toMatchObject({ interfaceMtu: 1500, pathMtu: 1500 })
})

it.each(["ping", "trace", "path-mtu"])("%s: what the engine refuses is told", async (way) => {
  const { status, body } = await test.call<ProblemDocument>("POST", `/tunnels/alone/${way}`, { destination: "8.8.8.8" })
  expect({ status, code: body.code }).toEqual({ status: 422, code: "destination-not-routed" })
})

it.each<[string, string, object, string]>([
  ["no address", "ping", { destination: "example.org" }, "destination"],
  ["too many", "ping", { destination, count: 21 }, "count"],
  ["too fast", "ping", { destination, intervalMs: 5 }, "intervalMs"],
  ["too large", "ping", { destination, dataBytes: 65_001 }, "dataBytes"],
  ["too far", "trace", { destination, hops: 33 }, "hops"],
  ["an unknown wish", "path-mtu", { destination, count: 3 }, "count"],
])("%s is refused at its field", async (_what, way, wish, path) => {
  const { status, body } = await test.call<ProblemDocument>("POST", `/tunnels/alone/${way}`, wish)
  expect(status).toBe(400)
  expect(body.errors?.[0]?.path).toBe(path)
})

it("each is in the audit with what was asked, and a viewer may not", async () => {
  expect((await test.call("POST", "/tunnels/alone/trace", { destination, hops: 9 }, "viewer")).status).toBe(403)
  await eventually(async () => {
    expect((await test.call("POST", "/tunnels/alone/trace", { destination, hops: 9 })).status).toBe(200)
  })
  const records = test.saved(
    sql.selectFrom("audit").select(["actor", "subject", "detail"]).where("action", "=", "traceTunnel"),
  )
  expect(records).toEqual([
    { actor: "token admin", subject: "tunnel alone", detail: JSON.stringify({ destination, hops: 9 }) },
  ])
})
