// A namespace with a /run of its own: configuration sockets of WireGuard that are made in it nobody else sees.
import { join } from "node:path"
import { createNamespace, type Namespace } from "./namespace.ts"
import { run, start } from "./process.ts"
import { until } from "./wait.ts"

const program = join(import.meta.dirname, "../server/bin/tundeck-wireguard.mjs")

export interface WireguardHost extends Namespace {
  /** Of a process that lives as long as the namespace does. */
  readonly pid: number
  /** `wg` inside; throws when it fails. */
  wg(...args: string[]): Promise<string>
  /** What `wg` says when it fails. */
  wgFailure(...args: string[]): Promise<string>
  /** `tundeck-wireguard` in the background, or what it says when it fails. */
  standAlone(name: string): Promise<string | undefined>
  /** A file inside that holds the text. */
  file(name: string, text: string): Promise<string>
}

export async function createWireguardHost(label: string): Promise<WireguardHost> {
  const namespace = await createNamespace(label)
  const script = "mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/files && exec sleep infinity"
  const holder = namespace.spawn("unshare", ["--mount", "sh", "-c", script])
  const inside = (command: string, args: readonly string[]) => [
    ...["--target", `${holder.pid}`, "--mount", "--net", "--", command],
    ...args,
  ]
  const exec: Namespace["exec"] = (command, args = [], options) => run("nsenter", inside(command, args), options)
  await until(async () => (await exec("test", ["-d", "/run/files"], { mayFail: true })).code === 0, {
    what: "a /run of its own",
  })
  return {
    ...namespace,
    pid: holder.pid,
    exec,
    spawn: (command, args = [], options) => start("nsenter", inside(command, args), options),
    async wg(...args) {
      return (await exec("wg", args)).stdout
    },
    async wgFailure(...args) {
      const { code, stderr } = await exec("wg", args, { mayFail: true })
      return code === 0 ? "" : stderr.trim()
    },
    async standAlone(name) {
      const { code, stderr } = await exec(process.execPath, [program, name], { mayFail: true })
      return code === 0 ? undefined : stderr.trim()
    },
    async file(name, text) {
      await exec("sh", ["-c", `umask 077; cat > /run/files/${name}`], { input: text })
      return `/run/files/${name}`
    },
  }
}
