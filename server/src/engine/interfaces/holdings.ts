import { closeTun, SyscallError, type TunAttachment, tunGetInterface, tunSetInterface } from "@tundeck/native-bindings"
import type { OpenDevice } from "./device-file.ts"

/**
 * The tun fds that this process has, one per interface at most. An fd is here because a tunnel uses it (`lent`), because
 * a transient interface lives only as long as somebody holds it (`keep`), or both. Whoever asks gets the fd that there is:
 * a second one on a single-queue interface would be EBUSY, and on a multi-queue one it would take packets that nobody reads.
 */
export interface Holdings {
  /** Attaches, or creates where there is no such interface; an empty name lets the kernel pick one. Throws SyscallError. */
  acquire(name: string, attachment: TunAttachment): { name: string; fd: number }
  get(name: string): Held | undefined
  /** Of the interfaces that we have an fd on, as the kernel calls them now. */
  names(): string[]
  lend(name: string): void
  takeBack(fd: number): void
  /** From now on the fd stays open without a tunnel, or does not. */
  setKeep(name: string, keep: boolean): void
  /** The interface behind the fd is gone. An fd that a tunnel still has is closed when that gives it back. */
  forget(name: string): void
  rename(from: string, to: string): void
  closeAll(): void
}

export interface Held {
  fd: number
  attachment: TunAttachment
  lent: boolean
  keep: boolean
}

export function createHoldings(openDevice: OpenDevice): Holdings {
  const held = new Map<string, Held>()
  const orphans = new Set<number>()

  function closeUnused(name: string, entry: Held): void {
    if (entry.lent || entry.keep) return
    held.delete(name)
    closeTun(entry.fd)
  }

  function forget(name: string): void {
    const entry = held.get(name)
    if (entry === undefined) return
    held.delete(name)
    if (entry.lent) orphans.add(entry.fd)
    else closeTun(entry.fd)
  }

  return {
    acquire(wish, attachment) {
      const fd = openDevice()
      try {
        const { name } = tunSetInterface(fd, { ...attachment, name: wish })
        forget(name) // of an interface that went: a tunnel may still have its fd
        held.set(name, { fd, attachment: { ...attachment, exclusive: false }, lent: false, keep: true })
        return { name, fd }
      } catch (error) {
        closeTun(fd)
        throw error
      }
    },
    get(name) {
      const entry = held.get(name)
      if (entry === undefined || attachedTo(entry.fd) === name) return entry
      forget(name)
      return undefined
    },
    names: () => [...held.values()].flatMap(({ fd }) => attachedTo(fd) ?? []),
    lend(name) {
      const entry = held.get(name)
      if (entry !== undefined) entry.lent = true
    },
    takeBack(fd) {
      if (orphans.delete(fd)) {
        closeTun(fd)
        return
      }
      for (const [name, entry] of held) {
        if (entry.fd !== fd) continue
        entry.lent = false
        closeUnused(name, entry)
        return
      }
    },
    setKeep(name, keep) {
      const entry = held.get(name)
      if (entry === undefined) return
      entry.keep = keep
      closeUnused(name, entry)
    },
    forget,
    rename(from, to) {
      const entry = held.get(from)
      if (entry === undefined) return
      held.delete(from)
      held.set(to, entry)
    },
    closeAll() {
      for (const fd of [...orphans, ...[...held.values()].map((entry) => entry.fd)]) closeTun(fd)
      orphans.clear()
      held.clear()
    },
  }
}

/** It may have been renamed by somebody else. undefined: it was deleted (EBADFD). */
function attachedTo(fd: number): string | undefined {
  try {
    return tunGetInterface(fd).name
  } catch (error) {
    if (error instanceof SyscallError) return undefined
    throw error
  }
}
