// Temporary directories that the next run removes if this one is killed.
import { chmod, mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { directoryPrefix, removeDirectory } from "./cleanup.ts"

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
  remove(): Promise<void>
}

/** A new directory, readable by every user (the panel is not root); `remove` deletes it. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), `${directoryPrefix}${process.pid}-`))
  await chmod(path, 0o755)
  const remove = () => removeDirectory(path)
  return { path, remove, [Symbol.asyncDispose]: remove }
}
