import { readFileSync } from "node:fs"
import { join } from "node:path"

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

/**
 * Node's own words to keep garbage from piling up, in MB for each thread: left alone, half of what an idle child has in
 * memory is room for it. Nothing on the road of a packet allocates.
 */
export const smallHeap = "--max-semi-space-size=4"

/** The same for another file of ours, which is killed when its parent dies. */
export function childArguments(root: string, file: string): string[] {
  return [smallHeap, "--import", join(root, "server/src/launcher/child-prelude.ts"), join(root, file)]
}

/** The Node that runs this, as it is reached below `root`. */
export function nodeBelow(root: string): string {
  return process.execPath.startsWith(`${checkout}/`)
    ? join(root, process.execPath.slice(checkout.length))
    : process.execPath
}
