// What the Docker daemon of a killed test run leaves: itself, its mounts, its directory and its bridge.
import { readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run, signalQuietly } from "../../testing/process.ts"
import { until } from "../../testing/wait.ts"

/** A daemon's directory is named so, then the pid of the test that started it. */
export const daemonPrefix = "tundeck-docker-"

export function pidFile(directory: string): string {
  return join(directory, "dockerd.pid")
}

/** Ends the daemons whose test is dead, and removes their directories. */
export async function endLeftDaemons(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(daemonPrefix) && /^(\d+)-/.exec(name.slice(daemonPrefix.length))?.[1]
    if (!owner || signalQuietly(Number(owner), 0)) continue
    const directory = join(tmpdir(), name)
    const pid = Number(await readFile(pidFile(directory), "utf8").catch(() => ""))
    const commandLine = () => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
    const isRunning = async () => pid > 0 && (await commandLine()).includes(directory)
    if (await isRunning()) {
      signalQuietly(pid, "SIGTERM")
      await until(async () => !(await isRunning()), { what: "a left dockerd to end", timeoutMs: 60_000 })
    }
    await removeDirectory(directory)
  }
}

/** Call it when no daemon runs: Docker's bridges that still stand in compose.yaml's network, and would take its packets. */
export async function removeLeftBridges(): Promise<void> {
  const { stdout } = await run("ip", ["-json", "address", "show", "type", "bridge"])
  const bridges = JSON.parse(stdout || "[]") as { ifname?: string; addr_info?: { local?: string }[] }[]
  for (const { ifname = "", addr_info: addresses = [] } of bridges) {
    const isLeft = /^br-[0-9a-f]{12}$/.test(ifname) && addresses.some(({ local }) => local?.startsWith("172.28.77."))
    if (isLeft) await run("ip", ["link", "delete", ifname])
  }
}

/** The daemon leaves a namespace mounted, and layers too when it was killed. */
export async function removeDirectory(directory: string): Promise<void> {
  const lines = (await readFile("/proc/self/mounts", "utf8")).split("\n")
  const mounted = lines.map((line) => line.split(" ")[1] ?? "").filter((path) => path.startsWith(`${directory}/`))
  for (const path of mounted.reverse()) await run("umount", [path])
  await rm(directory, { recursive: true, force: true })
}
