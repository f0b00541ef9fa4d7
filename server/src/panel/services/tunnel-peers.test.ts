import type { MacEntry, ProblemDocument, TunnelPeerStatus, TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  await test.call("POST", "/interfaces", { name: "tap7", kind: "tap" })
})
afterEach(() => test[Symbol.asyncDispose]())

const a = { name: "a", address: "10.0.0.2", allowedIps: ["10.77.0.2/32"] }
const b = { name: "b", address: "10.0.0.3", allowedIps: ["10.77.0.3/32"] }
const c = { name: "c", address: "10.0.0.4", allowedIps: ["10.77.0.4/32"] }

async function createHub(peers: object[] = [a, b], change: object = {}): Promise<void> {
  const transport = { kind: "udp", listen: "0.0.0.0:55555" }
  const body = { name: "hub", interface: "tun7", transport, security: { kind: "none", peers }, autostart: true }
  expect((await test.call("POST", "/tunnels", { ...body, ...change })).status).toBe(201)
}
async function createLine(): Promise<void> {
  await test.call("POST", "/tunnels", {
    name: "line",
    interface: "tun7",
    transport: { kind: "tcp", connect: "10.0.0.2:55555" },
    security: { kind: "none" },
    autostart: true,
  })
}
const hub = async () => (await test.call<TunnelView>("GET", "/tunnels/hub")).body
const untilUp = () => eventually(async () => expect((await hub()).state).toBe("up"))
const peers = async (name = "hub") =>
  (await test.call<{ items: TunnelPeerStatus[] }>("GET", `/tunnels/${name}/peers`)).body.items
const names = async () => (await hub()).security.peers?.map(({ name }) => name)
const problem = async (method: string, path: string, body?: object) =>
  (await test.call<ProblemDocument>(method, path, body)).body

describe("who is there", () => {
  it("a hub's peers, connected and not, in the order of the configuration", async () => {
    await createHub([b, { ...a, enabled: false }])
    await untilUp()
    expect(await peers()).toMatchObject([
      {
        name: "b",
        address: "10.0.0.3",
        enabled: true,
        connected: true,
        remote: expect.stringMatching(/^10\.0\.0\.3:/),
      },
      { name: "a", address: "10.0.0.2", enabled: false, connected: false, remote: null },
    ])
    expect(await hub()).toMatchObject({ peersConnected: 1, remote: null })
  })

  it("the one of a point-to-point tunnel, under the tunnel's name", async () => {
    await createLine()
    await eventually(async () => expect(await peers("line")).toMatchObject([{ name: "line", connected: true }]))
  })

  it("while it is stopped, nobody", async () => {
    await createHub()
    await createLine()
    for (const name of ["hub", "line"]) await test.call("POST", `/tunnels/${name}/stop`)
    expect((await peers()).map(({ name, connected }) => [name, connected])).toEqual([
      ["a", false],
      ["b", false],
    ])
    expect(await peers("line")).toMatchObject([{ name: "line", address: "10.0.0.2:55555", connected: false }])
    expect(await hub()).toMatchObject({ peersConnected: 0 })
  })

  it("is not told without the engine", async () => {
    await createHub()
    await test.stopEngine()
    await eventually(async () => expect((await problem("GET", "/tunnels/hub/peers")).code).toBe("engine-unavailable"))
  })
})

describe("the MAC addresses", () => {
  it("of a hub over tap stand behind its peers", async () => {
    await createHub([a, b], { interface: "tap7" })
    await untilUp()
    const { body } = await test.call<{ items: MacEntry[] }>("GET", "/tunnels/hub/macs")
    expect(new Set(body.items.map(({ peer }) => peer))).toEqual(new Set([null, "a", "b"]))
  })

  it("there are none over tun, none on a line, and none while it is stopped", async () => {
    await createHub()
    await createLine()
    for (const path of ["/tunnels/hub/macs", "/tunnels/line/macs"]) {
      expect((await test.call("GET", path)).body).toEqual({ items: [] })
    }
    await test.call("POST", "/tunnels/hub/stop")
    expect((await test.call("GET", "/tunnels/hub/macs")).body).toEqual({ items: [] })
  })
})

