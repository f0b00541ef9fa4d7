import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, type Stats, unlinkSync } from "node:fs"
import { join } from "node:path"
import { errno, flock, lock, openUnixListener, SyscallError, unixSocketAnswers } from "@tundeck/native-bindings"
import { interfaceName } from "@tundeck/shared"

/** Where stock tools look for the sockets of WireGuard interfaces that are not the kernel's. */
export const wireguardDirectory = "/var/run/wireguard"

export interface WireguardSockets {
  /**
   * A listening socket `<interface>.sock` that only root may open; its fd is the caller's. What a dead program left behind
   * is removed. Throws SyscallError: EADDRINUSE when another program serves it, EINVAL for what is no interface's name,
   * or whatever keeps it from being made.
   */
  open(name: string): number
  /** Removes the file, unless another program's stands there by now. */
  remove(name: string): void
  /** Removes all. */
  close(): void
}

const backlog = 16
const lockTries = 100
const ownerOnly = 0o177
const writableByOthers = 0o022

export function createWireguardSockets(directory = wireguardDirectory): WireguardSockets {
  const made = new Map<string, Stats>()
  const pathOf = (name: string) => join(directory, `${name}.sock`)

  function remove(name: string): void {
    const ours = made.get(name)
    made.delete(name)
    if (ours !== undefined) unlinkIfStill(pathOf(name), ours)
  }

  return {
    open(name) {
      if (!interfaceName.safeParse(name).success) throw new SyscallError("bind", errno.EINVAL)
      return asSyscalls(() => {
        const lockFd = lockDirectory(directory)
        try {
          const fd = listenAlone(pathOf(name))
          made.set(name, lstatSync(pathOf(name)))
          return fd
        } finally {
          closeSync(lockFd)
        }
      })
    },
    remove,
    close() {
      for (const name of made.keys()) remove(name)
    },
  }
}

/** Of two that find the same dead socket one alone removes it: the fd holds a lock on the directory. */
function lockDirectory(path: string): number {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errnoOf(error) !== errno.EEXIST) throw error
  }
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    const { uid, mode } = fstatSync(fd)
    // Whoever else may write there could put another socket in the place of ours.
    if (uid !== process.geteuid?.() || (mode & writableByOthers) !== 0) throw new SyscallError("open", errno.EACCES)
    takeLock(fd)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** It is held for less than a millisecond. */
function takeLock(fd: number): void {
  for (let tries = 1; ; tries++) {
    try {
      return flock(fd, lock.exclusive | lock.nonBlocking)
    } catch (error) {
      if (errnoOf(error) !== errno.EAGAIN || tries === lockTries) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

function listenAlone(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined) {
    if (!found.isSocket()) throw new SyscallError("bind", errno.EEXIST)
    if (unixSocketAnswers(path)) throw new SyscallError("bind", errno.EADDRINUSE)
    unlinkSync(path)
  }
  // The file is made within this call, so it is born with its mode.
  const umask = process.umask(ownerOnly)
  try {
    return openUnixListener(path, backlog)
  } finally {
    process.umask(umask)
  }
}

function unlinkIfStill(path: string, { ino, dev }: Stats): void {
  try {
    const now = lstatSync(path)
    if (now.ino === ino && now.dev === dev) unlinkSync(path)
  } catch {
    // Whoever removed it or its directory was faster.
  }
}

function asSyscalls<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof SyscallError ? error : new SyscallError("bind", errnoOf(error) ?? errno.EIO)
  }
}

function errnoOf(error: unknown): number | undefined {
  if (error instanceof SyscallError) return error.errno
  const isNodes = error instanceof Error && "errno" in error && typeof error.errno === "number"
  return isNodes ? Math.abs(Number(error.errno)) : undefined
}
