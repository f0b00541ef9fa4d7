import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { HostEvent, SavedCapture } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { ownHost, startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { sql } from "../store/store.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel({ captureTimes: { settleMs: 100, pauseMs: 0 } })
  await addTunnel("lab", "tun7")
})
afterEach(() => test[Symbol.asyncDispose]())

async function addTunnel(name: string, device: string, capture: object = {}): Promise<string> {
  await test.call("POST", "/interfaces", { name: device })
  const made = await test.call<{ id: string }>("POST", "/tunnels", {
    ...{ name, interface: device, transport: { kind: "tcp", connect: "10.0.0.2:55555" }, autostart: true },
    security: { kind: "none" },
    capture,
  })
  const { id } = made.body
  await isUp(id)
  return id
}

const isUp = (id: string) =>
  eventually(async () => expect((await test.call("GET", `/tunnels/${id}`)).body).toMatchObject({ state: "up" }))

interface Listed {
  items: SavedCapture[]
  bytes: number
  mostBytes: number
}

const list = async (query = "") => (await test.call<Listed>("GET", `/captures${query}`)).body
const keep = (body: object = {}, name = "lab") => test.call<SavedCapture>("POST", `/tunnels/${name}/captures`, body)
const files = () => readdirSync(join(test.directory, "data", "captures")).sort()
const events = async () => (await test.call<{ items: HostEvent[] }>("GET", "/events?limit=50")).body.items
const audited = () =>
  test
    .saved<{ actor: string; action: string; subject: string }>(
      sql.selectFrom("audit").select(["actor", "action", "subject"]).orderBy("id"),
    )
    .filter(({ action }) => /Capture/.test(action))
    .map(({ actor, action, subject }) => `${actor}: ${action} ${subject}`)

async function download(id: string) {
  const { token } = test.panel.tokens.create("test", { name: "t", role: "admin" })
  const headers = { host: ownHost, authorization: `Bearer ${token}` }
  return test.panel.app.inject({ url: `/api/v1/captures/${id}/capture.pcapng`, headers })
}

async function somePassed(): Promise<void> {
  test.engine.pingsPerSecond = 200
  await eventually(async () => {
    const { body } = await test.call<{ inbound: { packets: number } }>("GET", "/tunnels/lab/stats")
    expect(body.inbound.packets).toBeGreaterThan(10)
  })
}

