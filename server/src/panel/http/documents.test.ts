import { problems, routes } from "@tundeck/shared"
import { afterAll, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { ownHost, startTestPanel } from "../../testing/panel.ts"

const page = [
  {
    path: "/index.html",
    type: "text/html",
    bytes: Buffer.from('<script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script>'),
  },
  { path: "/assets/a-1.js", type: "text/javascript; charset=utf-8", bytes: Buffer.from("1") },
  { path: "/robots.txt", type: "text/plain", bytes: Buffer.from("2") },
]
const test = await startTestPanel({ page })
afterAll(() => test[Symbol.asyncDispose]())
const get = (url: string, headers: Record<string, string> = {}) =>
  test.panel.app.inject({ url, headers: { host: ownHost, ...headers } })
const authorization = `Bearer ${test.panel.tokens.create("test", { name: "t", role: "viewer" }).token}`

interface BodySchema {
  properties: object
  additionalProperties?: boolean
  /** One that may have more than one form. */
  anyOf?: BodySchema[]
}

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  security: object[]
  requestBody?: { content: Record<string, { schema: BodySchema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: { properties: object } }> }>
}

describe("the OpenAPI document", async () => {
  const document = (await get("/api/v1/openapi.json", { authorization })).json()
  const operations = Object.entries(routes).map(([name, route]) => {
    const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, "{$1}")}`
    return { name, route, operation: document.paths[path]?.[route.method.toLowerCase()] as Operation | undefined }
  })

  it("is 3.1 and has every route, and nothing else", () => {
    expect(document.openapi).toMatch(/^3\.1/)
    expect(operations.filter(({ operation }) => operation === undefined)).toEqual([])
    const described = Object.values(document.paths as Record<string, object>).flatMap((methods) => Object.keys(methods))
    expect(described).toHaveLength(operations.length)
    expect(Object.keys(document.components.securitySchemes)).toEqual(["cookie", "bearer"])
  })

  it.each(operations)("$name: its id, words, security, answer and problems", ({ name, route, operation }) => {
    expect(operation).toMatchObject({ operationId: name, summary: route.summary, tags: [route.tag] })
    expect(operation?.security).toHaveLength(route.access === "public" ? 0 : 2)
    const success = route.answer === null ? "204" : String("status" in route ? route.status : 200)
    expect(Object.keys(operation?.responses ?? {})).toContain(success)
    for (const code of route.problems) {
      const answer = operation?.responses[String(problems[code].status)]
      expect(answer?.description).toContain(`\`${code}\``)
      expect(Object.keys(answer?.content ?? {})).toEqual(["application/problem+json"])
    }
    if ("body" in route) {
      const schema = operation?.requestBody?.content["application/json"]?.schema
      for (const one of schema?.anyOf ?? [schema]) {
        expect(one?.additionalProperties).toBe(false)
        expect(Object.keys(one?.properties ?? {}).length).toBeGreaterThan(0)
      }
    }
  })

  it("its page works under the strict policy: nothing inline, nothing from elsewhere", async () => {
    const html = (await get("/api/docs", { authorization })).body
    expect(html).not.toMatch(/<script>|<style|style=|https?:/)
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([path, (await get(path ?? "", { authorization })).statusCode]).toEqual([path, 200])
    }
  })

  it("what each problem means is public text", async () => {
    const answer = await get("/docs/errors")
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8")
    expect(answer.body).toContain("## engine-unavailable")
  })
})

describe("the page", () => {
  it.each(["/", "/tunnels", "/interfaces/tun7", "/setup?x=1", "/tunnels/lab/packets"])(
    "%s is its document",
    async (url) => {
      const answer = await get(url)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8")
      expect(answer.headers["cache-control"]).toBe("no-cache")
    },
  )

  it("each answer has its own nonce, in the document as in the policy", async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { body, headers } = await get("/")
        const nonce = /nonce="([^"]+)"/.exec(body)?.[1]
        expect(headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonce}'`)
        return nonce
      }),
    )
    expect(new Set(nonces).size).toBe(2)
  })

  it("the policy lets nothing from elsewhere in, and nobody frame the page", async () => {
    const policy = String((await get("/")).headers["content-security-policy"])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  it.each(["/", "/api/v1/health", "/api/v1/none", "/robots.txt"])("%s carries the security headers", async (url) => {
    expect((await get(url)).headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    })
  })

  it("hashed files are kept for ever, others are asked for again, answers of the API are not kept", async () => {
    expect((await get("/assets/a-1.js")).headers["cache-control"]).toContain("immutable")
    expect((await get("/robots.txt")).headers["cache-control"]).toBe("no-cache")
    expect((await get("/api/v1/health")).headers["cache-control"]).toBe("no-store")
  })

  it.each([
    "/assets/b-2.js",
    "/index.html",
    "/etc/passwd.txt",
    "/assets/../package.json",
    "/assets/%2e%2e/x.json",
    "/.env",
  ])("%s was not there at the start: it is not served", async (url) => {
    expect((await get(url)).json()).toMatchObject({ code: "route-not-found" })
  })

  it.each(["/assets/..%2f..%2fserver%2fpackage.json", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/assets/%00"])(
    "no way out of it: %s",
    async (url) => {
      const { body, statusCode } = await get(url)
      expect(body).not.toMatch(/root:|"name"/)
      expect([200, 400, 401, 404]).toContain(statusCode)
    },
  )
})

describe("metrics", () => {
  it("have tunnels, engine, viewers and the process, and match the counters", async () => {
    await test.call("POST", "/interfaces", { name: "tun7" })
    await test.call("POST", "/tunnels", {
      name: "lab",
      interface: "tun7",
      transport: { kind: "tcp", connect: "10.0.0.2:55555" },
      security: { kind: "none" },
      faults: { outbound: { lossPercent: 100 } },
      autostart: true,
    })
    test.engine.pingsPerSecond = 100
    await eventually(async () =>
      expect((await test.call("GET", "/tunnels/lab")).body).toMatchObject({ state: "up", stats: { drops: [{}] } }),
    )
    const { body, headers } = await get("/metrics", { authorization })
    expect(headers["content-type"]).toContain("text/plain")
    for (const line of [
      "tundeck_engine_up 1",
      "tundeck_live_viewers 0",
      'tundeck_tunnel_state{tunnel="lab",state="up"} 1',
      'tundeck_tunnel_state{tunnel="lab",state="stopped"} 0',
      'tundeck_tunnel_info{tunnel="lab",interface="tun7",transport="tcp",security="none"} 1',
      'tundeck_tunnel_peers{tunnel="lab"} 1',
      'tundeck_tunnel_peers_connected{tunnel="lab"} 1',
      'tundeck_tunnel_largest_packet_bytes{tunnel="lab"} 2000',
      'tundeck_tunnel_faults_injected{tunnel="lab"} 1',
      'tundeck_tunnel_drops_total{tunnel="lab",direction="outbound",reason="fault-injected"} ',
      'tundeck_tunnel_packets_total{tunnel="lab",direction="outbound"} ',
      'tundeck_tunnel_reconnects_total{tunnel="lab"} 0',
      "process_resident_memory_bytes ",
    ]) {
      expect(body).toContain(`\n${line}`)
    }
  })
})
