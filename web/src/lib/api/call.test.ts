import { Problem, routes } from "@tundeck/shared"
import { afterEach, expect, test, vi } from "vitest"
import { call, PanelUnreachable, routeUrl } from "./call.ts"
import { requestOf } from "./request-of.ts"

const fetched = vi.fn<typeof fetch>()
vi.stubGlobal("fetch", fetched)
afterEach(() => fetched.mockReset())

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })

test("url: parameters are filled in and escaped, a query is appended", () => {
  expect(routeUrl("/interfaces/:name/export", { name: "<b>x/.." }, { format: "ip" })).toBe(
    "/api/v1/interfaces/%3Cb%3Ex%2F../export?format=ip",
  )
  expect(routeUrl("/events", {}, { limit: 5, before: undefined })).toBe("/api/v1/events?limit=5")
})

test("call: a body goes as JSON, the answer comes back as the route's schema reads it", async () => {
  fetched.mockResolvedValue(json(201, { username: "alice", role: "admin", more: 1 }))
  const session = await call(routes.signIn, { body: { username: "alice", password: "a password" } })
  expect(session).toEqual({ username: "alice", role: "admin" })
  const [url, init] = fetched.mock.calls[0] ?? []
  expect(url).toBe("/api/v1/sessions")
  expect(init).toMatchObject({
    method: "POST",
    body: '{"username":"alice","password":"a password"}',
    headers: { "content-type": "application/json" },
  })
})

test("call: an empty answer is null", async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }))
  await expect(call(routes.signOut)).resolves.toBeNull()
})

test("call: a refusal is thrown as the Problem that it is", async () => {
  const refusal = new Problem("interface-exists", "tun0 stands already.", [{ path: "name", message: "Taken." }])
  fetched.mockResolvedValue(json(409, refusal.toDocument()))
  await expect(call(routes.createInterface, { body: {} })).rejects.toMatchObject({
    code: "interface-exists",
    detail: "tun0 stands already.",
    errors: [{ path: "name", message: "Taken." }],
  })
})

test("call: a refusal leads back to its request", async () => {
  const document = new Problem("address-refused").toDocument()
  fetched.mockResolvedValueOnce(
    new Response(JSON.stringify(document), { status: 409, headers: { "x-request-id": "r1" } }),
  )
  const refusal: unknown = await call(routes.createInterface, { body: {} }).catch((error: unknown) => error)
  expect(requestOf(refusal)).toBe("r1")
  expect(requestOf(new Problem("address-refused"))).toBeUndefined()
})

test("call: a refusal that is no problem document is `internal`", async () => {
  fetched.mockResolvedValue(new Response("<html>502</html>", { status: 502 }))
  await expect(call(routes.host)).rejects.toMatchObject({ code: "internal" })
})

test("call: no answer at all is PanelUnreachable, a cancelled call stays cancelled", async () => {
  fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"))
  await expect(call(routes.host)).rejects.toBeInstanceOf(PanelUnreachable)
  fetched.mockRejectedValueOnce(new DOMException("gone", "AbortError"))
  await expect(call(routes.host)).rejects.toHaveProperty("name", "AbortError")
})