describe("by hand", () => {
  it("what passed is a file on this host: listed, with why, and given out as it was saved", async () => {
    await somePassed()
    const { status, body } = await keep({ seconds: 30, filter: "icmp and dir == in" })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: "lab", seconds: 30, filter: "icmp and dir == in", bytes: expect.any(Number) })
    expect(body.causes).toEqual([{ kind: "asked", by: "token admin" }])
    expect(body.packets).toBeGreaterThan(5)
    expect(await list()).toEqual({ items: [body], bytes: body.bytes, mostBytes: expect.any(Number) })
    const file = await download(body.id)
    expect(file.rawPayload).toHaveLength(body.bytes)
    expect(file.rawPayload.readUInt32LE(0)).toBe(0x0a0d0d0a)
    expect(file.headers["content-disposition"]).toMatch(/filename="lab-\d{4}-[\dT-]+Z\.pcapng"/)
  })

  it("only the panel's user may read its files", async () => {
    const { body } = await keep()
    const directory = join(test.directory, "data", "captures")
    expect(files()).toEqual([`${body.id}.json`, `${body.id}.pcapng`])
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of files()) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  })

  it("saving, fetching and deleting are in the audit, and the time line leads to the file", async () => {
    const { body } = await keep()
    await download(body.id)
    expect((await test.call("DELETE", `/captures/${body.id}`)).status).toBe(204)
    expect(await list()).toMatchObject({ items: [], bytes: 0 })
    expect(files()).toEqual([])
    expect(audited()).toEqual([
      "token admin: keepCapture tunnel lab",
      "token t: downloadCapture tunnel lab",
      "token admin: deleteCapture tunnel lab",
    ])
    const event = (await events()).find(({ capture }) => capture === body.id)
    expect(event).toMatchObject({ severity: "info", subject: "tunnel lab", text: expect.stringContaining("asked by") })
  })

  it("one that is not there is capture-not-found, also when its file was removed", async () => {
    expect(await test.refusal("DELETE", "/captures/none")).toBe("capture-not-found")
    expect((await download("..%2f..%2ftundeck")).json()).toMatchObject({ code: "capture-not-found" })
    const { body } = await keep()
    rmSync(join(test.directory, "data", "captures", `${body.id}.pcapng`))
    expect((await download(body.id)).json()).toMatchObject({ code: "capture-not-found" })
    expect(await list()).toMatchObject({ items: [] })
  })

  it("viewers see that there are some, and neither save nor fetch nor delete", async () => {
    const { body } = await keep()
    expect((await test.call("GET", "/captures", undefined, "viewer")).body).toMatchObject({ items: [{ id: body.id }] })
    for (const [method, path] of [
      ["POST", "/tunnels/lab/captures"],
      ["GET", `/captures/${body.id}/capture.pcapng`],
      ["DELETE", `/captures/${body.id}`],
    ] as const)
      expect(await test.refusal(method, path, undefined, "viewer")).toBe("role-too-low")
  })

  it.each([{ seconds: 0 }, { seconds: 1e9 }, { seconds: "x" }, { last: 1 }])("%j is refused", async (body) =>
    expect(await test.refusal("POST", "/tunnels/lab/captures", body)).toBe("validation-failed"),
  )

  it("a filter that is none, a tunnel that is off, stopped or away: said so, and nothing is left", async () => {
    expect(await test.refusal("POST", "/tunnels/lab/captures", { filter: "icmp andd" })).toBe("filter-invalid")
    await addTunnel("off", "tun8", { enabled: false })
    expect(await test.refusal("POST", "/tunnels/off/captures")).toBe("capture-off")
    await test.call("POST", "/tunnels/lab/stop")
    expect(await test.refusal("POST", "/tunnels/lab/captures")).toBe("tunnel-not-running")
    expect(await test.refusal("POST", "/tunnels/none/captures")).toBe("tunnel-not-found")
    await test.stopEngine()
    expect(await test.refusal("POST", "/tunnels/lab/captures")).toBe("engine-unavailable")
    expect(files()).toEqual([])
  })

  it("they are there after a restart, but for what was half written; they go with their tunnel", async () => {
    const { body } = await keep()
    await addTunnel("other", "tun8")
    const { body: stays } = await keep({}, "other")
    const directory = join(test.directory, "data", "captures")
    for (const name of ["c_1.part", "c_2.json"]) writeFileSync(join(directory, name), "{}")
    await test.restart()
    expect(files()).toHaveLength(4)
    expect((await list("?tunnel=lab")).items).toEqual([body])
    expect((await list()).items).toEqual([stays, body])
    await test.call("DELETE", "/tunnels/lab")
    await eventually(() => expect(files()).toEqual([`${stays.id}.json`, `${stays.id}.pcapng`]))
    expect((await list()).items).toEqual([stays])
  })
})

