import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const script = fileURLToPath(new URL("../testing/allocation-run.ts", import.meta.url))

// The least that V8 allocates is 16 bytes, a boxed number: one for each packet would be 16 bytes a packet. A wake-up of a hundred
// may have some.
it("to seal and open a million packets allocates nothing for a packet", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--single-threaded", script])
  const { failed, bytesAPacket }: { failed: number; bytesAPacket: number } = JSON.parse(stdout)
  expect(failed).toBe(0)
  expect(bytesAPacket).toBeLessThan(2)
})
