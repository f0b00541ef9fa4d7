import type { DemoView } from "@tundeck/shared"
import { expect, it } from "vitest"
import { startTestPanel } from "../../testing/panel.ts"
import type { LauncherChannel } from "./demo.ts"

const stopped = { running: false, available: true, why: null, hosts: [] }
const running = { ...stopped, running: true, hosts: [{ name: "a", url: "http://127.0.0.1:8180", setupLink: null }] }

/** A launcher whose demo starts and stops as it is told. */
function launcher(): LauncherChannel & { asked: string[] } {
  let demo: DemoView = stopped
  let tell: (message: unknown) => void = () => {}
  const asked: string[] = []
  return {
    asked,
    send(message) {
      const { type, id } = message as { type: string; id: string }
      asked.push(type)
      if (type !== "demo.state") demo = type === "demo.start" ? running : stopped
      tell({ type: "something else" })
      tell({ type: "demo.reply", id, demo })
    },
    onMessage(listener) {
      tell = listener
    },
  }
}

it("the demo is asked for, started and stopped over the launcher's channel", async () => {
  const channel = launcher()
  await using test = await startTestPanel({ launcher: channel })
  expect((await test.call("GET", "/demo")).body).toEqual(stopped)
  expect(await test.call("POST", "/demo")).toMatchObject({ status: 201, body: running })
  expect((await test.call("GET", "/demo")).body).toEqual(running)
  expect((await test.call("DELETE", "/demo")).status).toBe(204)
  expect(channel.asked).toEqual(["demo.state", "demo.start", "demo.state", "demo.stop"])
})

it("without a launcher it is not there, and says so", async () => {
  await using test = await startTestPanel()
  expect((await test.call("GET", "/demo")).body).toMatchObject({ running: false, available: false })
  expect(await test.refusal("POST", "/demo")).toBe("demo-unavailable")
})