describe("by themselves", () => {
  const both = { saveOn: ["drop", "down"], saveSeconds: 30 }
  const causes = async () => (await list()).items.map((one) => one.causes).reverse()
  const saved = (count: number) => eventually(async () => expect((await list()).items).toHaveLength(count))
  const lose = { outbound: { lossPercent: 100 } }
  const drop = { kind: "drop", direction: "outbound", reason: "fault-injected" }

  it("at the first drop of a reason, once in a run of the tunnel; then again", async () => {
    await test.call("PATCH", "/tunnels/lab", { capture: both })
    await somePassed()
    expect((await list()).items).toEqual([])
    await test.call("PATCH", "/tunnels/lab", { faults: lose })
    await saved(1)
    expect(await causes()).toEqual([[drop]])
    expect((await list()).items[0]?.seconds).toBeGreaterThanOrEqual(30)
    await test.call("PATCH", "/tunnels/lab", { faults: { inbound: { lossPercent: 50 } } })
    await saved(2)
    expect((await causes())[1]).toEqual([{ ...drop, direction: "inbound" }])
    await test.call("POST", "/tunnels/lab/stop")
    await test.call("PATCH", "/tunnels/lab", { faults: lose })
    await test.call("POST", "/tunnels/lab/start")
    await saved(3)
    expect((await causes())[2]).toEqual([drop])
  })

  it("what was dropped before it was asked for is not news, nor is it to a panel that starts anew", async () => {
    await test.call("PATCH", "/tunnels/lab", { faults: lose })
    test.engine.pingsPerSecond = 200
    await eventually(async () => {
      const { body } = await test.call<{ outbound: { dropped: number } }>("GET", "/tunnels/lab/stats")
      expect(body.outbound.dropped).toBeGreaterThan(10)
    })
    await test.call("PATCH", "/tunnels/lab", { capture: both })
    await test.restart()
    await test.call("PATCH", "/tunnels/lab", { faults: { inbound: { lossPercent: 50 } } })
    await saved(1)
    expect(await causes()).toEqual([[{ ...drop, direction: "inbound" }]])
  })

  it("when the tunnel was up and goes down, not when it is stopped; an event tells of it", async () => {
    await test.call("PATCH", "/tunnels/lab", { capture: both })
    await test.call("POST", "/tunnels/lab/stop")
    await test.call("POST", "/tunnels/lab/start")
    const { body } = await test.call<{ id: string }>("GET", "/tunnels/lab")
    await isUp(body.id)
    test.engine.move(body.id, "reconnecting", { code: "peer-silent", detail: "Nothing is heard." })
    await saved(1)
    expect(await causes()).toEqual([[{ kind: "down", reason: "peer-silent" }]])
    const [capture] = (await list()).items
    const event = (await events()).find((one) => one.capture === capture?.id)
    expect(event).toMatchObject({ severity: "warning", text: expect.stringContaining("went down (peer-silent)") })
    expect(audited()).toEqual(["tundeck: keepCapture tunnel lab"])
  })

  it("what comes together is in one file, with each cause", async () => {
    await test.call("PATCH", "/tunnels/lab", { capture: both })
    await somePassed()
    const { body } = await test.call<{ id: string }>("GET", "/tunnels/lab")
    test.engine.move(body.id, "reconnecting")
    test.engine.move(body.id, "up")
    test.engine.move(body.id, "reconnecting")
    await saved(1)
    expect(await causes()).toEqual([[{ kind: "down" }]])
  })

  it("a tunnel that goes up and down all the time has a pause between its files, and nothing is left out of them", async () => {
    await test[Symbol.asyncDispose]()
    test = await startTestPanel({ captureTimes: { settleMs: 20, pauseMs: 1500 } })
    const id = await addTunnel("lab", "tun7", { saveOn: ["down"], saveSeconds: 1 })
    const movedBy: number[] = []
    for (const count of [1, 2]) {
      test.engine.move(id, "reconnecting")
      await saved(count)
      for (let i = 0; i < 3; i++) {
        test.engine.move(id, "up")
        test.engine.move(id, "reconnecting")
      }
      test.engine.move(id, "up")
      await test.call("GET", `/tunnels/${id}`) // what the engine told before it answers is known then
      movedBy.push(Date.now())
    }
    const [second, first] = (await list()).items
    const [time = 0, moved = 0] = [second?.time, movedBy[0]]
    expect(time - (first?.time ?? 0)).toBeGreaterThanOrEqual(1400)
    expect(first?.seconds).toBeGreaterThanOrEqual(1)
    expect(second?.seconds).toBeGreaterThanOrEqual(Math.round(1 + (time - moved) / 1000))
  })

  it("only at what the tunnel names, and while its capture is on", async () => {
    await test.call("PATCH", "/tunnels/lab", { capture: { saveOn: ["drop"] } })
    const { body } = await test.call<{ id: string }>("GET", "/tunnels/lab")
    test.engine.move(body.id, "reconnecting")
    test.engine.move(body.id, "up")
    await test.call("PATCH", "/tunnels/lab", { capture: { ...both, enabled: false } })
    test.engine.move(body.id, "reconnecting")
    test.engine.move(body.id, "up")
    await addTunnel("other", "tun8", { saveOn: ["down"] })
    const other = (await test.call<{ id: string }>("GET", "/tunnels/other")).body.id
    test.engine.move(other, "reconnecting")
    await saved(1)
    expect((await list()).items).toMatchObject([{ name: "other" }])
  })
})
