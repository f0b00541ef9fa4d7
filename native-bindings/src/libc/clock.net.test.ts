import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const door = new URL("../index.ts", import.meta.url).href
const script = `import { sys } from ${JSON.stringify(door)}
console.log(JSON.stringify([sys.clockBoottimeMilliseconds(), sys.clockMonotonicNanoseconds() / 1e6]))`

async function clocks(...wrapper: string[]) {
  const [command = "", ...args] = [...wrapper, process.execPath, "--input-type=module", "--eval", script]
  const { stdout } = await promisify(execFile)(command, args)
  const [boottime, monotonic]: number[] = JSON.parse(stdout)
  return { boottime: boottime ?? 0, monotonic: monotonic ?? 0 }
}

// A time namespace whose boot lies further back by a time that nobody ran in: a suspend, but without one.
it("the boot time counts a suspend, in milliseconds", async () => {
  const before = await clocks()
  const suspended = await clocks("unshare", "--time", "--boottime", "1000")
  const after = await clocks()
  expect(suspended.boottime - 1_000_000).toBeGreaterThan(before.boottime)
  expect(suspended.boottime - 1_000_000).toBeLessThan(after.boottime)
  expect(suspended.monotonic).toBeGreaterThan(before.monotonic)
  expect(suspended.monotonic).toBeLessThan(after.monotonic)
})
