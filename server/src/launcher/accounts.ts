import { readFileSync } from "node:fs"

export interface Account {
  uid: number
  gid: number
}

/** Whom panel and engine become where the machine has no account for them: ids that no distribution hands out. */
export const unlisted = { panel: { uid: 64_173, gid: 64_173 }, engine: { uid: 64_174, gid: 64_174 } } as const

/** A name, `uid` or `uid:gid`; undefined when /etc/passwd has no such name. */
export function findAccount(text: string, passwd = readPasswd()): Account | undefined {
  const numeric = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text)
  if (numeric) {
    const uid = Number(numeric[1])
    return { uid, gid: Number(numeric[2] ?? uid) }
  }
  // passwd(5): name:password:uid:gid:comment:home:shell
  for (const line of passwd.split("\n")) {
    const [name, , uid, gid] = line.split(":")
    if (name === text && uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return undefined
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8")
  } catch {
    return "" // a container without one
  }
}
