import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Namespace } from "../../../../../testing/namespace.ts"
import { until } from "../../../../../testing/wait.ts"
import type { FromWorker } from "../messages.ts"
import type { RelayProcessChange, RelayProcessOptions } from "./relay-process.ts"

const script = fileURLToPath(new URL("./relay-process.ts", import.meta.url))

/** A relay process in a namespace, with its interface up and addressed. */
export class RelayHost {
  readonly told: FromWorker[] = []
  readonly #child: ChildProcess

  static async start(namespace: Namespace, options: RelayProcessOptions, addresses: string[]): Promise<RelayHost> {
    const host = new RelayHost(namespace, options)
    const link = async () =>
      (await namespace.exec("ip", ["link", "show", options.interface], { mayFail: true })).code === 0
    await until(link, { what: `${options.interface} in ${namespace.name}`, timeoutMs: 30_000 })
    for (const address of addresses) {
      const nodad = address.includes(":") ? ["nodad"] : []
      await namespace.exec("ip", ["address", "add", address, "dev", options.interface, ...nodad])
    }
    await namespace.exec("ip", ["link", "set", options.interface, "mtu", `${options.mtu}`, "up"])
    return host
  }

  private constructor(namespace: Namespace, options: RelayProcessOptions) {
    const args = ["netns", "exec", namespace.name, process.execPath, script, JSON.stringify(options)]
    this.#child = spawn("ip", args, { stdio: ["pipe", "pipe", "inherit"] })
    const { stdout } = this.#child
    if (stdout !== null) createInterface({ input: stdout }).on("line", (line) => this.told.push(JSON.parse(line)))
  }

  change(change: RelayProcessChange): void {
    this.#child.stdin?.write(`${JSON.stringify(change)}\n`)
  }

  get states(): string[] {
    return this.told.flatMap((what) => (what.type === "state" ? [what.state] : []))
  }

  /** By which carrier peer `place` is connected; null while it is not. */
  carrier(place = 0): string | null {
    const last = this.told.findLast((what) => what.type === "peer" && what.peer === place)
    return last?.type === "peer" ? last.carrier : null
  }

  async up(carrier: string, place = 0): Promise<void> {
    const isUp = () => this.carrier(place) === carrier && this.states.at(-1) === "up"
    await until(isUp, { what: `peer ${place} over ${carrier}`, timeoutMs: 30_000 })
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()))
    this.#child.kill("SIGTERM")
    await ended
  }
}