describe("a change of peers", () => {
  it("is saved, told to the running tunnel without a restart, and stands in the time line", async () => {
    await createHub()
    await untilUp()
    const { since } = await hub()
    test.engine.calls.length = 0

    expect((await test.call<TunnelView>("POST", "/tunnels/hub/peers", c)).status).toBe(201)
    expect(await names()).toEqual(["a", "b", "c"])
    const disabled = await test.call<TunnelView>("PATCH", "/tunnels/hub/peers/a", { enabled: false })
    expect(disabled.body.security.peers?.[0]).toEqual({ ...a, enabled: false })
    expect((await test.call("DELETE", "/tunnels/hub/peers/b")).status).toBe(204)
    expect(await names()).toEqual(["a", "c"])

    const told = test.engine.calls.filter(({ method }) => method === "tunnel.start").map(({ params }) => params)
    expect(told).toHaveLength(3)
    expect(told[2]).toMatchObject({ security: { peers: [{ name: "a", enabled: false }, { name: "c" }] } })
    expect(await hub()).toMatchObject({ state: "up", since, swap: null })
    const { body } = await test.call<{ items: { text: string }[] }>("GET", "/events?limit=3")
    expect(body.items.map(({ text }) => text)).toEqual([
      "Peer b removed by token admin",
      "Peer a disabled by token admin",
      "Peer c added by token admin",
    ])
  })

  it("what is left out of it stays; null takes the networks away", async () => {
    await createHub()
    await test.call("PATCH", "/tunnels/hub/peers/a", { name: "x", address: "10.0.0.9" })
    expect((await hub()).security.peers?.[0]).toEqual({ ...a, name: "x", address: "10.0.0.9", enabled: true })
    await test.call("PATCH", "/tunnels/hub/peers/x", { allowedIps: null })
    expect((await hub()).security.peers?.[0]).toEqual({ name: "x", address: "10.0.0.9", enabled: true })
  })

  it("of a stopped one starts nothing", async () => {
    await createHub([], { autostart: false })
    await test.call("POST", "/tunnels/hub/peers", a)
    expect(await names()).toEqual(["a"])
    expect(test.engine.tunnels.size).toBe(0)
  })
})

describe("refused, and nothing changes", () => {
  beforeEach(() => createHub())
  afterEach(async () =>
    expect((await hub()).security.peers).toEqual([a, b].map((peer) => ({ ...peer, enabled: true }))),
  )

  it.each<[string, object, string, string]>([
    ["a name that is taken", { ...c, name: "a" }, "peer-exists", "name"],
    ["an address that is taken", { ...c, address: "10.0.0.3" }, "peer-exists", "address"],
    ["a network that is another's", { ...c, allowedIps: ["10.77.0.2/32"] }, "validation-failed", "allowedIps"],
    ["host bits", { ...c, allowedIps: ["10.77.0.2/24"] }, "validation-failed", "allowedIps.0"],
    ["neither address nor key", { name: "c" }, "validation-failed", "publicKey"],
    ["a key", { name: "c", publicKey: `${"A".repeat(42)}E=` }, "validation-failed", "publicKey"],
    ["an address of the Internet", { ...c, address: "8.8.8.8" }, "public-peer-refused", "transport.allowPublicPeer"],
  ])("adding %s", async (_what, peer, code, path) => {
    expect(await problem("POST", "/tunnels/hub/peers", peer)).toMatchObject({ code, errors: [{ path }] })
  })

  it.each<[string, object, string, string]>([
    ["the name of another", { name: "b" }, "peer-exists", "name"],
    ["the address of another", { address: "10.0.0.3" }, "peer-exists", "address"],
    ["a network of a later one", { allowedIps: ["10.77.0.3/32"] }, "validation-failed", "allowedIps"],
    ["an address of the Internet", { address: "2001:4860::1" }, "public-peer-refused", "transport.allowPublicPeer"],
    ["null for an address", { address: null }, "validation-failed", "address"],
  ])("changing one to %s", async (_what, patch, code, path) => {
    expect(await problem("PATCH", "/tunnels/hub/peers/a", patch)).toMatchObject({ code, errors: [{ path }] })
  })

  it("of two that want one network it is the other who has it", async () => {
    const { errors } = await problem("PATCH", "/tunnels/hub/peers/a", { allowedIps: ["10.77.0.3/32"] })
    expect(errors).toEqual([{ path: "allowedIps", message: "10.77.0.3/32 is b's already." }])
  })

  it.each<[string, string, object | undefined]>([
    ["PATCH", "/tunnels/hub/peers/ghost", {}],
    ["DELETE", "/tunnels/hub/peers/ghost", undefined],
  ])("%s of a peer that is none", async (method, path, body) => {
    expect(await test.refusal(method, path, body)).toBe("peer-not-found")
  })

  it("peers of a tunnel that is no hub, or none", async () => {
    await createLine()
    expect(await test.refusal("POST", "/tunnels/line/peers", a)).toBe("tunnel-not-hub")
    expect(await test.refusal("PATCH", "/tunnels/line/peers/line", {})).toBe("tunnel-not-hub")
    expect(await test.refusal("DELETE", "/tunnels/line/peers/line")).toBe("tunnel-not-hub")
    expect(await test.refusal("POST", "/tunnels/ghost/peers", a)).toBe("tunnel-not-found")
    expect(await test.refusal("GET", "/tunnels/ghost/peers")).toBe("tunnel-not-found")
    expect(await test.refusal("GET", "/tunnels/ghost/macs")).toBe("tunnel-not-found")
  })
})
