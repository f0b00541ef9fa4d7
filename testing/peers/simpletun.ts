// The C peer at work in a namespace: its interface made and addressed as the tutorial does, then the program on it.
import { addAddress } from "../links.ts"
import type { Namespace } from "../namespace.ts"
import { type Running, run } from "../process.ts"
import { until } from "../wait.ts"
import { buildSimpletun } from "./build.ts"

export interface SimpletunOptions {
  kind: "tun" | "tap"
  /** Where to connect; without it the peer listens. */
  connect?: string
  port?: number
  /** Inner addresses with their prefix length. */
  addresses?: readonly string[]
  name?: string
  mtu?: number
  noDelay?: boolean
  /** One write for length and frame together, where the tutorial's program makes two. */
  oneWrite?: boolean
  bufferBytes?: number
  /** Debug output goes there. */
  logFile?: string
}

/** Starts the peer. When this returns it listens or is connected, or has ended because it could not. */
export async function startSimpletun(namespace: Namespace, options: SimpletunOptions): Promise<Running> {
  const { kind, connect, port = 55555, addresses = [], name = `${kind}0`, mtu = 1500, bufferBytes, logFile } = options
  const program = await buildSimpletun()
  const found = await run("ip", ["-n", namespace.name, "link", "show", name], { mayFail: true })
  if (found.code !== 0) {
    await run("ip", ["-n", namespace.name, "tuntap", "add", "dev", name, "mode", kind])
    for (const address of addresses) await addAddress(namespace, name, address)
    await run("ip", ["-n", namespace.name, "link", "set", name, "mtu", `${mtu}`, "up"])
  }
  const peer = namespace.spawn(
    program,
    [
      ["-i", name, "-p", `${port}`, kind === "tap" ? "-a" : "-u"],
      connect === undefined ? ["-s"] : ["-c", connect],
      options.noDelay ? ["-N"] : [],
      options.oneWrite ? ["-1"] : [],
      bufferBytes === undefined ? [] : ["-b", `${bufferBytes}`],
      logFile === undefined ? [] : ["-d"],
    ].flat(),
    logFile === undefined ? {} : { logFile },
  )
  // It listens for one call only: who waits for that may have made it by the time we look.
  const [what, filter] =
    connect === undefined
      ? [`simpletun to listen on port ${port}`, ["state", "listening", "state", "established", `sport = :${port}`]]
      : [`simpletun to be connected with ${connect}`, ["state", "established", `dport = :${port}`]]
  await until(async () => peer.exited || (await namespace.exec("ss", ["-Htn", ...filter])).stdout !== "", { what })
  return peer
}
