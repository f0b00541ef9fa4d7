import { realpathSync, statSync } from "node:fs"
import { dirname } from "node:path"
import type { Account } from "./accounts.ts"
import { asAccount } from "./as-account.ts"
import { StartError } from "./start-error.ts"

/** Says which directory keeps the panel's user from a path, such as root's own 0700 ones. */
export function checkPassable(path: string, owner: Account | null): void {
  const real = realpathSync(path)
  const barrier = asAccount(owner, () => firstBarrier(real))
  if (barrier === undefined) return
  throw new StartError(
    `The panel runs as uid ${owner?.uid ?? process.getuid?.()}, which may not pass through ${barrier} to ${path}. ` +
      `Let it: chmod o+x ${barrier}; or choose another directory: TUNDECK_DATA_DIR=…`,
  )
}

/** The first directory on the way that the caller may not pass. */
function firstBarrier(path: string): string | undefined {
  const parent = dirname(path)
  if (parent === path) return undefined
  const above = firstBarrier(parent)
  if (above !== undefined) return above
  try {
    statSync(path)
    return undefined
  } catch {
    return parent
  }
}
