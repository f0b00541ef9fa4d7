// What the set-ups of the others share.
import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Output, run } from "../../testing/process.ts"
import { until } from "../../testing/wait.ts"
import { inner, type Lab, type Side } from "../lab.ts"

/** Once the program has made it. */
export async function addressTun(lab: Lab, side: Side, mtu: number): Promise<void> {
  const { name } = lab[side]
  const isThere = async () => (await run("ip", ["-n", name, "link", "show", "tun0"], { mayFail: true })).code === 0
  await until(isThere, { what: `tun0 in ${name}` })
  await run("ip", ["-n", name, "address", "add", `${inner[side]}/24`, "dev", "tun0"])
  await run("ip", ["-n", name, "link", "set", "tun0", "mtu", `${mtu}`, "up"])
}

export async function secretFile(directory: string, name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  await chmod(path, 0o600)
  return path
}

export const line = ({ stdout }: Output) => stdout.trim()
