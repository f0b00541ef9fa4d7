import { afterAll, beforeAll, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { ownHost, startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { sql } from "../store/store.ts"

let test: TestPanel
beforeAll(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7" })
  await test.call("POST", "/tunnels", {
    ...{ name: "lab", interface: "tun7", transport: { kind: "tcp", connect: "10.0.0.2:55555" }, autostart: true },
    security: { kind: "none" },
    capture: {},
  })
  test.engine.pingsPerSecond = 100
  await eventually(async () => expect(await packetsOf("seconds=60")).toBeGreaterThan(10))
})
afterAll(() => test[Symbol.asyncDispose]())

const path = (query = "") => `/tunnels/lab/capture.pcapng?${query}`

async function get(query: string) {
  const { token } = test.panel.tokens.create("test", { name: "t", role: "admin" })
  const headers = { host: ownHost, authorization: `Bearer ${token}` }
  return test.panel.app.inject({ url: `/api/v1${path(query)}`, headers })
}

const file = async (query: string) => (await get(query)).rawPayload

/** The types of the file's blocks. */
function blocksOf(bytes: Buffer): number[] {
  const types: number[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) types.push(bytes.readUInt32LE(at))
  return types
}

const packetsOf = async (query: string) => blocksOf(await file(query)).filter((type) => type === 6).length

it("it is a pcapng file of packets, begun by its section and ended by statistics, named after tunnel and time", async () => {
  const answer = await get("seconds=60")
  expect(answer.statusCode).toBe(200)
  expect(answer.headers["content-type"]).toBe("application/x-pcapng")
  const name = /^attachment; filename="lab-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.pcapng"$/
  expect(answer.headers["content-disposition"]).toMatch(name)
  const [section, description, ...rest] = blocksOf(answer.rawPayload)
  expect([section, description]).toEqual([0x0a0d0d0a, 1])
  expect(rest.pop()).toBe(5)
  expect(new Set(rest)).toEqual(new Set([6]))
  expect(answer.rawPayload.toString("latin1")).toContain("sent | tunnel lab")
})

it.each([
  "seconds=0",
  "seconds=-1",
  "seconds=1000000000",
  "seconds=1.5",
  "seconds=x",
  "seconds=",
  "follow=yes",
  "last=1",
])("%s is no request", async (query) => expect(await test.refusal("GET", path(query))).toBe("validation-failed"))

it("seconds that are out of bounds are named, with the bound", async () => {
  const { body } = await test.call("GET", path("seconds=1000000000"))
  expect(body).toMatchObject({ errors: [{ path: "seconds", message: "At most 86,400 seconds, a day." }] })
})

it("with a filter it has the packets that the filter finds; what is no filter is refused with its place", async () => {
  expect(await packetsOf("seconds=60&filter=icmp")).toBeGreaterThan(10)
  expect(await packetsOf("seconds=60&filter=tcp")).toBe(0)
  expect((await file("filter=inbound")).toString("latin1")).not.toContain("sent | tunnel lab")
  const { body } = await test.call("GET", path("filter=icmp%20andd"))
  expect(body).toMatchObject({ code: "filter-invalid", errors: [{ path: "filter", column: 6 }] })
})

it("it is for admins, wants a tunnel that is there, and each download is in the audit, before its first byte", async () => {
  expect(await test.refusal("GET", path(), undefined, "viewer")).toBe("role-too-low")
  expect(await test.refusal("GET", "/tunnels/none/capture.pcapng")).toBe("tunnel-not-found")
  await get("seconds=7&filter=icmp")
  const entries = test.saved<{ actor: string; subject: string; detail: string }>(
    sql.selectFrom("audit").select(["actor", "subject", "detail"]).where("action", "=", "saveCapture"),
  )
  expect(entries.at(-1)).toEqual({
    actor: "token t",
    subject: "tunnel lab",
    detail: '{"seconds":7,"follow":false,"filter":"icmp"}',
  })
})

it("a capture that is off says so, with what to do; sizes out of bounds are refused", async () => {
  expect((await test.call("GET", "/tunnels/lab")).body).toMatchObject({
    capture: { enabled: true, megabytes: 16, snapLength: 256 },
  })
  for (const capture of [
    { megabytes: 0 },
    { megabytes: 1025 },
    { snapLength: 63 },
    { snapLength: 65_536 },
    { size: 1 },
  ])
    expect(await test.refusal("PATCH", "/tunnels/lab", { capture })).toBe("validation-failed")
  expect((await test.call("PATCH", "/tunnels/lab", { capture: { enabled: false } })).status).toBe(200)
  expect(await test.refusal("GET", path())).toBe("capture-off")
  const { body } = await test.call("PATCH", "/tunnels/lab", { capture: { snapLength: 0 } })
  expect(body).toMatchObject({ capture: { enabled: true, megabytes: 16, snapLength: 0 } })
  expect((await get("seconds=60")).statusCode).toBe(200)
})

it("a viewer that goes away ends the engine's part, and those that stay for a while each get theirs", async () => {
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const { token } = test.panel.tokens.create("test", { name: "f", role: "admin" })
  const url = `http://127.0.0.1:${port}/api/v1${path("follow=true")}`
  // More than may be open at once: each is gone before the next comes.
  for (let i = 0; i < 12; i++) {
    const gone = new AbortController()
    const headers = { authorization: `Bearer ${token}` }
    const response = await eventually(async () => {
      const answer = await fetch(url, { headers, signal: gone.signal })
      expect(answer.status).toBe(200)
      return answer
    })
    const reader = response.body?.getReader()
    let bytes = 0
    while (bytes < 1000) bytes += (await reader?.read())?.value?.length ?? 0
    gone.abort()
  }
})
