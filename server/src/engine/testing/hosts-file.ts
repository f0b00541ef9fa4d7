// An /etc/hosts of one engine's own.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../../../../testing/temporary.ts"

export interface HostsFile extends AsyncDisposable {
  /** The `wrapper` of an engine that shall read it. */
  readonly wrapper: readonly string[]
  /** From now on the name has these addresses. */
  set(name: string, ...addresses: readonly string[]): Promise<void>
}

export async function createHostsFile(): Promise<HostsFile> {
  const directory = await temporaryDirectory()
  const file = join(directory.path, "hosts")
  const names = new Map<string, readonly string[]>()
  // At once: of two who write at the same time, the one who knows fewer names might be the last.
  const write = () => {
    const lines = [...names].flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`))
    writeFileSync(file, lines.join(""))
  }
  write()
  const script = `mount --bind "$1" /etc/hosts; shift; exec "$@"`
  return {
    wrapper: ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh", file],
    async set(name, ...addresses) {
      names.set(name, addresses)
      write()
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  }
}
