// Removal of what a test made, at its end or, when its process was killed, at the start of the next run.
import { readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { run, signalQuietly } from "./process.ts"

/** Temporary directories are named `tundeck-test-<pid>-…`; what uses one has its path in its environment. */
export const directoryPrefix = `tundeck-test-`

/** Whoever still wrote into it may have had a last word. */
export function removeDirectory(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 10 })
}

/** Ends what runs inside (first politely, so that it can tidy up), then removes the namespace. Does nothing when it is gone. */
export async function deleteNamespace(name: string): Promise<void> {
  const exists = (await namesIn("/run/netns")).includes(name)
  if (!exists) return
  const pids = async () => (await run("ip", ["netns", "pids", name])).stdout.split("\n").filter(Boolean).map(Number)
  for (const pid of await pids()) signalQuietly(pid, "SIGTERM")
  for (let tries = 0; tries < 80; tries++) {
    const left = await pids()
    if (left.length === 0) break
    if (tries >= 40) for (const pid of left) signalQuietly(pid, "SIGKILL")
    await sleep(50)
  }
  await run("ip", ["netns", "delete", name])
}

/** Removes the namespaces, directories and processes whose owner, the pid in their name, is dead. */
export async function sweep(): Promise<void> {
  for (const name of await namesIn("/run/netns")) {
    const owner = /^td-(\d+)-/.exec(name)?.[1]
    // Another run may sweep the same name at the same time.
    if (owner !== undefined && !isAlive(Number(owner))) await deleteNamespace(name).catch(() => {})
  }
  for (const name of await namesIn(tmpdir())) {
    const owner = name.startsWith(directoryPrefix) && /^(\d+)-/.exec(name.slice(directoryPrefix.length))?.[1]
    if (!owner || isAlive(Number(owner))) continue
    const directory = join(tmpdir(), name)
    for (const pid of await processesThatUse(directory)) signalQuietly(pid, "SIGKILL")
    await removeDirectory(directory).catch(() => {}) // likewise
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => [])
}

function isAlive(pid: number): boolean {
  return signalQuietly(pid, 0)
}

async function processesThatUse(directory: string): Promise<number[]> {
  const pids: number[] = []
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue
    const environment = await readFile(join("/proc", entry, "environ"), "utf8").catch(() => "")
    if (environment.includes(directory)) pids.push(Number(entry))
  }
  return pids
}
