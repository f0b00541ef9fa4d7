import type { HostEvent, ProblemDocument, TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { lab, labTunnel } from "./testing/lab-tunnel.ts"

const resolve = vi.fn(async (name: string) => (name === "peer.example.org" ? ["8.8.8.8"] : ["10.0.0.2"]))

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel({ resolve })
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
})
afterEach(() => test[Symbol.asyncDispose]())

const { create, read, untilUp } = labTunnel(() => test)

describe("create", () => {
  it("saves it, stopped, marked as clear text, and found by id and by name", async () => {
    const { status, body } = await create()
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...lab, state: "stopped", insecure: true, autostart: false, reason: null })
    expect(await read(body.id)).toEqual(body)
    expect(await read("lab")).toEqual(body)
  })

  it("with autostart it starts at once", async () => {
    expect((await create({ autostart: true })).body.state).toBe("connecting")
    await untilUp()
  })

  it("nobody gets clear text by accident: without security it is wireguard, with a key that was made for it", async () => {
    const { status, body } = await create({ security: undefined })
    expect([status, body.insecure]).toEqual([201, false])
    expect(body.security).toEqual({
      kind: "wireguard",
      publicKey: expect.stringMatching(/^.{43}=$/),
      previousPublicKey: null,
      peers: [],
    })
  })

  it.each<[string, unknown]>([
    ["null", null],
    ["a word", "none"],
    ["no kind", { peers: [] }],
    ["an empty kind", { kind: "" }],
    ["a kind that is none", { kind: "null" }],
  ])("clear text is asked for by name, and not by %s", async (_fact, security) => {
    for (const [method, path] of [
      ["POST", "/tunnels"],
      ["PATCH", "/tunnels/lab"],
    ] as const) {
      const body = method === "POST" ? { ...lab, security } : { security }
      expect(await test.refusal(method, path, body)).toBe("validation-failed")
    }
  })

  it("what only clear text has is refused without it", async () => {
    for (const change of [{ peer: "10.0.0.2" }, { framing: "trains" }, { allowPublicPeer: true }]) {
      const transport = { kind: "tcp", listen: "0.0.0.0:1", ...change }
      const answer = await test.call<ProblemDocument>("POST", "/tunnels", { ...lab, transport, security: undefined })
      expect(answer.body.errors).toEqual([
        { path: `transport.${Object.keys(change)[0]}`, message: expect.stringContaining('"kind": "none"') },
      ])
    }
  })

  it.each<[string, object]>([
    ["a call to it", { connect: "8.8.8.8:55555" }],
    ["listening for it", { listen: "0.0.0.0:55555", peer: "2001:4860:4860::8888" }],
    ["a name of it", { connect: "peer.example.org:55555" }],
  ])("an address of the Internet wants an explicit yes, whatever carries it: %s", async (_fact, ends) => {
    for (const kind of ["tcp", "udp", "icmp"]) {
      const transport = { kind, ...ends }
      expect(await test.refusal("POST", "/tunnels", { ...lab, transport })).toBe("public-peer-refused")
      expect((await create({ name: kind, transport: { ...transport, allowPublicPeer: true } })).status).toBe(201)
    }
  })

  it("so does an address of one of a hub's peers, enabled or not", async () => {
    const transport = { kind: "udp", listen: "0.0.0.0:55555" }
    const peers = [
      { name: "a", address: "10.0.0.2" },
      { name: "b", address: "8.8.8.8", enabled: false },
    ]
    const security = { kind: "none", peers }
    const refused = await test.call("POST", "/tunnels", { ...lab, transport, security })
    expect(refused.body).toMatchObject({
      code: "public-peer-refused",
      detail: expect.stringContaining("8.8.8.8 is an address of the Internet"),
      errors: [{ path: "transport.allowPublicPeer" }],
    })
    expect((await create({ transport: { ...transport, allowPublicPeer: true }, security })).status).toBe(201)
  })

  it("a name within is let pass", async () => {
    expect((await create({ transport: { kind: "tcp", connect: "peer.lan:55555" } })).status).toBe(201)
  })

  it.each<[string, object, string]>([
    ["a listener pins its peer", { transport: { kind: "tcp", listen: "0.0.0.0:55555" } }, "transport.peer"],
    ["either listen or connect", { transport: { kind: "tcp" } }, "transport.connect"],
    ["framing is tcp's", { transport: { kind: "udp", connect: "10.0.0.2:1", framing: "trains" } }, "transport.framing"],
    [
      "a hub listens",
      { transport: { kind: "udp", connect: "10.0.0.2:1" }, security: { kind: "none", peers: [] } },
      "transport.listen",
    ],
    [
      "a hub has no allowed IPs of its own",
      {
        transport: { kind: "udp", listen: "0.0.0.0:1" },
        security: { kind: "none", peers: [], allowedIps: ["10.0.0.0/8"] },
      },
      "security.allowedIps",
    ],
    ["a share of 101 %", { faults: { inbound: { lossPercent: 101 } } }, "faults.inbound.lossPercent"],
    ["port 0", { transport: { kind: "tcp", connect: "10.0.0.2:0" } }, "transport.connect"],
    ["an unknown field", { mtu: 1 }, "mtu"],
    ["upper case in the name", { name: "Lab" }, "name"],
    ["no interface", { interface: undefined }, "interface"],
  ])("%s, by its field", async (_fact, change, path) => {
    const answer = await test.call<ProblemDocument>("POST", "/tunnels", { ...lab, ...change })
    expect([answer.body.code, answer.body.errors?.[0]?.path]).toEqual(["validation-failed", path])
  })

  it("a taken name and an unknown interface are refused, and nothing starts", async () => {
    await create()
    const taken = await test.call("POST", "/tunnels", { ...lab, autostart: true })
    expect(taken.body).toMatchObject({ code: "tunnel-exists", errors: [{ path: "name" }] })
    expect(await test.refusal("POST", "/tunnels", { ...lab, name: "b", interface: "ghost", autostart: true })).toBe(
      "interface-not-found",
    )
    expect(test.engine.tunnels.size).toBe(0)
  })

  it("over somebody else's interface", async () => {
    const [seen] = test.engine.interfaces.list()
    if (seen === undefined) throw new Error("the interface is not there")
    test.engine.interfaces.putOther({ ...seen.actual, name: "tun9", heal: false, ignoreDrift: [] })
    expect((await create({ interface: "tun9" })).status).toBe(201)
  })
})

