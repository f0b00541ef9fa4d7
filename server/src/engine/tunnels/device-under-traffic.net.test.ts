import { readdir } from "node:fs/promises"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { carriers, over } from "../testing/carriers.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { type LiveFlow, startFlow } from "../testing/live-flow.ts"
import {
  answers,
  calling,
  createTunnelLab,
  dropsOf,
  inner,
  listening,
  makeInterface,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"

// The interface at one end changes, goes and comes back while packets flow, over whatever carries them.

let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a)
  b = await startEngineProcess(lab.b)
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

const ip = (...args: string[]) => lab.a.exec("ip", args)

describe.each([
  { direction: "towards it", from: "b", to: "a" },
  { direction: "from it", from: "a", to: "b" },
] as const)("traffic $direction", ({ from, to }) => {
  describe.each(carriers)("over $name", (carrier) => {
    // A simpletun frame that is longer than the interface takes ends its stream; an echo message is cut off.
    const tooLong = { tcp: "bad-length", icmp: "bad-packet" }[carrier.name] ?? "above-mtu"
    let flow: LiveFlow
    beforeEach(async () => {
      for (const [engine, side, end] of [
        [b, "b", listening],
        [a, "a", calling],
      ] as const) {
        await makeInterface(engine, side, { mtu: 1400, heal: false })
        await engine.call("tunnel.start", over(carrier, end(side)))
      }
      await answers(lab.a, inner.b.v4)
      flow = await startFlow(lab[from], lab[to], inner[to].v4)
      await flow.carries(500_000)
    })
    afterEach(async () => {
      await flow[Symbol.asyncDispose]()
      for (const engine of [a, b]) {
        await engine.call("tunnel.stop", { id: "t" })
        await engine.call("interface.delete", { name: "tun0" })
      }
    })

    it("set down, and given a smaller MTU: dropped for that, until it is as before", async () => {
      await ip("link", "set", "tun0", "down")
      if (to === "a") await until(async () => (await dropsOf(a, "link-down")) > 0, { what: "a drop" })
      await ip("link", "set", "tun0", "up")
      await flow.carries(500_000)
      await ip("link", "set", "tun0", "mtu", "1200")
      if (to === "a") await until(async () => (await dropsOf(a, tooLong)) > 0, { what: "a drop" })
      else await flow.carries(500_000)
      await ip("link", "set", "tun0", "mtu", "1400")
      await flow.carries(500_000)
      const { sent, received } = await flow.end()
      expect(received).toBe(sent)
      const { state, stats } = await tunnelOf(a)
      expect(state).toBe("up")
      if (tooLong !== "bad-length") expect(stats.reconnects).toBe(0)
    })

    it("deleted, three times: the tunnel waits for it on its connection, and takes it when it is there", async () => {
      const openFiles = async () => (await readdir(`/proc/${a.running.pid}/fd`)).length
      const before = await openFiles()
      for (let round = 0; round < 3; round++) {
        await ip("link", "delete", "tun0")
        await reaches(a, "failed")
        for (const line of [
          "tuntap add dev tun0 mode tun",
          `address add ${inner.a.v4}/24 dev tun0`,
          "link set tun0 mtu 1400 up",
        ])
          await ip(...line.split(" "))
        await reaches(a, "up")
        await flow.carries(500_000)
      }
      const { sent, received } = await flow.end()
      expect(received).toBe(sent)
      await until(async () => (await openFiles()) <= before, { what: `no more than ${before} open files` })
      expect((await tunnelOf(b)).stats.reconnects).toBe(0)
    })
  })
})
