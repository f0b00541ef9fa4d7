import { afterAll, beforeAll, expect, it } from "vitest"
import { createNamespace, type Namespace } from "../../../../testing/namespace.ts"
import type { AllocationRun } from "./testing/allocation-run.ts"
import { bytesAPacket, point } from "./testing/bytes-a-packet.ts"

// As relay-allocation.test.ts, of what needs raw sockets.

const timeoutMs = 600_000

let namespace: Namespace
beforeAll(async () => {
  namespace = await createNamespace("allocation")
  await namespace.exec("ip", ["link", "set", "lo", "up"])
})
afterAll(() => namespace.delete())

const execute = async (args: readonly string[]) => (await namespace.exec(process.execPath, args, { timeoutMs })).stdout

it.each<[string, AllocationRun]>([
  ["ICMP, bundles", { ...point, kind: "icmp" }],
  ["WireGuard over ICMP, bundles", { ...point, kind: "icmp", isWireGuard: true }],
])("a million packets allocate what a tenth of them do: %s", { timeout: timeoutMs }, async (_name, run) => {
  expect(await bytesAPacket(run, execute)).toBeLessThan(2)
})
