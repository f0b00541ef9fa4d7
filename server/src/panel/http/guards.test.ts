import { readFileSync } from "node:fs"
import { connect } from "node:net"
import type { ProblemDocument } from "@tundeck/shared"
import type { InjectOptions } from "fastify"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ownHost, ownOrigin, startTestPanel, type TestPanel } from "../../testing/panel.ts"

const address = {
  listen: { host: "192.0.2.10", port: 8080 },
  origins: ["https://tundeck.example.org", "http://deck.example.org:9000"],
}
const test = await startTestPanel()
const { panel } = test
let cookie: string
let token: string
beforeAll(async () => {
  const { secret } = await panel.sessions.setup({
    token: panel.sessions.newSetupToken(),
    username: "ann",
    password: "long enough 1",
  })
  cookie = `tundeck_session_8080=${secret}`
  token = `Bearer ${panel.tokens.create("test", { name: "t", role: "admin" }).token}`
})
afterAll(() => test[Symbol.asyncDispose]())

async function ask(options: InjectOptions): Promise<{ status: number; code: string | undefined }> {
  const response = await panel.app.inject({ ...options, headers: { host: ownHost, ...options.headers } })
  const isProblem = String(response.headers["content-type"]).startsWith("application/problem+json")
  return { status: response.statusCode, code: isProblem ? response.json().code : undefined }
}

describe("Host", () => {
  it.each(["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"])("%s is served", async (host) => {
    expect((await ask({ url: "/api/v1/health", headers: { host } })).status).toBe(200)
  })

  it.each([
    "evil.example.org",
    "evil.example.org:8080",
    "localhost.evil.example.org:8080",
    "127.0.0.1",
    "127.0.0.1:8081",
    "127.0.0.1.:8080",
    "localhost:8080@evil.example.org",
    "",
  ])("%s is refused, even on public routes", async (host) => {
    expect(await ask({ url: "/api/v1/health", headers: { host } })).toEqual({ status: 421, code: "host-refused" })
  })

  it("X-Forwarded-Host changes nothing", async () => {
    const headers = { host: "evil.example.org", "x-forwarded-host": ownHost, forwarded: `host=${ownHost}` }
    expect((await ask({ url: "/api/v1/health", headers })).code).toBe("host-refused")
  })

  it("the hosts of the listed origins and of the listen address are served", async () => {
    await using other = await startTestPanel({ address })
    for (const host of ["192.0.2.10:8080", "tundeck.example.org", "deck.example.org:9000"]) {
      const answer = await other.panel.app.inject({ url: "/api/v1/health", headers: { host } })
      expect([host, answer.statusCode]).toEqual([host, 200])
    }
    const wrongPort = await other.panel.app.inject({ url: "/api/v1/health", headers: { host: "deck.example.org" } })
    expect(wrongPort.statusCode).toBe(421)
  })
})

describe("ports and schemes", () => {
  const statusOf = async (other: TestPanel, host: string, origin?: string) => {
    const response = await other.panel.app.inject({
      method: origin === undefined ? "GET" : "POST",
      url: origin === undefined ? "/api/v1/health" : "/api/v1/sessions",
      headers: { host, ...(origin !== undefined && { origin }) },
    })
    return response.statusCode
  }

  it("the scheme's own port may be left out, another's may not", async () => {
    await using plain = await startTestPanel({ address: { listen: { host: "127.0.0.1", port: 80 } } })
    for (const host of ["127.0.0.1", "127.0.0.1:80", "localhost"]) expect(await statusOf(plain, host)).toBe(200)
    expect(await statusOf(plain, "127.0.0.1:443")).toBe(421)
    expect(await statusOf(plain, "localhost", "http://localhost")).toBe(400)
    expect(await statusOf(plain, "localhost", "http://localhost:80")).toBe(403)
  })

  it("with TLS the origins are https alone", async () => {
    const [key, cert] = ["key", "cert"].map((name) =>
      readFileSync(new URL(`../../testing/tls/${name}.pem`, import.meta.url)),
    )
    if (key === undefined || cert === undefined) throw new Error("the key is not there")
    await using secure = await startTestPanel({
      tls: { key, cert },
      address: { listen: { host: "127.0.0.1", port: 443 } },
    })
    for (const host of ["127.0.0.1", "127.0.0.1:443"]) expect(await statusOf(secure, host)).toBe(200)
    expect(await statusOf(secure, "127.0.0.1:80")).toBe(421)
    expect(await statusOf(secure, "localhost", "https://localhost")).toBe(400)
    expect(await statusOf(secure, "localhost", "http://localhost")).toBe(403)
  })

  it("the address that a connection came to is served, also as IPv4 on an IPv6 socket; another name of it is not", async () => {
    await using other = await startTestPanel()
    await other.panel.app.listen({ host: "::", port: 0 })
    const address = other.panel.app.server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status).toBe(200)
    expect((await fetch(`http://localhost:${port}/api/v1/health`)).status).toBe(421)
  })
})

