import { capability, getCapabilities, setCapabilities } from "./capabilities.ts"
import { forbidCoreDumps } from "./limits.ts"
import { dropBoundingExcept, keepCapabilities, setDumpable, setNoNewPrivileges } from "./prctl.ts"

/** Whom to become, and the capabilities (numbers of `capability`) to keep. */
export type PrivilegeTarget = { uid: number; gid: number; groups: readonly number[]; keep: readonly number[] }

/**
 * Gives up everything but `keep`, for ever. Called by root, it becomes the user given; called by anybody else, it leaves
 * the ids and drops the capabilities that are not kept. Capabilities belong to threads: call it before any Worker starts.
 * The order is the kernel's: the bounding set and the groups while still root, the capabilities after the change of user.
 */
export function dropPrivileges({ uid, gid, groups, keep }: PrivilegeTarget): void {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) {
    // In a container root may lack CAP_SETPCAP; no_new_privs then keeps the bounding set from mattering.
    if (getCapabilities().effective.includes(capability.setPcap)) dropBoundingExcept(keep)
    keepCapabilities(true)
    process.setgroups?.([...groups])
    process.setgid?.(gid)
    process.setuid?.(uid)
  }
  const permitted = getCapabilities().permitted.filter((number) => keep.includes(number))
  setCapabilities({ effective: permitted, permitted, inheritable: [] })
  keepCapabilities(false)
  setNoNewPrivileges()
  forbidCoreDumps()
  setDumpable(false)
}
