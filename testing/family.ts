// Who is who among the processes of one running Tundeck.
import { readdir, readFile } from "node:fs/promises"

export type Role = "launcher" | "panel" | "engine"

/** The launcher and what descends from it, by the file each runs. */
export async function familyOf(launcher: number): Promise<{ role: Role; pid: number }[]> {
  const family: { role: Role; pid: number }[] = []
  const parents = await parentOfEach()
  if (parents.has(launcher)) family.push({ role: "launcher", pid: launcher })
  for (const pid of parents.keys()) {
    if (!descends(pid, launcher, parents)) continue
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
    if (command.includes("/engine/")) family.push({ role: "engine", pid })
    else if (command.includes("/panel/")) family.push({ role: "panel", pid })
  }
  return family
}

async function parentOfEach(): Promise<Map<number, number>> {
  const parents = new Map<number, number>()
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/status`, "utf8").catch(() => "")
    const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1]
    if (parent) parents.set(Number(entry), Number(parent))
  }
  return parents
}

function descends(pid: number, ancestor: number, parents: Map<number, number>): boolean {
  for (let at = parents.get(pid); at; at = parents.get(at)) if (at === ancestor) return true
  return false
}
