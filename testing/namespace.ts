// Network namespaces for tests: every interface, address and process of a test lives in one and goes with it.
import { deleteNamespace, sweep } from "./cleanup.ts"
import { type Output, type Running, type RunOptions, run, type StartOptions, start } from "./process.ts"

export interface Namespace extends AsyncDisposable {
  readonly name: string
  /** Runs a command inside, to its end. Throws when it fails, unless `mayFail`. */
  exec(command: string, args?: readonly string[], options?: RunOptions): Promise<Output>
  /** Starts a command inside; `delete` ends it. */
  spawn(command: string, args?: readonly string[], options?: StartOptions): Running
  /** `ip -j -d …` inside, parsed: the oracle for what the kernel holds. */
  ip(...args: string[]): Promise<Record<string, unknown>[]>
  /** Ends every process inside, by pid, and removes the namespace. */
  delete(): Promise<void>
}

let count = 0
let swept: Promise<void> | undefined

/** A new namespace with `lo` up, named `td-<pid>-<n>-<label>`. */
export async function createNamespace(label = "host"): Promise<Namespace> {
  swept ??= sweep()
  await swept
  const name = await addUnderFreeName(label)
  const inside = (command: string, args: readonly string[]) => ["netns", "exec", name, command, ...args]
  await run("ip", ["-n", name, "link", "set", "lo", "up"])
  return {
    name,
    exec: (command, args = [], options) => run("ip", inside(command, args), options),
    spawn: (command, args = [], options) => start("ip", inside(command, args), options),
    async ip(...args) {
      const { stdout } = await run("ip", ["-n", name, "-j", "-d", ...args])
      return stdout.trim() === "" ? [] : JSON.parse(stdout)
    },
    delete: () => deleteNamespace(name),
    [Symbol.asyncDispose]: () => deleteNamespace(name),
  }
}

async function addUnderFreeName(label: string): Promise<string> {
  for (;;) {
    const name = `td-${process.pid}-${count++}-${label}`
    const { code, stderr } = await run("ip", ["netns", "add", name], { mayFail: true })
    if (code === 0) return name
    if (!stderr.includes("File exists")) throw new Error(`ip netns add ${name}: ${stderr}`)
  }
}
