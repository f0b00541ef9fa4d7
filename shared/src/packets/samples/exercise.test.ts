import { execFileSync } from "node:child_process"
import { expect, test } from "vitest"

// What was not called yet is not compiled: V8's own count of calls, in a process that did nothing else.

const program = `
  import { Session } from "node:inspector/promises"
  const session = new Session()
  session.connect()
  await session.post("Profiler.enable")
  await session.post("Profiler.startPreciseCoverage", { callCount: true })
  const { exerciseDecoders } = await import(process.argv[1])
  if (process.argv[2] === "exercised") exerciseDecoders()
  const { result } = await session.post("Profiler.takePreciseCoverage")
  const ours = result.filter(({ url }) => /shared.src.packets.(application|flows|link|network|transport)./.test(url))
  const named = ours.flatMap(({ functions }) => functions.filter(({ functionName }) => functionName !== ""))
  const called = named.filter(({ ranges }) => ranges[0].count > 0)
  console.log(called.length / named.length)
`

function shareOfFunctions(how: "exercised" | "loaded"): number {
  const args = ["--input-type=module", "--eval", program, new URL("./exercise.ts", import.meta.url).href, how]
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" }))
}

test("exercise: nearly every function of the decoders has run before the first packet of a stranger", () => {
  expect(shareOfFunctions("exercised")).toBeGreaterThan(0.95)
  expect(shareOfFunctions("loaded")).toBeLessThan(0.3)
})
