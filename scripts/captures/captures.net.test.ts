import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { add, compareFiles, emptySum } from "./run.ts"
import { captureFiles } from "./sources.ts"

// The smallest of the sources: nearly 700 captures, of all protocols there are, many of them broken on purpose.

const directory = join(import.meta.dirname, "../../.cache/captures")

test("tcpdump's captures are read as Wireshark reads them, but for what is read otherwise on purpose", async () => {
  mkdirSync(directory, { recursive: true })
  const sum = emptySum()
  for await (const one of compareFiles(captureFiles(directory, "tcpdump"))) add(sum, one)
  expect([...sum.differing.keys()]).toEqual([])
  expect(sum.whole).toBeGreaterThan(4_000)
  expect(sum.agreeing / sum.whole).toBeGreaterThan(0.998)
})
