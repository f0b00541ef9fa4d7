import { createNamespace, type Namespace } from "../../../testing/namespace.ts"
import { close, open, openFlags } from "../libc/files.ts"
import { namespaceType, setns } from "../process/namespaces.ts"

/** A namespace that the test's own thread has moved into, and leaves at disposal. */
export async function enterNamespace(label: string): Promise<Namespace> {
  const home = open("/proc/thread-self/ns/net", openFlags.readOnly | openFlags.closeOnExec)
  const namespace = await createNamespace(label)
  const fd = open(`/run/netns/${namespace.name}`, openFlags.readOnly | openFlags.closeOnExec)
  setns(fd, namespaceType.network)
  close(fd)
  // Deletion ends every process inside: be out first.
  const leave = async () => {
    setns(home, namespaceType.network)
    close(home)
    await namespace.delete()
  }
  return { ...namespace, delete: leave, [Symbol.asyncDispose]: leave }
}

/** Runs JavaScript in a process of its own inside, where `native` is this package; what it prints is JSON. */
export async function runScript(namespace: Namespace, script: string): Promise<unknown> {
  const door = new URL("../index.ts", import.meta.url).href
  const whole = `import * as native from ${JSON.stringify(door)}\n${script}`
  const { stdout } = await namespace.exec(process.execPath, ["--input-type=module", "--eval", whole])
  return JSON.parse(stdout)
}
