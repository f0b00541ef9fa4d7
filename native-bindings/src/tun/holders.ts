import { readdirSync, readFileSync, readlinkSync } from "node:fs"

/** A process that has an interface open. */
export type TunHolder = {
  pid: number
  fd: number
  interface: string
  /** As in /proc/pid/comm: at most 15 bytes, and whatever the process chose. */
  command: string
}

export type HolderSearch = {
  /** Of the processes that are looked into, as `readNetworkNamespace` says it: two namespaces may both have a tun0. */
  networkNamespace: string
  /** A process that knows what it holds, and may hold many. */
  except: number
}

/**
 * Every process that holds a tun or tap fd, found by the `iff:` line that the driver adds to fdinfo. Processes that
 * vanish meanwhile, or that we may not look into (another user's, without CAP_SYS_PTRACE), are left out.
 */
export function readTunHolders({ networkNamespace, except }: HolderSearch): TunHolder[] {
  return list("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== except)
    .filter((pid) => attempt(() => readlinkSync(`/proc/${pid}/ns/net`)) === networkNamespace)
    .flatMap(heldBy)
}

/** The namespace of the calling thread, `net:[4026531840]`. */
export function readNetworkNamespace(): string {
  return readlinkSync("/proc/thread-self/ns/net")
}

function heldBy(pid: string): TunHolder[] {
  const command = attempt(() => readFileSync(`/proc/${pid}/comm`, "utf8"))?.trimEnd() ?? ""
  return list(`/proc/${pid}/fd`).flatMap((fd) => {
    // In another mount namespace the device may stand elsewhere, but it is called tun.
    const isTun = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`))?.endsWith("/tun")
    if (!isTun) return []
    const held = attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"))?.match(/^iff:\t(.+)$/m)?.[1]
    if (held === undefined) return []
    return { pid: Number(pid), fd: Number(fd), interface: held, command }
  })
}

function list(folder: string): string[] {
  return attempt(() => readdirSync(folder)) ?? []
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