describe("start and stop", () => {
  it("start answers while it connects; then it is up, with counters; stop ends it", async () => {
    await create()
    expect((await test.call<TunnelView>("POST", "/tunnels/lab/start")).body.state).toBe("connecting")
    await untilUp()
    expect(await read()).toMatchObject({ remote: "10.0.0.2:55555" })
    test.engine.pingsPerSecond = 200
    await eventually(async () => {
      const { body } = await test.call<TunnelView["stats"]>("GET", "/tunnels/lab/stats")
      expect(body.outbound.packets).toBeGreaterThan(3)
    })
    expect((await test.call<TunnelView>("POST", "/tunnels/lab/stop")).body.state).toBe("stopped")
    expect(test.engine.tunnels.size).toBe(0)
  })

  it("both may be said twice", async () => {
    await create()
    for (const act of ["start", "start", "stop", "stop"]) {
      expect((await test.call("POST", `/tunnels/lab/${act}`)).status).toBe(200)
    }
  })

  it("a failed one says why", async () => {
    await create()
    test.engine.interfaces.delete("tun7")
    const { body } = await test.call<TunnelView>("POST", "/tunnels/lab/start")
    expect(body).toMatchObject({ state: "failed", reason: { code: "interface-missing" } })
  })

  it("without the engine the last known state stands, and nothing can be started", async () => {
    await create({ autostart: true })
    await untilUp()
    await test.stopEngine()
    await eventually(async () => expect((await test.call("GET", "/health")).body).toMatchObject({ status: "degraded" }))
    expect(await read()).toMatchObject({ state: "up" })
    expect(await test.refusal("POST", "/tunnels/lab/start")).toBe("engine-unavailable")
    expect(await test.refusal("POST", "/tunnels/lab/stop")).toBe("engine-unavailable")
    expect(await test.refusal("DELETE", "/tunnels/lab")).toBe("engine-unavailable")
    expect(await read()).toMatchObject({ name: "lab" })
  })

  it("an unknown one is not found, whatever is asked", async () => {
    for (const [method, path] of [
      ["GET", "/tunnels/ghost"],
      ["GET", "/tunnels/ghost/stats"],
      ["GET", "/tunnels/ghost/packets"],
      ["PATCH", "/tunnels/ghost"],
      ["DELETE", "/tunnels/ghost"],
      ["POST", "/tunnels/ghost/start"],
      ["POST", "/tunnels/ghost/stop"],
    ] as const) {
      expect([method, path, await test.refusal(method, path)]).toEqual([method, path, "tunnel-not-found"])
    }
  })
})

