import { routes } from "@tundeck/shared"
import type { RouteOptions } from "fastify"
import pino from "pino"
import { expect, it } from "vitest"
import { z } from "zod"
import { ownHost, startTestPanel } from "../../testing/panel.ts"
import { createServer } from "./server.ts"

const nobody = { identify: () => undefined }

it("R4: an answer has what its schema names, and nothing else; one that does not fit is no answer", async () => {
  const app = await createServer({
    listen: { host: "127.0.0.1", port: 8080 },
    origins: [],
    secure: false,
    tls: undefined,
    logger: pino({ level: "silent" }),
    credentials: { sessions: nobody, tokens: nobody, secure: false },
  })
  const account = z.object({ name: z.string(), keys: z.array(z.object({ id: z.number() })) })
  const options = { config: { access: "public" }, schema: { response: { 200: account } } } as const
  app.get("/more", options, async () => ({ name: "ann", hash: "secret", keys: [{ id: 1, key: "secret" }] }))
  app.get("/other", options, async () => ({ name: 7, hash: "secret" }))
  const get = (url: string) => app.inject({ url, headers: { host: ownHost } })
  expect((await get("/more")).json()).toEqual({ name: "ann", keys: [{ id: 1 }] })
  const other = await get("/other")
  expect(other.json()).toMatchObject({ status: 500, code: "internal" })
  expect(other.body).not.toContain("secret")
  await app.close()
})

it("R4: every route of the API that answers has its schema", async () => {
  const registered: RouteOptions[] = []
  await using _test = await startTestPanel({ onRoute: (route) => registered.push(route) })
  for (const route of Object.values(routes)) {
    const url = `/api/v1${route.path}`
    const schema = registered.find((one) => one.url === url && one.method === route.method)?.schema
    const success = "status" in route ? route.status : 200
    const response: Record<number, unknown> = { ...(schema?.response ?? {}) }
    if ("stream" in route) expect([url, response[success]]).toMatchObject([url, { content: { [route.stream]: {} } }])
    else if ("text" in route) {
      const content = { "application/json": { schema: route.answer }, [route.text]: {} }
      expect([url, response[success]]).toMatchObject([url, { content }])
    } else if (route.answer !== null) expect([url, response[success]]).toEqual([url, route.answer])
  }
})
