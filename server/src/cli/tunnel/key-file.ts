import { readFileSync } from "node:fs"
import { InvalidArgumentError } from "commander"

/** A file's text; `-` is standard input. A secret is never an argument: everybody on the machine may read those. */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8")
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function readKeyFile(file: string): string {
  return readTextFile(file).trim()
}
