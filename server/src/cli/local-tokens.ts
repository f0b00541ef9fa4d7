import { accessSync, constants, statSync } from "node:fs"
import { userInfo } from "node:os"
import { join, resolve } from "node:path"
import type { Role, Token } from "@tundeck/shared"
import { defaultDataDirectory } from "../launcher/settings.ts"
import { Tokens } from "../panel/auth/tokens.ts"
import { createChanges } from "../panel/changes.ts"
import { openStore } from "../panel/store/open.ts"

/** The tokens as the host's own operator reaches them: in the data directory, without a token. */
export interface LocalTokens {
  list(): Token[]
  create(wish: { name: string; role: Role }): { id: string; token: string }
  revoke(id: string): void
}

/** undefined when this user is neither root nor the owner of a data directory that is in use. */
export function openLocalTokens(): LocalTokens | undefined {
  const uid = process.getuid?.() ?? -1
  const directory = resolve(process.env.TUNDECK_DATA_DIR || defaultDataDirectory(process.env, uid))
  const owner = ownerOf(directory)
  if (owner === undefined || (uid !== 0 && uid !== owner.uid)) return undefined
  if (uid === 0 && owner.uid !== 0) become(owner)
  const { store } = openStore(directory)
  const tokens = new Tokens(store, createChanges(), Date.now)
  const actor = `${accountName()} on this host`
  return {
    list: () => tokens.list(),
    create: (wish) => tokens.create(actor, wish),
    revoke: (id) => tokens.revoke(actor, id),
  }
}

/** Of the database; undefined where there is none to see. */
function ownerOf(directory: string): { uid: number; gid: number } | undefined {
  const file = join(directory, "tundeck.db")
  try {
    accessSync(file, constants.R_OK)
    return statSync(file)
  } catch {
    return undefined
  }
}

/** What the panel owns, root does not touch under its own name. For good: this process does nothing else. */
function become({ uid, gid }: { uid: number; gid: number }): void {
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
}

function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}` // an id without an account
  }
}
