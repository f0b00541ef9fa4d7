// The Docker daemon that the test talks to: the machine's own where one answers, else one that the test starts and ends.
// It touches no firewall rule and no default bridge: builds use the host's network, and published ports its proxy.
import { existsSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Running, type RunOptions, run, start } from "../../testing/process.ts"
import { until } from "../../testing/wait.ts"
import { daemonPrefix, endLeftDaemons, pidFile, removeDirectory, removeLeftBridges } from "./left-daemons.ts"

// Debian's client and daemon: another `docker` earlier on the path may lack what this test uses.
const client = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker"

export interface Docker extends AsyncDisposable {
  /** Runs `docker …` and gives back what it printed. Throws when it fails. */
  (...args: string[]): Promise<string>
  /** The environment in which `docker` and `docker-compose` find the daemon. */
  readonly env: NodeJS.ProcessEnv
  stop(): Promise<void>
}

export async function connectDocker(): Promise<Docker> {
  await endLeftDaemons()
  if (await answers(process.env)) return docker(process.env, async () => {})
  await removeLeftBridges()
  const directory = await mkdtemp(join(tmpdir(), `${daemonPrefix}${process.pid}-`))
  const socket = `unix://${join(directory, "docker.sock")}`
  const env = { ...process.env, DOCKER_HOST: socket }
  const paths = ["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")]
  const network = ["--bridge=none", "--iptables=false", "--ip-forward=false"]
  const logFile = join(directory, "dockerd.log")
  const daemon = start("dockerd", ["--host", socket, "--pidfile", pidFile(directory), ...paths, ...network], {
    logFile,
  })
  try {
    const ready = () => answers(env, daemon)
    await until(ready, { what: "dockerd to answer", timeoutMs: 60_000, intervalMs: 250 })
  } catch (error) {
    const printed = daemon.output()
    await end(daemon, directory)
    throw new Error(`dockerd did not start; it printed:\n${printed}`, { cause: error })
  }
  return docker(env, () => end(daemon, directory))
}

function docker(env: NodeJS.ProcessEnv, stop: () => Promise<void>): Docker {
  const options: RunOptions = { env, timeoutMs: 600_000 }
  const command = async (...args: string[]) => (await run(client, args, options)).stdout.trim()
  return Object.assign(command, { env, stop, [Symbol.asyncDispose]: stop })
}

async function answers(env: NodeJS.ProcessEnv, daemon?: Running): Promise<boolean> {
  if (daemon?.exited) throw new Error("dockerd ended")
  return (await run(client, ["version"], { env, mayFail: true })).code === 0
}

/** SIGTERM lets the daemon stop its containers and unmount its layers; the directory can only then be removed. */
async function end(daemon: Running, directory: string): Promise<void> {
  daemon.signal("SIGTERM")
  await until(() => daemon.exited, { what: "dockerd to end", timeoutMs: 60_000 })
  await removeDirectory(directory)
}
