import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { assembleRelayWasm } from "./assemble.ts"

it("the committed WebAssembly is what its source assembles to", async () => {
  const { path, source } = await assembleRelayWasm()
  expect(readFileSync(path, "utf8")).toBe(source)
})
