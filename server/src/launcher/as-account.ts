import type { Account } from "./accounts.ts"

/**
 * Does something with the rights of another user, as root; null: with our own. The panel owns the data directory, so root
 * touches nothing in it under its own name: a link planted there leads no further than the panel itself can go.
 * The kernel forgets the parent death signal here: set it afterwards.
 */
export function asAccount<T>(account: Account | null, act: () => T): T {
  if (account === null) return act()
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([account.gid])
  process.setegid?.(account.gid)
  process.seteuid?.(account.uid)
  try {
    return act()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
}
