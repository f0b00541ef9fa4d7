import { fileURLToPath } from "node:url"
import { expect } from "vitest"
import type { AllocationReport, AllocationRun } from "./allocation-run.ts"

// A wake-up may allocate a little: the clock's numbers, the ring's count. A packet may not. So each road is woken equally
// often for few packets and for many, a million in the end, and what V8 allocated is compared, by the count that it keeps
// itself. The least that it ever allocates is 16 bytes, a boxed number: one for each packet would be 16 bytes a packet. Below 2
// there is none even for each train of five; above 0 there may be a wake-up more, where one does not receive all.
// `--single-threaded`: nothing depends on when a compiler thread gets its turn.

const script = fileURLToPath(new URL("./allocation-run.ts", import.meta.url))

/** `execute` runs Node with these arguments, and answers what it printed. */
export async function bytesAPacket(
  run: AllocationRun,
  execute: (args: readonly string[]) => Promise<string>,
): Promise<number> {
  const stdout = await execute(["--single-threaded", script, JSON.stringify(run)])
  const [few, many]: AllocationReport[] = JSON.parse(stdout)
  if (few === undefined || many === undefined) throw new Error(stdout)
  expect(few.packets).toBe(100_000)
  expect(many.packets).toBe(1_000_000)
  expect(many.delivered).toBe(many.packets)
  return (many.allocatedBytes - few.allocatedBytes) / (many.packets - few.packets)
}

export const point: Omit<AllocationRun, "kind"> = {
  cipher: "chacha20-poly1305",
  framing: "simpletun",
  link: "ip",
  isHub: false,
  isWireGuard: false,
  trainPackets: 1,
  isPadded: false,
  isCaptured: false,
}
