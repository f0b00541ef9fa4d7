import { afterEach, beforeEach, expect, it } from "vitest"
import { eventually } from "../../../../testing/wait.ts"
import { startTestPanel, type TestPanel } from "../../testing/panel.ts"
import { labTunnel } from "./testing/lab-tunnel.ts"

let test: TestPanel
beforeEach(async () => {
  test = await startTestPanel()
  await test.call("POST", "/interfaces", { name: "tun7", addresses: ["10.77.0.1/24"] })
})
afterEach(() => test[Symbol.asyncDispose]())

const { create, untilUp } = labTunnel(() => test)

it("the latest come decoded, oldest first, and nobody keeps watching", async () => {
  await create({ autostart: true })
  await untilUp()
  test.engine.pingsPerSecond = 100
  const { body } = await eventually(async () => {
    const answer = await test.call<{ items: { info: string; number: number }[]; missed: number }>(
      "GET",
      "/tunnels/lab/packets?limit=4",
    )
    expect(answer.body.items.length).toBe(4)
    return answer
  })
  expect(body.items.some(({ info }) => info.startsWith("Echo (ping) request"))).toBe(true)
  const numbers = body.items.map(({ number }) => number)
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  await eventually(() => expect([...test.engine.tunnels.values()].map(({ watch }) => watch)).toEqual(["resting"]))
})

it("a filter chooses among them; one that cannot be read says where", async () => {
  await create({ autostart: true })
  await untilUp()
  test.engine.pingsPerSecond = 100
  const path = (filter: string) => `/tunnels/lab/packets?filter=${encodeURIComponent(filter)}`
  await eventually(async () => {
    const { body } = await test.call<{ items: { direction: string; key: object }[] }>("GET", path("dir == in and icmp"))
    expect(body.items.length).toBeGreaterThan(3)
    expect(new Set(body.items.map(({ direction }) => direction))).toEqual(new Set(["inbound"]))
    expect(body.items[0]?.key).toMatchObject({ icmpType: 0, ip: [{ protocols: [1] }] })
  })
  const { status, body } = await test.call("GET", path("icmp and prot 80"))
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: "filter-invalid", errors: [{ path: "filter", column: 10, length: 4 }] })
  expect(await test.refusal("GET", path("("))).toBe("filter-invalid")
})

it("a stopped tunnel has none", async () => {
  await create()
  expect(await test.refusal("GET", "/tunnels/lab/packets")).toBe("tunnel-not-running")
  expect(await test.refusal("GET", "/tunnels/lab/packets?limit=0")).toBe("validation-failed")
})
