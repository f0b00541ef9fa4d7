import type { HostEvent, TunnelView } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { lab, labTunnel } from "./testing/lab-tunnel.ts"

// Another transport of a running tunnel.

let test: TestPanel
/** By the clock of what is averaged, which stands still unless it is set. */
let now: number
beforeEach(async () => {
  now = Date.now()
  test = await startTestPanel({ now: () => now })
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
})
afterEach(() => test[Symbol.asyncDispose]())

const { create, read, untilUp } = labTunnel(() => test)
const udp = { kind: "udp", connect: "10.0.0.2:55555" }
const seconds = async (count: number) => {
  for (let i = 0; i < count; i++) {
    now += 1000
    await read()
  }
}

it("takes the old one's place while it runs, and the two are compared", async () => {
  await create({ autostart: true })
  await untilUp()
  test.engine.pingsPerSecond = 200
  const [tunnel] = test.engine.tunnels.values()
  await seconds(40)
  expect((await read()).swap).toBeNull()
  const { body } = await test.call<TunnelView>("PATCH", "/tunnels/lab", { transport: udp })
  expect(body.swap).toMatchObject({ from: "tcp", to: "udp", before: { seconds: 30 }, after: { seconds: 0 } })
  expect(body.swap?.before.outboundBitsPerSecond).toBeGreaterThan(0)
  expect(body.swap?.before.roundTripMs).toBeGreaterThan(0)
  expect([...test.engine.tunnels.values()]).toEqual([tunnel])

  await untilUp()
  await eventually(async () => {
    await seconds(1)
    expect((await read()).swap?.after.outboundBitsPerSecond).toBeGreaterThan(0)
  })
  expect((await read()).swap).toMatchObject({ time: body.swap?.time, before: body.swap?.before })
  const { body: events } = await test.call<{ items: HostEvent[] }>("GET", "/events")
  expect(events.items.map(({ text }) => text)).toContain("Transport changed from tcp to udp by token admin")
})

it("is measured up to the change, though nobody looked for a while", async () => {
  await create({ autostart: true })
  await untilUp()
  now += 20_000
  const { body } = await test.call<TunnelView>("PATCH", "/tunnels/lab", { transport: udp })
  expect(body.swap?.before.seconds).toBeGreaterThan(19)
})

const restart = async () => {
  for (const act of ["stop", "start"]) await test.call("POST", `/tunnels/lab/${act}`)
}

it.each<[string, () => Promise<unknown>]>([
  ["a stop and a start", restart],
  ["another interface", () => test.call("PATCH", "/tunnels/lab", { interface: "tun8" })],
  ["an engine that began anew", () => test.restartEngine()],
])("%s ends the comparison", async (_what, end) => {
  await test.call("POST", "/interfaces", { name: "tun8" })
  await create({ autostart: true })
  await untilUp()
  test.engine.pingsPerSecond = 200
  await seconds(2)
  await test.call("PATCH", "/tunnels/lab", { transport: udp })
  await untilUp()
  await eventually(async () => expect((await read()).stats.outbound.packets).toBeGreaterThan(3))
  expect((await read()).swap).not.toBeNull()
  await end()
  await eventually(async () => expect((await read()).swap).toBeNull())
})

it("another interface ends the comparison of an idle one, too", async () => {
  test.engine.pingsPerSecond = 0
  await test.call("POST", "/interfaces", { name: "tun8" })
  await create({ autostart: true })
  await untilUp()
  expect((await test.call<TunnelView>("PATCH", "/tunnels/lab", { transport: udp })).body.swap).not.toBeNull()
  expect((await test.call<TunnelView>("PATCH", "/tunnels/lab", { interface: "tun8" })).body.swap).toBeNull()
})

it.each<[string, object]>([
  ["faults", { faults: { outbound: { lossPercent: 3 } } }],
  ["a permission", { transport: { ...lab.transport, allowPublicPeer: true } }],
  ["a name", { name: "lab", autostart: false }],
])("%s are none", async (_what, patch) => {
  await create({ autostart: true })
  await untilUp()
  expect((await test.call<TunnelView>("PATCH", "/tunnels/lab", patch)).body.swap).toBeNull()
})

it("a stopped one has nothing to compare", async () => {
  await create()
  expect((await test.call<TunnelView>("PATCH", "/tunnels/lab", { transport: udp })).body.swap).toBeNull()
})
