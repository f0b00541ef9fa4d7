import { chmodSync, closeSync, constants, fstatSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { flock, lock, SyscallError } from "@tundeck/native-bindings"

const prefix = "tundeck-demo-"

export interface DemoDirectory {
  path: string
  remove(): void
}

/** A directory that its demo holds a lock on: one that nobody holds is left over from a demo that was killed. */
export function createDemoDirectory(): DemoDirectory {
  removeLeftOvers()
  const path = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(path, 0o711) // the panels are not root and pass through; what is in it is 0700
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  flock(directory, lock.exclusive | lock.nonBlocking)
  const remove = () => {
    rmSync(path, { recursive: true, force: true })
    closeSync(directory)
  }
  return { path, remove }
}

function removeLeftOvers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix)) removeUnlessHeld(join(tmpdir(), name))
  }
}

function removeUnlessHeld(path: string): void {
  let directory: number
  try {
    directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch {
    return // gone, or no directory
  }
  try {
    flock(directory, lock.exclusive | lock.nonBlocking)
    // /tmp is everybody's: only what root made is a demo's.
    if (fstatSync(directory).uid === process.getuid?.()) rmSync(path, { recursive: true, force: true })
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error // EAGAIN: its demo runs
  } finally {
    closeSync(directory)
  }
}
