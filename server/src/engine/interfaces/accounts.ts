import { readFileSync } from "node:fs"
import { Problem } from "@tundeck/shared"

/** Users or groups of this machine: /etc/passwd or /etc/group. No sub-process asks for directory services: such accounts go by number. */
export interface Accounts {
  /** Throws Problem owner-not-found or group-not-found. A number is passed on: it need not have a name. */
  idOf(account: string | number): number
  nameOf(id: number): string | undefined
}

export function usersOf(path = "/etc/passwd"): Accounts {
  return accountsIn(path, (name) => {
    const detail = `There is no user ${name} on this machine. Write a name from ${path}, or the number.`
    return new Problem("owner-not-found", detail, [{ path: "owner", message: detail }])
  })
}

export function groupsOf(path = "/etc/group"): Accounts {
  return accountsIn(path, (name) => {
    const detail = `There is no group ${name} on this machine. Write a name from ${path}, or the number.`
    return new Problem("group-not-found", detail, [{ path: "group", message: detail }])
  })
}

/** Both files hold lines of `name:password:id:…` (passwd(5), group(5)). The first line of an id or a name counts, as in libc. */
export function parseAccounts(text: string): { name: string; id: number }[] {
  return text.split("\n").flatMap((line) => {
    const [name, , id] = line.split(":")
    return name && id && /^\d+$/.test(id) ? [{ name, id: Number(id) }] : []
  })
}

function accountsIn(path: string, notFound: (name: string) => Problem): Accounts {
  // Read each time: accounts come and go while the engine runs, and the files are small.
  const read = () => parseAccounts(readOrEmpty(path))
  return {
    idOf(account) {
      if (typeof account === "number") return account
      const found = read().find(({ name }) => name === account)
      if (found === undefined) throw notFound(account)
      return found.id
    },
    nameOf: (id) => read().find((account) => account.id === id)?.name,
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}
