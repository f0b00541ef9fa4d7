// An /etc/hosts of one engine's own.
import { writeFile } from "node:fs/promises"
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
  const write = () => {
    const lines = [...names].flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`))
    return writeFile(file, lines.join(""))
  }
  await write()
  const script = `mount --bind "$1" /etc/hosts; shift; exec "$@"`
  return {
    wrapper: ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh", file],
    set(name, ...addresses) {
      names.set(name, addresses)
      return write()
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  }
}
