import type { ExperimentView, ProblemDocument } from "@tundeck/shared"
import { afterEach, beforeEach, expect, it } from "vitest"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
})
afterEach(() => test[Symbol.asyncDispose]())

const state = async () => (await test.call<ExperimentView>("GET", "/experiment", undefined, "viewer")).body
const names = async () => {
  const interfaces = await test.call<{ items: { name: string }[] }>("GET", "/interfaces")
  const tunnels = await test.call<{ items: { name: string }[] }>("GET", "/tunnels")
  return [...interfaces.body.items, ...tunnels.body.items].map(({ name }) => name)
}

it("is made and pinged by one call, pinged again by the next, and all of it goes by one more", async () => {
  expect(await state()).toMatchObject({ made: false, tunnel: null, ping: null })
  const { status, body } = await test.call<ExperimentView>("POST", "/experiment")
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { made: true, interface: "try0", ping: { destination: "198.51.100.2", source: "198.51.100.1", received: 4 } },
  })
  expect(await names()).toEqual(["try0", "try-it"])
  const again = await test.call<ExperimentView>("POST", "/experiment")
  expect(again.body).toMatchObject({ tunnel: body.tunnel, ping: { received: 4 } })
  expect(await state()).toEqual(again.body)
  expect((await test.call("DELETE", "/experiment")).status).toBe(204)
  expect(await names()).toEqual([])
  expect(await state()).toMatchObject({ made: false, ping: null })
  expect((await test.call("DELETE", "/experiment")).status).toBe(204)
})

it("what a person deleted of it is made anew, and what is left goes", async () => {
  await test.call("POST", "/experiment")
  await test.call("DELETE", "/tunnels/try-it")
  expect(await state()).toMatchObject({ made: true, tunnel: null })
  expect((await test.call("POST", "/experiment")).body).toMatchObject({ made: true, ping: { received: 4 } })
  await test.call("POST", "/tunnels/try-it/stop")
  expect((await test.call("POST", "/experiment")).body).toMatchObject({ ping: { received: 4 } })
  await test.call("DELETE", "/tunnels/try-it")
  await test.call("DELETE", "/experiment")
  expect(await names()).toEqual([])
})

it("what has its name and is something else is left alone, and nothing of the experiment stays", async () => {
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
  const other = { name: "try-it", interface: "tun7", transport: { kind: "responder" }, security: { kind: "none" } }
  await test.call("POST", "/tunnels", other)
  const { status, body } = await test.call<ProblemDocument>("POST", "/experiment")
  expect({ status, code: body.code }).toEqual({ status: 409, code: "tunnel-exists" })
  expect(await names()).toEqual(["tun7", "try-it"])
  await test.call("DELETE", "/experiment")
  expect(await names()).toEqual(["tun7", "try-it"])
})

const route = (network: string, name: string | null = "eth0") => ({ network, kind: "route", interface: name }) as const

it("takes the first of its networks that this host neither has an address in nor a route to", async () => {
  test.engine.networks = [
    { network: "198.51.100.77/32", kind: "address", interface: "eth0" },
    route("203.0.113.128/25"),
    route("0.0.0.0/0"),
    route("192.0.0.0/7"),
  ]
  const { body } = await test.call<ExperimentView>("POST", "/experiment")
  expect(body).toMatchObject({ address: "192.0.2.1/24", destination: "192.0.2.2", ping: { received: 4 } })
  expect((await test.call<ExperimentView>("POST", "/experiment")).body.address).toBe("192.0.2.1/24")
  expect(await state()).toMatchObject({ address: "192.0.2.1/24", destination: "192.0.2.2" })
  await test.call("DELETE", "/experiment")
  expect(await names()).toEqual([])
})

it("where all of its networks are in use, it names who uses them, and makes nothing", async () => {
  test.engine.networks = [
    { network: "198.51.100.1/24", kind: "address", interface: "eth0" },
    route("203.0.0.0/16", "eth1"),
    route("192.0.2.0/24", null),
  ]
  const { status, body } = await test.call<ProblemDocument>("POST", "/experiment")
  expect({ status, code: body.code }).toEqual({ status: 409, code: "experiment-network-taken" })
  expect(body.detail).toBe(
    "All three are in use: 198.51.100.0/24 by the address 198.51.100.1/24 of eth0, 203.0.113.0/24 by the route 203.0.0.0/16 over eth1, 192.0.2.0/24 by the route 192.0.2.0/24.",
  )
  expect(await names()).toEqual([])
})
