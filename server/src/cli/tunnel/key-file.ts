import { readFileSync } from "node:fs"
import { InvalidArgumentError } from "commander"

/** The key in a file; `-` is standard input. A secret is never an argument: everybody on the machine may read those. */
export function readKeyFile(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").trim()
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
