import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { TestContext } from "vitest"
import { describe, expect, it } from "vitest"
import { ownHost, ownOrigin, startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { firstBrokenAudit } from "../store/audit.ts"
import { openStore } from "../store/open.ts"
import { sql } from "../store/store.ts"

const ann = { username: "ann", password: "correct horse" }
const hour = 3_600_000

async function fresh({ onTestFinished }: TestContext, now?: () => number): Promise<TestPanel> {
  const test = await startTestPanel(now ? { now } : {})
  onTestFinished(() => test[Symbol.asyncDispose]())
  return test
}

async function post(test: TestPanel, path: string, payload: object, headers: Record<string, string> = {}) {
  const response = await test.panel.app.inject({
    method: "POST",
    url: `/api/v1${path}`,
    payload,
    headers: { host: ownHost, ...headers },
  })
  const set = response.headers["set-cookie"]
  return { status: response.statusCode, body: response.json(), setCookie: typeof set === "string" ? set : undefined }
}

async function whoAmI(test: TestPanel, cookie: string) {
  const response = await test.panel.app.inject({ url: "/api/v1/sessions/current", headers: { host: ownHost, cookie } })
  return response.statusCode === 200 ? response.json() : response.statusCode
}

async function setUp(test: TestPanel): Promise<string> {
  const { setCookie } = await post(test, "/setup", { ...ann, token: test.panel.sessions.newSetupToken() })
  return cookieOf(setCookie)
}

function cookieOf(setCookie: string | undefined): string {
  return setCookie?.split(";")[0] ?? ""
}

describe("setup", () => {
  it("the link's token makes the first admin and signs in", async (context) => {
    const test = await fresh(context)
    expect((await test.call("GET", "/setup")).body).toEqual({ needed: true })
    const token = test.panel.sessions.newSetupToken()
    const { status, body, setCookie } = await post(test, "/setup", { ...ann, token })
    expect([status, body]).toEqual([201, { username: "ann", role: "admin" }])
    expect(await whoAmI(test, cookieOf(setCookie))).toEqual({ username: "ann", role: "admin" })
    expect((await test.call("GET", "/setup")).body).toEqual({ needed: false })
  })

  it("it works once", async (context) => {
    const test = await fresh(context)
    const token = test.panel.sessions.newSetupToken()
    await post(test, "/setup", { ...ann, token })
    expect((await post(test, "/setup", { username: "eve", password: "another one", token })).body.code).toBe(
      "setup-done",
    )
  })

  it("two at once: exactly one becomes admin", async (context) => {
    const test = await fresh(context)
    const token = test.panel.sessions.newSetupToken()
    const both = await Promise.all(["ann", "eve"].map((username) => post(test, "/setup", { ...ann, username, token })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  it("a wrong, an old and an empty token are refused, and nothing is made", async (context) => {
    const test = await fresh(context)
    const old = test.panel.sessions.newSetupToken()
    test.panel.sessions.newSetupToken()
    for (const token of ["wrong", old]) {
      expect((await post(test, "/setup", { ...ann, token })).body.code).toBe("setup-token-wrong")
    }
    expect((await post(test, "/setup", { ...ann, token: "" })).body.code).toBe("validation-failed")
    expect((await test.call("GET", "/setup")).body).toEqual({ needed: true })
  })

  it("a short password is refused by its field", async (context) => {
    const test = await fresh(context)
    const { body } = await post(test, "/setup", { ...ann, password: "short", token: "x" })
    expect(body.errors).toEqual([{ path: "password", message: "At least 10 characters." }])
  })
})

describe("sign-in", () => {
  it("name and password open a session in a cookie that scripts and other sites do not get", async (context) => {
    const test = await fresh(context)
    await setUp(test)
    const { status, body, setCookie } = await post(test, "/sessions", ann)
    expect([status, body]).toEqual([201, { username: "ann", role: "admin" }])
    const attributes = setCookie?.split("; ").slice(1) ?? []
    expect(attributes).toEqual(expect.arrayContaining(["HttpOnly", "SameSite=Strict", "Path=/"]))
    expect(setCookie).toMatch(/^tundeck_session_8080=[\w-]{43};/)
  })

  it("an unknown name and a wrong password get the same answer", async (context) => {
    const test = await fresh(context)
    await setUp(test)
    const wrong = await post(test, "/sessions", { ...ann, password: "wrong horse" })
    const unknown = await post(test, "/sessions", { ...ann, username: "bob" })
    expect(wrong).toEqual(unknown)
    expect([wrong.status, wrong.body.code]).toEqual([401, "sign-in-failed"])
    expect(wrong.setCookie).toBeUndefined()
  })

  it("an unknown name costs as much work as a known one", async (context) => {
    const test = await fresh(context)
    await setUp(test)
    const work = async (username: string) => {
      const before = process.cpuUsage()
      await post(test, "/sessions", { username, password: "wrong horse" })
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await work("bob") // the dummy's hash is made once
    const known = Math.min(await work("ann"), await work("ann"), await work("ann"))
    const unknown = Math.min(await work("bob"), await work("bob"), await work("bob"))
    expect(unknown).toBeGreaterThan(known / 3)
    expect(known).toBeGreaterThan(unknown / 3)
  })

  it.each(["ann", "nobody"])("an account is tried ten times a minute at most: %s", async (username) => {
    await using test = await startTestPanel()
    await setUp(test)
    const codes: string[] = []
    for (let i = 0; i < 11; i++)
      codes.push((await post(test, "/sessions", { username, password: "wrong horse" })).body.code)
    expect(codes.indexOf("rate-limited")).toBe(username === "ann" ? 9 : 10) // setting up was ann's first try
  })

  it("a source tries twenty times a minute at most, whatever names it takes", async (context) => {
    const test = await fresh(context)
    await setUp(test)
    const codes: string[] = []
    for (let i = 0; i < 22; i++) {
      const headers = { "x-forwarded-for": `198.51.100.${i}` }
      codes.push((await post(test, "/sessions", { username: `user${i}`, password: "wrong horse" }, headers)).body.code)
    }
    expect(codes.indexOf("rate-limited")).toBe(19)
    expect(new Set(codes.slice(19))).toEqual(new Set(["rate-limited"]))
  })

  it("signing out ends the session on the server", async (context) => {
    const test = await fresh(context)
    const cookie = await setUp(test)
    const out = await test.panel.app.inject({
      method: "DELETE",
      url: "/api/v1/sessions/current",
      headers: { host: ownHost, origin: ownOrigin, cookie },
    })
    expect(out.statusCode).toBe(204)
    expect(await whoAmI(test, cookie)).toBe(401)
  })

  it("under TLS the cookie is Secure and bound to the host", async (context) => {
    const key = readFileSync(new URL("../../testing/tls/key.pem", import.meta.url))
    const cert = readFileSync(new URL("../../testing/tls/cert.pem", import.meta.url))
    const test = await startTestPanel({ tls: { key, cert } })
    context.onTestFinished(() => test[Symbol.asyncDispose]())
    const { setCookie } = await post(test, "/setup", { ...ann, token: test.panel.sessions.newSetupToken() })
    expect(setCookie).toMatch(/^__Host-tundeck_session_8080=.*Secure/)
    expect(await whoAmI(test, cookieOf(setCookie))).toEqual({ username: "ann", role: "admin" })
    const plain = cookieOf(setCookie).replace("__Host-", "")
    expect(await whoAmI(test, plain)).toBe(401)
  })
})

describe("sessions", () => {
  it("end after 12 idle hours; use keeps them; 7 days are the end in any case", async (context) => {
    let now = Date.parse("2026-01-01")
    const test = await fresh(context, () => now)
    const cookie = await setUp(test)
    now += 11.9 * hour
    expect(await whoAmI(test, cookie)).toMatchObject({ username: "ann" })
    now += 11.9 * hour
    expect(await whoAmI(test, cookie)).toMatchObject({ username: "ann" })
    now += 12 * hour
    expect(await whoAmI(test, cookie)).toBe(401)

    const second = cookieOf((await post(test, "/sessions", ann)).setCookie)
    for (let i = 0; i < 14; i++) {
      expect(await whoAmI(test, second)).toMatchObject({ username: "ann" })
      now += 11.95 * hour
    }
    expect(await whoAmI(test, second)).toMatchObject({ username: "ann" })
    now += hour
    expect(await whoAmI(test, second)).toBe(401)
  })

  it("survive a restart of the panel", async (context) => {
    const test = await fresh(context)
    const cookie = await setUp(test)
    await test.restart()
    expect(await whoAmI(test, cookie)).toMatchObject({ username: "ann" })
  })
})

describe("tokens", () => {
  it("are shown once, work as their role says, tell their last use, and end at once when revoked", async (context) => {
    const test = await fresh(context)
    const { status, body: made } = await test.call<{ id: string; token: string }>("POST", "/tokens", {
      name: "deploy",
      role: "viewer",
    })
    expect(status).toBe(201)
    expect(made.token).toMatch(/^td_[\w-]{43}$/)
    const authorization = `Bearer ${made.token}`
    const use = (method: "GET" | "POST", url: string) =>
      test.panel.app.inject({ method, url, headers: { host: ownHost, authorization } })
    expect((await use("GET", "/api/v1/interfaces")).statusCode).toBe(200)
    expect((await use("POST", "/api/v1/tunnels/x/start")).json().code).toBe("role-too-low")

    const { body: list } = await test.call<{ items: { id: string; lastUsedAt: number | null }[] }>("GET", "/tokens")
    expect(JSON.stringify(list)).not.toContain(made.token)
    expect(list.items.find(({ id }) => id === made.id)).toMatchObject({ name: "deploy", role: "viewer" })
    expect(list.items.find(({ id }) => id === made.id)?.lastUsedAt).toBeGreaterThan(0)

    expect((await test.call("DELETE", `/tokens/${made.id}`)).status).toBe(204)
    expect((await use("GET", "/api/v1/interfaces")).statusCode).toBe(401)
    expect(await test.refusal("DELETE", `/tokens/${made.id}`)).toBe("token-not-found")
  })
})

describe("what is stored", () => {
  it("no secret stands in the database, and each change has its audit record", async (context) => {
    const test = await fresh(context)
    const setupToken = test.panel.sessions.newSetupToken()
    const { setCookie } = await post(test, "/setup", { ...ann, token: setupToken })
    const { body } = await test.call<{ token: string }>("POST", "/tokens", { name: "deploy" })
    const { store } = openStore(join(test.directory, "data"))
    const copy = join(test.directory, "copy.db")
    store.copyTo(copy)
    const bytes = readFileSync(copy)
    for (const secret of [setupToken, cookieOf(setCookie).split("=")[1] ?? "", body.token, ann.password]) {
      expect(secret.length).toBeGreaterThan(8)
      expect(bytes.includes(secret)).toBe(false)
    }
    const actions = store.all(sql.selectFrom("audit").select(["actor", "action"]).orderBy("id"))
    expect(actions.slice(-2)).toEqual([
      { actor: "ann", action: "setup" },
      { actor: "token admin", action: "createToken" },
    ])
    expect(firstBrokenAudit(store)).toBeUndefined()
    expect(store.all(sql.selectFrom("facts").select("name"))).not.toContainEqual({ name: "setup-token-hash" })
    store.close()
  })
})
