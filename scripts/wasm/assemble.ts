import { readFileSync } from "node:fs"
import { join } from "node:path"
import wabt from "wabt"

const folder = join(import.meta.dirname, "../../server/src/engine/relay/offload/wasm")

/** The module that holds the assembled `copy-and-sum.wat`: where it belongs, and what should stand there. */
export async function assembleRelayWasm(): Promise<{ path: string; source: string }> {
  const { parseWat } = await wabt()
  const name = "copy-and-sum.wat"
  const parsed = parseWat(name, readFileSync(join(folder, name), "utf8"), { simd: true, bulk_memory: true })
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString("base64")
  const lines = base64.match(/.{1,112}/g) ?? []
  const source = [
    `// Made by scripts/assemble-wasm.ts from ${name}.`,
    "export const copyAndSumWasm =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")}`,
    "",
  ].join("\n")
  return { path: join(folder, "copy-and-sum-wasm.ts"), source }
}
