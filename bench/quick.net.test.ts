import { expect, test } from "vitest"
import { quick } from "./quick.ts"

// Far below what a quiet machine shows (docs/performance.md): this one may be slow or busy.
const floors = [
  ["simpletun", 1.2],
  ["trains", 1.5],
  ["udp", 1.2],
  ["icmp", 0.5],
  ["to-c", 0.5],
] as const

test("each mode carries its multiple of what the C program with TCP_NODELAY does", { timeout: 240_000 }, async () => {
  const found = await quick(
    floors.map(([id]) => id),
    "c",
    { rounds: 1, seconds: 1 },
  )
  console.log(floors.map(([id]) => `${id} ${found[id].median.toFixed(1)} ×`).join(", "))
  for (const [id, floor] of floors) expect.soft(found[id].median, id).toBeGreaterThanOrEqual(floor)
})
