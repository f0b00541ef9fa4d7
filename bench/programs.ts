// What must be installed to measure against it.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Contender } from "./lab.ts"

const common = ["ip", "ss", "sysctl", "iperf3", "ping", "cc", "socat"]
const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"]

export function missingPrograms(contenders: readonly Contender[]): string[] {
  const needed = new Set([...common, ...contenders.flatMap(({ programs = [] }) => programs)])
  return [...needed].filter((program) => !folders.some((folder) => existsSync(join(folder, program))))
}
