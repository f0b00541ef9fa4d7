import type { HostEvent, TunnelView } from "@tundeck/shared"
import { declaration } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { eventually } from "../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
})
afterEach(() => test[Symbol.asyncDispose]())

async function createTunnels(): Promise<void> {
  for (const [name, autostart] of [
    ["auto", true],
    ["manual", false],
  ] as const) {
    await test.call("POST", "/interfaces", { name: `tun-${name}` })
    await test.call("POST", "/tunnels", {
      name,
      interface: `tun-${name}`,
      transport: { kind: "tcp", connect: "10.0.0.2:55555" },
      security: { kind: "none" },
      autostart,
    })
  }
}

async function running(): Promise<string[]> {
  const { body } = await test.call<{ items: TunnelView[] }>("GET", "/tunnels")
  return body.items.filter(({ state }) => state !== "stopped").map(({ name }) => name)
}

async function untilRunning(names: string[]): Promise<void> {
  await eventually(async () => {
    expect((await test.call("GET", "/health")).body).toMatchObject({ engine: "connected" })
    expect(await running()).toEqual(names)
  })
}

const events = async () => (await test.call<{ items: HostEvent[] }>("GET", "/events")).body.items

describe("everything started anew", () => {
  it("saved interfaces come back as they were saved, and what has autostart runs", async () => {
    await createTunnels()
    await test.call("POST", "/tunnels/manual/start")
    await test.call("POST", "/tunnels/auto/stop")
    const before = (await test.call("GET", "/interfaces/tun-auto")).body
    await test.restartAll()
    await untilRunning(["auto"])
    expect((await test.call("GET", "/interfaces/tun-auto")).body).toMatchObject({
      ...(before as object),
      actual: { name: "tun-auto" },
    })
  })

  it("what the engine already runs is left alone", async () => {
    await createTunnels()
    await test.call("POST", "/tunnels/manual/start")
    const before = [...test.engine.tunnels.values()]
    await test.restart({ launchId: "launch 2" })
    expect([...test.engine.tunnels.values()]).toEqual(before)
    expect(await running()).toEqual(["auto", "manual"])
  })
})

describe("only the panel died", () => {
  it("traffic does not notice: the engine is told what it runs already", async () => {
    await createTunnels()
    await test.call("POST", "/tunnels/manual/start")
    const before = [...test.engine.tunnels.values()]
    test.engine.calls.length = 0
    await test.restart()
    expect(await running()).toEqual(["auto", "manual"])
    const after = [...test.engine.tunnels.values()]
    expect(after.every((tunnel, index) => tunnel === before[index])).toBe(true)
    expect(test.engine.calls.map(({ method }) => method)).not.toContain("tunnel.start")
  })

  it("what was stopped stays stopped, autostart or not", async () => {
    await createTunnels()
    await test.call("POST", "/tunnels/auto/stop")
    await test.restart()
    expect(await running()).toEqual([])
  })
})

describe("only the engine died", () => {
  it("what ran runs again, and the time line says so", async () => {
    await createTunnels()
    await test.call("POST", "/tunnels/manual/start")
    await test.call("POST", "/tunnels/auto/stop")
    await test.restartEngine()
    await untilRunning(["manual"])
    const texts = (await events()).map(({ subject, text }) => `${subject}: ${text}`)
    expect(texts).toContain("engine: The engine does not answer. Tundeck starts it again.")
    await eventually(async () => expect((await events()).map(({ text }) => text)).toContain("The engine is back."))
  })

  it("it dies again and again: the panel finds it each time", async () => {
    await createTunnels()
    for (let i = 0; i < 5; i++) {
      await test.restartEngine()
      await untilRunning(["auto"])
    }
  })
})

describe("what the engine tells", () => {
  it("its events stand in the time line, its states in the views", async () => {
    await createTunnels()
    const { body } = await test.call<TunnelView>("GET", "/tunnels/auto")
    await eventually(() => expect(test.engine.tunnels.get(body.id)?.status.state).toBe("up"))
    const reason = { code: "peer-silent", detail: "10.0.0.2 has been silent for 15 s." } as const
    test.engine.move(body.id, "reconnecting", reason)
    await eventually(async () => {
      expect((await test.call("GET", "/tunnels/auto")).body).toMatchObject({ state: "reconnecting", reason })
      expect((await events())[0]).toMatchObject({ severity: "warning", subject: "tunnel auto", text: reason.detail })
    })
  })
})

describe("an engine that goes away", () => {
  const told = async () => (await events()).filter(({ text }) => text.startsWith("The engine does not answer"))

  it("is told when it stays away", async () => {
    await test.stopEngine()
    await eventually(async () => expect(await told()).toHaveLength(1))
  })

  it("is no news when the panel ends with it", async () => {
    await test.stopEngine()
    await eventually(async () => expect((await test.call("GET", "/health")).body).toMatchObject({ status: "degraded" }))
    await test.panel.close()
    await test.restartAll()
    expect(await told()).toEqual([])
  })
})

describe("a declaration", () => {
  const declared = declaration.parse({
    interfaces: [
      { name: "lab0", addresses: ["10.0.0.1/24"] },
      { name: "bad0", owner: "ghost" },
    ],
    tunnels: [
      {
        name: "lab",
        interface: "lab0",
        transport: { kind: "tcp", connect: "10.0.0.2:55555" },
        security: { kind: "none" },
        autostart: true,
      },
    ],
  })

  it("makes what is not there, says what failed, and changes nothing the second time", async () => {
    await using declaring = await startTestPanel({ declared })
    await eventually(async () => {
      const { body } = await declaring.call<{ items: TunnelView[] }>("GET", "/tunnels")
      expect(body.items.map(({ name, state }) => `${name} ${state}`)).toEqual(["lab up"])
    })
    const { body } = await declaring.call<{ items: HostEvent[] }>("GET", "/events")
    expect(body.items.find(({ subject }) => subject === "interface bad0")).toMatchObject({ severity: "error" })

    await declaring.call("PATCH", "/interfaces/lab0", { mtu: 1300 })
    await declaring.restart()
    expect((await declaring.call("GET", "/interfaces/lab0")).body).toMatchObject({ mtu: 1300 })
    expect((await declaring.call<{ items: unknown[] }>("GET", "/tunnels")).body.items).toHaveLength(1)
  })
})
