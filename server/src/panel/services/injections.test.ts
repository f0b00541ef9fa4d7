import type { Injected, ProblemDocument } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  const tunnel = { name: "alone", interface: "tun7", transport: { kind: "responder" }, security: { kind: "none" } }
  expect((await test.call("POST", "/tunnels", tunnel)).status).toBe(201)
})
afterEach(() => test[Symbol.asyncDispose]())

const packet = { kind: "echo", source: "10.77.0.1", destination: "10.77.0.9" }

it("a packet is made, sent, and its fate answered", async () => {
  await test.call("POST", "/tunnels/alone/start")
  await vi.waitFor(async () => {
    const { body } = await test.call<Injected>("POST", "/tunnels/alone/inject", { direction: "outbound", packet })
    expect(body).toEqual({ length: 84, verdict: "sent" })
  })
  const asked = test.engine.calls.findLast(({ method }) => method === "tunnel.inject")
  expect(asked?.params).toMatchObject({ direction: "outbound", bytes: expect.stringMatching(/^RQAAV/) })
})

it("a stopped tunnel takes none", async () => {
  const { status, body } = await test.call<ProblemDocument>("POST", "/tunnels/alone/inject", {
    direction: "inbound",
    packet,
  })
  expect({ status, code: body.code }).toEqual({ status: 409, code: "tunnel-not-running" })
})

it("what is wrong with a packet is said at its field", async () => {
  const wrong = { direction: "outbound", packet: { ...packet, destination: "fd00::1" } }
  const { body } = await test.call<ProblemDocument>("POST", "/tunnels/alone/inject", wrong)
  expect(body).toMatchObject({ code: "validation-failed", errors: [{ path: "packet.destination" }] })
})

it("a responder is not marked as clear text, which nobody could read", async () => {
  expect((await test.call("GET", "/tunnels/alone")).body).toMatchObject({
    insecure: false,
    transport: { kind: "responder" },
  })
})

it("a responder that encrypts, or has a peer, is refused", async () => {
  const tunnel = { name: "other", interface: "tun7", transport: { kind: "responder" } }
  expect((await test.call<ProblemDocument>("POST", "/tunnels", tunnel)).body).toMatchObject({
    errors: [{ path: "security" }],
  })
})
