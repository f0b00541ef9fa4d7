// Compiles a C program of the tests once per version of its source.
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readFile, rename } from "node:fs/promises"
import { basename, join } from "node:path"
import { run } from "../process.ts"

const cache = join(import.meta.dirname, "../../node_modules/.cache/tundeck")

/** The path of the compiled program. Needs `cc`. */
export async function compile(source: string): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(source))
    .digest("hex")
  const program = join(cache, `${basename(source, ".c")}-${hash.slice(0, 16)}`)
  if (existsSync(program)) return program
  await mkdir(cache, { recursive: true })
  const unfinished = `${program}.${process.pid}`
  await run("cc", ["-O2", "-Wall", "-Wextra", "-o", unfinished, source])
  await rename(unfinished, program)
  return program
}

/** The C peer. */
export function buildSimpletun(): Promise<string> {
  return compile(join(import.meta.dirname, "simpletun.c"))
}
