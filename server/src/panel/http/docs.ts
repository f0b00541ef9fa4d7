import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import swagger from "@fastify/swagger"
import type { FastifyInstance } from "fastify"
import { jsonSchemaTransform } from "fastify-type-provider-zod"
import { version } from "../version.ts"

const errorsFile = new URL("../../../../docs/errors.md", import.meta.url)

/** Collects the routes that are registered after it into the OpenAPI document. */
export async function describeApi(app: FastifyInstance, secure: boolean): Promise<void> {
  await app.register(swagger, {
    transform: jsonSchemaTransform,
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Tundeck",
        version,
        description:
          "Linux TUN/TAP interfaces, the tunnels over them and every packet that passes. Errors are problem documents (RFC 9457); " +
          "each code is explained at /docs/errors. Live packets, states and counters come by WebSocket at /api/v1/live.",
        license: { name: "MIT", identifier: "MIT" },
      },
      components: {
        securitySchemes: {
          cookie: {
            type: "apiKey",
            in: "cookie",
            name: secure ? "__Host-tundeck_session" : "tundeck_session",
            description: "Its name ends with _ and the port of the panel's address, where that has one.",
          },
          bearer: { type: "http", scheme: "bearer", description: "An API token: td_…" },
        },
      },
      tags: [
        { name: "host", description: "This machine" },
        { name: "sign-in", description: "Accounts, sessions and API tokens" },
        { name: "interfaces", description: "tun and tap interfaces" },
        { name: "tunnels", description: "Relays between an interface and a peer" },
        { name: "demo", description: "Two hosts on this machine, to look at" },
      ],
    },
  })
}

const assets = [
  { name: "swagger-ui.css", type: "text/css; charset=utf-8" },
  { name: "swagger-ui-bundle.js", type: "text/javascript; charset=utf-8" },
  { name: "favicon-32x32.png", type: "image/png" },
]

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tundeck API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="/api/docs/favicon-32x32.png">
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</html>
`
const start = `SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null })\n`

/** The document, the page to read it, and the explanation of each problem. The files are read now: later the panel may not be able to. */
export function serveDocs(app: FastifyInstance): void {
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, () => app.swagger())

  const hidden = { schema: { hide: true } }
  app.get("/api/docs", hidden, (_request, reply) => reply.type("text/html; charset=utf-8").send(page))
  app.get("/api/docs/start.js", hidden, (_request, reply) => reply.type("text/javascript; charset=utf-8").send(start))
  const directory = join(dirname(fileURLToPath(import.meta.resolve("@fastify/swagger-ui"))), "static")
  for (const { name, type } of assets) {
    const bytes = readFileSync(join(directory, name))
    app.get(`/api/docs/${name}`, hidden, (_request, reply) => reply.type(type).send(bytes))
  }

  const errors = readFileSync(errorsFile)
  app.get("/docs/errors", { ...hidden, config: { access: "public" } }, (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(errors),
  )
}
