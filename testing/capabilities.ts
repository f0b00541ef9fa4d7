// What a process may do, from /proc/<pid>/status.
import { readFile } from "node:fs/promises"

/** linux/capability.h, in the order of the bits; beyond those the number. */
const names = [
  ["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ["LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW"],
].flat()

export interface Privileges {
  uid: number
  gid: number
  /** The sets in which a capability can be used or gained: bounding, permitted, effective, inheritable, ambient. */
  bounding: string[]
  permitted: string[]
  effective: string[]
  inheritable: string[]
  ambient: string[]
  noNewPrivileges: boolean
  /** Bytes of a core dump, soft and hard. */
  coreLimits: [number, number]
}

export async function privilegesOf(pid: number): Promise<Privileges> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  const limits = await readFile(`/proc/${pid}/limits`, "utf8")
  const [soft, hard] = /^Max core file size +(\S+) +(\S+)/m.exec(limits)?.slice(1) ?? []
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? ""
  return {
    uid: Number(field("Uid")),
    gid: Number(field("Gid")),
    bounding: capabilities(field("CapBnd")),
    permitted: capabilities(field("CapPrm")),
    effective: capabilities(field("CapEff")),
    inheritable: capabilities(field("CapInh")),
    ambient: capabilities(field("CapAmb")),
    noNewPrivileges: field("NoNewPrivs") === "1",
    coreLimits: [Number(soft), Number(hard)], // "unlimited" is NaN
  }
}

function capabilities(mask: string): string[] {
  const bits = BigInt(`0x${mask}`)
  const held: string[] = []
  for (let bit = 0; bits >> BigInt(bit) > 0n; bit++) if ((bits >> BigInt(bit)) & 1n) held.push(names[bit] ?? `${bit}`)
  return held
}
