import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { InterfaceView, TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", mtu: 1400 })
  await test.call("POST", "/tunnels", {
    name: "lab",
    interface: "tun7",
    transport: { kind: "tcp", connect: "10.0.0.2:55555" },
    security: { kind: "none" },
    autostart: true,
  })
  await eventually(async () => expect((await test.call("GET", "/tunnels/lab")).body).toMatchObject({ state: "up" }))
  refuseChanges()
})
afterEach(() => test[Symbol.asyncDispose]())

/** As when the disk is full: the audit record of any change cannot be written, so neither can the change. */
function refuseChanges(): void {
  const database = new DatabaseSync(join(test.directory, "data", "tundeck.db"))
  database.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
  database.close()
}

const interfaces = async () => (await test.call<{ items: InterfaceView[] }>("GET", "/interfaces")).body.items
const tunnels = async () => (await test.call<{ items: TunnelView[] }>("GET", "/tunnels")).body.items

describe("a change that cannot be saved", () => {
  it.each<[string, string, object | undefined]>([
    ["POST", "/interfaces", { name: "tun8" }],
    ["PATCH", "/interfaces/tun7", { mtu: 1300 }],
    ["PATCH", "/interfaces/tun7", { heal: false }],
    ["POST", "/interfaces/tun7/repair", undefined],
    ["POST", "/tunnels/lab/stop", undefined],
    ["POST", "/tunnels/lab/start", undefined],
    ["PATCH", "/tunnels/lab", { transport: { kind: "tcp", connect: "10.0.0.3:1" } }],
    ["DELETE", "/tunnels/lab", undefined],
    ["POST", "/tokens", { name: "t" }],
  ])("%s %s %j: nothing is half-done", async (method, path, body) => {
    const before = {
      interfaces: await interfaces(),
      tunnels: (await tunnels()).map(({ name, transport }) => [name, transport]),
    }
    expect((await test.call(method, path, body)).status).toBeGreaterThanOrEqual(500)
    await eventually(async () => expect((await tunnels()).map(({ state }) => state)).toEqual(["up"]))
    const after = {
      interfaces: await interfaces(),
      tunnels: (await tunnels()).map(({ name, transport }) => [name, transport]),
    }
    expect(after).toEqual(before)
  })
})
