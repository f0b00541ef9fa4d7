import { readFileSync } from "node:fs"
import { join } from "node:path"
import { smallHeap } from "../small-heap.ts"

/** The checkout (or the image's directory) that this process runs from. */
export const checkout = join(import.meta.dirname, "../../..")

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(checkout, "server/package.json"), "utf8")) as { version: string } // our own file
  return version
}

/** Node's arguments that run the `tundeck` command as a child; it sees to its own end when its parent dies. */
export function commandArguments(root: string, ...args: string[]): string[] {
  return [join(root, "server/bin/tundeck.mjs"), ...args]
}

/** The same for another file of ours, with little garbage, which is killed when its parent dies. */
export function childArguments(root: string, file: string): string[] {
  return [smallHeap, "--import", join(root, "server/src/launcher/child-prelude.ts"), join(root, file)]
}

/** The Node that runs this, as it is reached below `root`. */
export function nodeBelow(root: string): string {
  return process.execPath.startsWith(`${checkout}/`)
    ? join(root, process.execPath.slice(checkout.length))
    : process.execPath
}
