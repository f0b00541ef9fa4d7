import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
} from "node:fs"
import { dirname, relative } from "node:path"
import { flock, lock, SyscallError } from "@tundeck/native-bindings"
import type { Account } from "./accounts.ts"
import { asAccount } from "./as-account.ts"
import { checkPassable } from "./passable.ts"
import { StartError } from "./start-error.ts"

/**
 * Makes the data directory (0700, the panel's own) and holds it: of two launchers on one directory exactly one goes on.
 * The lock is on the directory itself, so there is no file to plant, and the kernel knows who holds it.
 * The answer is the fd, which holds the lock until this process ends.
 */
export function holdDataDirectory(path: string, owner: Account | null): number {
  const directory = openDirectory(path)
  try {
    flock(directory, lock.exclusive | lock.nonBlocking)
  } catch (error) {
    if (!(error instanceof SyscallError) || error.code !== "EAGAIN") throw error
    throw new StartError(
      `The data directory ${path} is in use by ${holderOf(directory)}. Stop that one, or choose another: TUNDECK_DATA_DIR=…`,
    )
  }
  const wantedUid = owner?.uid ?? process.getuid?.() ?? 0
  const { uid, mode } = fstatSync(directory)
  if (uid !== wantedUid) {
    if (owner === null || uid !== 0) {
      throw new StartError(
        `The data directory ${path} belongs to uid ${uid}, but the panel runs as uid ${wantedUid}. ` +
          `Give it over: chown -R ${wantedUid}:${owner?.gid ?? process.getgid?.()} ${path}`,
      )
    }
  }
  // Each as the owner of the moment: a container's root need not have CAP_FOWNER.
  if ((mode & 0o777) !== 0o700) asAccount(uid === wantedUid ? owner : null, () => fchmodSync(directory, 0o700))
  if (uid !== wantedUid && owner !== null) fchownSync(directory, owner.uid, owner.gid)
  checkPassable(path, owner)
  return directory
}

/** The directory of the sockets, made where it is missing; the panel's own too. */
export function makeRunDirectory(path: string, dataDirectory: string, owner: Account | null): void {
  const isInside = !relative(dataDirectory, path).startsWith("..")
  if (isInside) {
    asAccount(owner, () => mkdirSync(path, { recursive: true, mode: 0o700 }))
    return
  }
  const made = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (made !== undefined && owner !== null) {
    const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    fchownSync(directory, owner.uid, owner.gid)
    closeSync(directory)
  }
  checkPassable(path, owner)
}

function openDirectory(path: string): number {
  try {
    // Parents that are made on the way are for everybody to pass; the directory itself is nobody else's.
    const parent = mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    if (parent !== undefined) chmodSync(parent, 0o755)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return openSync(realpathSync(path), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(
      `The data directory ${path} cannot be made or opened: ${reason}. Choose another: TUNDECK_DATA_DIR=…`,
    )
  }
}

function holderOf(directory: number): string {
  const { ino } = fstatSync(directory)
  // proc(5): "1: FLOCK  ADVISORY  WRITE 4242 fe:00:131077 0 EOF"
  for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
    const [, kind, , , pid, file] = line.split(/\s+/)
    if (kind === "FLOCK" && file?.endsWith(`:${ino}`) && Number(pid) > 0) return `another Tundeck (pid ${pid})`
  }
  return "another Tundeck, in another container"
}
