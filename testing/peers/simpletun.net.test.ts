import { expect, test } from "vitest"
import { createBridgeLab } from "../links.ts"
import { until } from "../wait.ts"
import { startSimpletun } from "./simpletun.ts"

for (const kind of ["tun", "tap"] as const) {
  for (const family of ["v4", "v6"] as const) {
    test(`two C peers ping through their ${kind} tunnel over IP${family}`, async () => {
      await using lab = await createBridgeLab(2)
      const [server, client] = lab.hosts
      if (!server || !client) throw new Error("the lab has two hosts")
      await startSimpletun(server.namespace, { kind, addresses: ["10.77.0.1/24", "fd77::1/64"], noDelay: true })
      const connect = server[family]
      await startSimpletun(client.namespace, {
        kind,
        connect,
        addresses: ["10.77.0.2/24", "fd77::2/64"],
        oneWrite: true,
      })
      for (const target of ["10.77.0.1", "fd77::1"]) {
        const { stdout } = await client.namespace.exec("ping", ["-c", "3", "-i", "0.05", "-w", "10", target])
        expect(Number(/(\d+) received/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(3)
      }
    })
  }
}

test("a C peer refuses a frame that does not fit its buffer", async () => {
  await using lab = await createBridgeLab(2)
  const [server, client] = lab.hosts
  if (!server || !client) throw new Error("the lab has two hosts")
  const peer = await startSimpletun(server.namespace, { kind: "tun", bufferBytes: 100 })
  await startSimpletun(client.namespace, { kind: "tun", connect: server.v4, addresses: ["10.77.0.2/24"] })
  const isRefused = async () => {
    await client.namespace.exec("ping", ["-c", "1", "-W", "1", "-s", "200", "10.77.0.1"], { mayFail: true })
    return peer.exited
  }
  await until(isRefused, { what: "the peer to refuse it" })
})
