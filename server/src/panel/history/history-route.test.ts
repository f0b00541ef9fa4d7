import type { TunnelHistory } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { ownHost, startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeAll(async () => {
  test = await startTestPanel()
  test.engine.pingsPerSecond = 20
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  const peers = ["a", "b"].map((name, i) => ({ name, address: `10.0.0.${i + 2}`, allowedIps: [`10.77.0.${i + 2}/32`] }))
  const transport = { kind: "udp", listen: "0.0.0.0:55555" }
  const security = { kind: "none", peers }
  await test.call("POST", "/tunnels", { name: "hub", interface: "tun7", transport, security, autostart: true })
})
afterAll(() => test[Symbol.asyncDispose]())

const read = async (rest = "") =>
  (await test.call<TunnelHistory>("GET", `/tunnels/hub/history${rest}`, undefined, "viewer")).body

describe("GET /tunnels/{id}/history", () => {
  it("grows by a step each second while the tunnel carries something, and so does each peer's", async () => {
    await eventually(async () => {
      const { times, outboundPacketsPerSecond } = await read()
      expect(times.length).toBeGreaterThan(1)
      expect(Math.max(...outboundPacketsPerSecond)).toBeGreaterThan(0)
    })
    const { resolution, stepSeconds, times, retransmissionsPerSecond } = await read()
    expect({ resolution, stepSeconds }).toEqual({ resolution: "second", stepSeconds: 1 })
    expect(times.every((time, i) => time % 1000 === 0 && (i === 0 || time > (times[i - 1] ?? 0)))).toBe(true)
    expect(new Set(retransmissionsPerSecond)).toEqual(new Set([null]))
    expect((await read("?peer=a&resolution=minute")).times.length).toBeGreaterThan(0)
  })

  it("goes on after the panel was restarted", async () => {
    const { times } = await read()
    await test.restart()
    expect((await read(`?from=${times[0]}`)).times.slice(0, times.length)).toEqual(times)
  })

  it("chooses the finest resolution that is kept for the time asked for", async () => {
    const ago = async (days: number) => (await read(`?from=${Date.now() - days * 86_400_000}`)).resolution
    expect([await ago(0.04), await ago(1), await ago(6), await ago(30)]).toEqual(["second", "minute", "minute", "hour"])
  })

  it("is a table, too", async () => {
    const { token } = test.panel.tokens.create("test", { name: "csv", role: "viewer" })
    const answer = await test.panel.app.inject({
      url: "/api/v1/tunnels/hub/history?format=csv",
      headers: { host: ownHost, authorization: `Bearer ${token}` },
    })
    expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8")
    expect(answer.headers["content-disposition"]).toBe('attachment; filename="hub-second.csv"')
    expect(answer.body).toMatch(/^time,measuredSeconds,outboundBytesPerSecond,[^\r]*\r\n\d{4}-/)
  })

  it.each<[string, string, string]>([
    ["no tunnel", "/tunnels/none/history", "tunnel-not-found"],
    ["no peer", "/tunnels/hub/history?peer=c", "peer-not-found"],
    ["no time", "/tunnels/hub/history?from=yesterday", "validation-failed"],
    ["no resolution", "/tunnels/hub/history?resolution=day", "validation-failed"],
  ])("%s: refused", async (_what, path, code) => {
    expect(await test.refusal("GET", path)).toBe(code)
  })

  it("a time that has not come yet, or is over, is empty", async () => {
    expect((await read(`?from=${Date.now() + 1e9}&to=${Date.now() + 2e9}`)).times.length).toBeLessThanOrEqual(1)
    expect((await read("?from=0&to=1000")).times).toEqual([])
  })
})
