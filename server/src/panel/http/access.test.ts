import { routes } from "@tundeck/shared"
import type { RouteOptions } from "fastify"
import { afterAll, describe, expect, it } from "vitest"
import { ownHost, startTestPanel } from "../../testing/panel.ts"

const page = ["/index.html", "/assets/index-abc.js", "/favicon.svg"].map((path) => ({
  path,
  type: "text/plain",
  bytes: Buffer.from(path),
}))

const registered: { method: string; url: string; access: string | undefined }[] = []
function onRoute({ method, url, config }: RouteOptions): void {
  for (const each of [method].flat()) registered.push({ method: each, url, access: config?.access })
}
const test = await startTestPanel({ page, onRoute })
afterAll(() => test[Symbol.asyncDispose]())

/** Everything that may be had without signing in, written down here a second time on purpose. */
const open = new Set([
  "GET /api/v1/health",
  "GET /api/v1/setup",
  "POST /api/v1/setup",
  "POST /api/v1/sessions",
  "GET /api/v1/invites/:token",
  "GET /docs/errors",
  "GET /assets/index-abc.js",
  "GET /favicon.svg",
  "GET /*",
])
const isOpen = ({ method, url }: { method: string; url: string }) =>
  open.has(`${method === "HEAD" ? "GET" : method} ${url}`)

function fill(url: string): string {
  return url.replace(/:\w+/g, "x1").replace("*", "some-path")
}

async function statusOf(method: string, url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await test.panel.app.inject({ method: method as "GET", url, headers: { host: ownHost, ...headers } })
  return response.statusCode
}

describe("access", () => {
  it("the walk sees the routes", () => {
    expect(registered.length).toBeGreaterThan(Object.keys(routes).length * 1.5)
    for (const url of ["/metrics", "/api/v1/live", "/api/v1/openapi.json", "/api/docs", "/api/*", "/*"]) {
      expect(registered.map((route) => route.url)).toContain(url)
    }
  })

  it("every registered route, HEAD too, wants a sign-in, but the exact exemptions", async () => {
    const wrong: string[] = []
    for (const { method, url } of registered) {
      const status = await statusOf(method, fill(url))
      if ((status === 401) === isOpen({ method, url })) wrong.push(`${method} ${url} answers ${status}`)
    }
    expect(wrong).toEqual([])
  })

  it("what is open is what the table and the page say, and nothing else", () => {
    const said = registered.filter(({ access }) => access === "public").map(({ method, url }) => `${method} ${url}`)
    expect(new Set(said.filter((line) => !line.startsWith("HEAD ")))).toEqual(open)
  })

  it.each([
    "/api/v1/nothing",
    "/api",
    "/api/",
    "/api/v1/tunnels/../health/../tunnels",
    "/api/v1/health/../tunnels",
    "/api/v1//health",
    "/API/v1/tunnels/",
    "/api/v1/health%2f..%2ftunnels",
    "/api/v1/tunnels?x=/api/v1/health",
    "/metrics/",
  ])("no detour leads in: GET %s", async (url) => {
    const response = await test.panel.app.inject({ url, headers: { host: ownHost } })
    if (response.statusCode === 200) expect(response.headers["content-type"]).toContain("text/html")
    else expect(response.statusCode).toBe(401)
  })

  it.each(["PUT", "OPTIONS", "PATCH", "DELETE", "POST"])(
    "an unknown route wants a sign-in whatever the method: %s",
    async (method) => {
      expect(await statusOf(method, "/nothing/here")).toBe(401)
    },
  )

  it.each([
    "Bearer",
    "Bearer ",
    "Bearer td_",
    "Bearer td_nothing",
    "Basic ZGV2OmRldg==",
    "td_nothing",
    "Bearer td_a td_b",
  ])("no credential: Authorization %s", async (authorization) => {
    expect(await statusOf("GET", "/api/v1/tunnels", { authorization })).toBe(401)
  })

  it("a wrong token is not mended by a right cookie", async () => {
    const token = test.panel.sessions.newSetupToken()
    const { secret } = await test.panel.sessions.setup({ token, username: "ann", password: "long enough 1" })
    const cookie = `tundeck_session_8080=${secret}`
    expect(await statusOf("GET", "/api/v1/tunnels", { cookie })).toBe(200)
    expect(await statusOf("GET", "/api/v1/tunnels", { cookie, authorization: "Bearer td_wrong" })).toBe(401)
  })

  it("viewers look, and are refused whatever changes or is for admins", async () => {
    for (const route of Object.values(routes)) {
      const { status } = await test.call(route.method, fill(route.path), undefined, "viewer")
      if (route.access === "admin") expect([route.path, status]).toEqual([route.path, 403])
      else expect([route.path, status]).not.toEqual([route.path, 403])
    }
  })

  it("every route that changes something is for admins, but signing in and out", () => {
    const changing = Object.entries(routes).filter(([, route]) => route.method !== "GET" && route.access !== "admin")
    expect(changing.map(([name]) => name)).toEqual(["setup", "signIn", "signOut"])
  })
})
