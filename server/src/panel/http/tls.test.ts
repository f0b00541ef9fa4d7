import { once } from "node:events"
import { readFileSync } from "node:fs"
import { request } from "node:https"
import { expect, it } from "vitest"
import { startTestPanel } from "../../testing/panel.ts"

const file = (name: string) => readFileSync(new URL(`../../testing/tls/${name}`, import.meta.url))

it("with a certificate the panel speaks TLS alone, and tells browsers to keep to it", async () => {
  const cert = file("cert.pem")
  await using test = await startTestPanel({ tls: { cert, key: file("key.pem") } })
  await test.panel.app.listen({ host: "127.0.0.1", port: 0 })
  const address = test.panel.app.server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const sent = request({ host: "127.0.0.1", port, path: "/api/v1/health", ca: cert })
  sent.end()
  const [response] = await once(sent, "response")
  response.resume()
  expect(response.statusCode).toBe(200)
  expect(response.headers["strict-transport-security"]).toContain("max-age=31536000")
  await expect(fetch(`http://127.0.0.1:${port}/api/v1/health`)).rejects.toThrow()
})