describe("change", () => {
  it("a running one gets its new configuration at once, a stopped one stays stopped", async () => {
    await create({ autostart: true })
    const transport = { kind: "tcp", connect: "10.0.0.3:55555" }
    const { body } = await test.call<TunnelView>("PATCH", "/tunnels/lab", { transport })
    expect(body).toMatchObject({ transport, state: "connecting" })
    await test.call("POST", "/tunnels/lab/stop")
    await test.call("PATCH", "/tunnels/lab", { name: "office" })
    expect(test.engine.tunnels.size).toBe(0)
    expect(await read("office")).toMatchObject({ state: "stopped", transport })
  })

  it("the rules of creation hold", async () => {
    await create()
    await create({ name: "other" })
    expect(await test.refusal("PATCH", "/tunnels/lab", { name: "other" })).toBe("tunnel-exists")
    expect(await test.refusal("PATCH", "/tunnels/lab", { interface: "ghost" })).toBe("interface-not-found")
    expect(await test.refusal("PATCH", "/tunnels/lab", { transport: { kind: "tcp", connect: "8.8.8.8:1" } })).toBe(
      "public-peer-refused",
    )
    expect(await test.refusal("PATCH", "/tunnels/lab", { security: {} })).toBe("validation-failed")
    expect(await test.refusal("PATCH", "/tunnels/lab", { state: "up" })).toBe("validation-failed")
  })
})

describe("faults", () => {
  it("are injected into the running tunnel, marked, told in the time line, and turned off again", async () => {
    await create({ autostart: true })
    await untilUp()
    test.engine.pingsPerSecond = 200
    expect((await read()).faulty).toBe(false)
    const { body } = await test.call<TunnelView>("PATCH", "/tunnels/lab", {
      faults: { outbound: { lossPercent: 100 } },
    })
    expect(body).toMatchObject({ faulty: true, state: "up", faults: { outbound: { lossPercent: 100, delayMs: 0 } } })
    await eventually(async () => {
      const drops = (await read()).stats.drops.find(({ reason }) => reason === "fault-injected")
      expect(drops?.packets).toBeGreaterThan(3)
    })
    expect((await test.call<TunnelView>("PATCH", "/tunnels/lab", { faults: {} })).body.faulty).toBe(false)
    const { body: events } = await test.call<{ items: HostEvent[] }>("GET", "/events?limit=2")
    expect(events.items.map(({ text }) => text)).toEqual([
      "Faults turned off by token admin",
      "Faults turned on by token admin",
    ])
  })
})

describe("delete", () => {
  it("stops it and forgets it", async () => {
    await create({ autostart: true })
    expect((await test.call("DELETE", "/tunnels/lab")).status).toBe(204)
    expect(await test.refusal("GET", "/tunnels/lab")).toBe("tunnel-not-found")
    expect(test.engine.tunnels.size).toBe(0)
  })
})

describe("events", () => {
  it("each change is told, newest first, page by page", async () => {
    await create()
    await test.call("DELETE", "/tunnels/lab")
    const first = await test.call<{ items: HostEvent[]; next: string }>("GET", "/events?limit=1")
    expect(first.body.items).toMatchObject([{ subject: "tunnel lab", text: "Deleted by token admin" }])
    const second = await test.call<{ items: HostEvent[] }>("GET", `/events?limit=5&before=${first.body.next}`)
    expect(second.body.items[0]).toMatchObject({ subject: "tunnel lab", text: "Created by token admin" })
    expect(await test.refusal("GET", "/events?limit=1001")).toBe("validation-failed")
  })
})
