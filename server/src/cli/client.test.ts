import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { Problem, routes } from "@tundeck/shared"
import { afterEach, expect, it } from "vitest"
import { freePort } from "../../../testing/free-port.ts"
import { createClient, routeUrl, Unreachable } from "./client.ts"

let close = () => {}
afterEach(() => close())

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  close = () => server.close()
  await once(server, "listening")
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it("parameters are one segment of the path, whatever they hold", () => {
  const url = routeUrl("http://h:1", "/interfaces/:name/export", { name: "../x?y" }, { format: "ip", limit: undefined })
  expect(url.href).toBe("http://h:1/api/v1/interfaces/..%2Fx%3Fy/export?format=ip")
})

it("sends the token and the body, and reads the answer by the route's schema", async () => {
  const url = await serve(async (request, response) => {
    expect(request.headers.authorization).toBe("Bearer secret")
    expect(request.headers["content-type"]).toBe("application/json")
    const chunks = await request.toArray()
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ name: "ci", role: "admin" })
    response.writeHead(201).end(JSON.stringify({ id: "1", token: "t", more: true }))
  })
  const made = await createClient({ url, token: "secret" })(routes.createToken, { body: { name: "ci", role: "admin" } })
  expect(made).toEqual({ id: "1", token: "t" })
})

it("a problem document is thrown as that problem", async () => {
  const url = await serve((_, response) =>
    response.writeHead(404).end(JSON.stringify(new Problem("tunnel-not-found", "No lab here.").toDocument())),
  )
  const call = createClient({ url, token: null })
  await expect(call(routes.readTunnel, { params: { id: "lab" } })).rejects.toMatchObject({
    code: "tunnel-not-found",
    detail: "No lab here.",
  })
})

it("nobody there is said in words", async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  await expect(createClient({ url, token: null })(routes.health, {})).rejects.toThrow(Unreachable)
})