describe("Origin", () => {
  const post = { method: "POST", url: "/api/v1/tunnels/none/start" } as const

  it.each([
    "http://evil.example.org",
    "https://127.0.0.1:8080",
    "http://127.0.0.1:8081",
    "http://127.0.0.1",
    "null",
    "http://127.0.0.1:8080.evil.example.org",
    "HTTP://127.0.0.1:8080",
    "http://127.0.0.1:8080/",
  ])("a change from %s is refused, with cookie and with token", async (origin) => {
    expect(await ask({ ...post, headers: { origin, cookie } })).toEqual({ status: 403, code: "origin-refused" })
    expect(await ask({ ...post, headers: { origin, authorization: token } })).toEqual({
      status: 403,
      code: "origin-refused",
    })
  })

  it.each([ownOrigin, "http://localhost:8080", "http://[::1]:8080"])("a change from %s is accepted", async (origin) => {
    expect((await ask({ ...post, headers: { origin, cookie } })).code).toBe("tunnel-not-found")
  })

  it("a change with a cookie must say where it comes from", async () => {
    expect((await ask({ ...post, headers: { cookie } })).code).toBe("origin-refused")
    expect((await ask({ ...post, headers: { authorization: token } })).code).toBe("tunnel-not-found")
  })

  it.each(["POST", "PATCH", "DELETE", "PUT"] as const)(
    "every method that may change something is guarded: %s",
    async (method) => {
      const headers = { origin: "http://evil.example.org", authorization: token }
      expect((await ask({ method, url: "/api/v1/tunnels/none", headers })).code).toBe("origin-refused")
    },
  )

  it("who sends a token and, as some clients do, a cookie beside it, need not say where from", async () => {
    expect((await ask({ ...post, headers: { authorization: token, cookie } })).code).toBe("tunnel-not-found")
  })

  it("reading needs no Origin", async () => {
    expect((await ask({ url: "/api/v1/tunnels", headers: { cookie } })).status).toBe(200)
  })

  it("signing in from another page is refused, too", async () => {
    const headers = { origin: "http://evil.example.org" }
    const payload = { username: "ann", password: "long enough 1" }
    expect((await ask({ method: "POST", url: "/api/v1/sessions", headers, payload })).code).toBe("origin-refused")
  })
})

describe("bodies", () => {
  const create = (payload: string, type: string | undefined, headers = {}) =>
    ask({
      method: "POST",
      url: "/api/v1/interfaces",
      payload,
      headers: { authorization: token, ...(type !== undefined && { "content-type": type }), ...headers },
    })

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json-patch+json",
    "application/json\tx",
    "application/json ,text/plain",
    "application/json; charset=utf-7",
    "text/plain;application/json",
  ])("content type %s is refused", async (type) => {
    expect(await create('{"name":"tun5"}', type)).toEqual({ status: 415, code: "content-type-refused" })
  })

  it("a body without a type is refused", async () => {
    const answer = await rawRequest(
      `POST /api/v1/interfaces HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: ${token}\r\nContent-Length: 2\r\n\r\n{}`,
    )
    expect(answer).toContain("content-type-refused")
  })

  it.each(["{", '{"name": "tun', "nothing", '{"a":1}{"b":2}', "\u0000"])(
    "cut or broken JSON is named: %j",
    async (payload) => {
      expect(await create(payload, "application/json")).toEqual({ status: 400, code: "body-not-json" })
    },
  )

  it("__proto__ is refused, and said to be why; where JSON is cut is said, too", async () => {
    const detailOf = async (payload: string) =>
      (await test.call<ProblemDocument>("POST", "/interfaces", payload)).body.detail
    expect(await detailOf('{"__proto__": {"x": 1}}')).toContain("__proto__")
    expect(await detailOf('{"name": "tun')).toMatch(/position 13/)
  })

  it.each(["null", "[]", '"tun5"', "7"])("JSON that is no object makes nothing: %s", async (payload) => {
    expect(await create(payload, "application/json")).toEqual({ status: 400, code: "validation-failed" })
  })

  it("1 MB is the limit", async () => {
    const long = JSON.stringify({ name: "x".repeat(1024 * 1024) })
    expect(await create(long, "application/json")).toEqual({ status: 413, code: "body-too-large" })
  })

  it.each([
    ["is no HTTP", "NONSENSE\r\n\r\n"],
    ["has no end of headers", `GET / HTTP/1.1\r\nx: ${"x".repeat(20_000)}\r\n\r\n`],
    [
      "has two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["has a broken path", "GET /% HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n\r\n"],
    ["has a broken path below the API", "GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
  ])("a request that %s is answered by a problem document", async (_what, text) => {
    const answer = await rawRequest(text)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.toLowerCase()).toContain("content-type: application/problem+json")
    expect(answer).toContain('"code":"request-malformed"')
  })

  it("a body that is shorter than announced ends as a problem or a closed connection, and the panel goes on", async () => {
    const text = await rawRequest(
      `POST /api/v1/interfaces HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":`,
    )
    expect(text === "" || text.includes("400")).toBe(true)
    expect((await ask({ url: "/api/v1/health" })).status).toBe(200)
  })
})

/** Sends these bytes, ends its side, and gives what comes back. */
async function rawRequest(text: string): Promise<string> {
  const { app } = panel
  if (!app.server.listening) await app.listen({ host: "127.0.0.1", port: 0 })
  const address = app.server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const socket = connect(port, "127.0.0.1")
  socket.end(text.replace("PORT", String(port)))
  let answer = ""
  for await (const chunk of socket) answer += String(chunk)
  return answer
}
