import { engineInjection, type Injected, type ProblemDocument } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
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
  await eventually(async () => {
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

describe("over a tap interface", () => {
  const sent = () => {
    const asked = test.engine.calls.findLast(({ method }) => method === "tunnel.inject")
    const { bytes } = engineInjection.parse(asked?.params)
    return Buffer.from(bytes, "base64").toString("hex")
  }
  const inject = (wish: object, direction = "outbound") =>
    test.call<ProblemDocument>("POST", "/tunnels/switch/inject", { direction, packet: { ...packet, ...wish } })
  beforeEach(async () => {
    await test.call("POST", "/interfaces", {
      name: "tap7",
      kind: "tap",
      addresses: ["10.77.0.1/24"],
      mac: "02:00:00:00:00:07",
    })
    const tunnel = { name: "switch", interface: "tap7", transport: { kind: "responder" }, security: { kind: "none" } }
    expect((await test.call("POST", "/tunnels", { ...tunnel, autostart: true })).status).toBe(201)
  })

  it("addresses that are left out are filled in, each way; those that are given stay", async () => {
    expect((await inject({})).status).toBe(200)
    expect(sent().slice(0, 28)).toBe("0200000000020200000000070800")
    await inject({ source: "10.77.0.9", destination: "10.77.0.1" }, "inbound")
    expect(sent().slice(0, 28)).toBe("0200000000070200000000020800")
    await inject({ ethernet: { destination: "02:00:00:00:00:99" } })
    expect(sent().slice(0, 28)).toBe("0200000000990200000000070800")
    await inject({ kind: "arp" })
    expect(sent().slice(0, 44)).toBe("ffffffffffff02000000000708060001080006040001")
  })

  it("one that nobody knows is asked for, at its field, and nothing is sent", async () => {
    const { status, body } = await inject({ destination: "10.66.0.9" })
    expect({ status, errors: body.errors }).toEqual({
      status: 400,
      errors: [{ path: "packet.ethernet.destination", message: expect.stringContaining("10.66.0.9") }],
    })
    expect(test.engine.calls.some(({ method }) => method === "tunnel.inject")).toBe(false)
    expect((await inject({ destination: "10.66.0.9", ethernet: { destination: "02:00:00:00:00:99" } })).status).toBe(
      200,
    )
  })

  it("what would be filled in can be asked for", async () => {
    const query = "direction=outbound&source=10.77.0.1&destination=10.66.0.9"
    expect((await test.call("GET", `/tunnels/switch/frame?${query}`)).body).toMatchObject({
      ...{ kind: "tap", interface: "tap7" },
      source: { mac: "02:00:00:00:00:07", from: "interface" },
      destination: { mac: null, from: "unknown", of: "10.66.0.9" },
    })
  })
})

it("a tun interface takes neither ARP nor MAC addresses", async () => {
  await test.call("POST", "/tunnels/alone/start")
  const ethernet = { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" }
  for (const [wish, path] of [
    [{ ...packet, kind: "arp" }, "packet.kind"],
    [{ ...packet, ethernet }, "packet.ethernet"],
  ] as const) {
    const { body } = await test.call<ProblemDocument>("POST", "/tunnels/alone/inject", {
      direction: "outbound",
      packet: wish,
    })
    expect(body).toMatchObject({ code: "validation-failed", errors: [{ path }] })
  }
})
