// node scripts/assemble-wasm.ts: assembles the relay's WebAssembly into the module that the relay imports.
import { writeFileSync } from "node:fs"
import { assembleRelayWasm } from "./wasm/assemble.ts"

const { path, source } = await assembleRelayWasm()
writeFileSync(path, source)
