// Ways in and out of a namespace. UNIX sockets cross network namespaces, TCP does not: so a TCP port on one side leads
// over a UNIX socket to a TCP address on the other, and browser, fetch and WebSocket stay outside.
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { join } from "node:path"
import type { Namespace } from "./namespace.ts"
import type { Running } from "./process.ts"
import { type TemporaryDirectory, temporaryDirectory } from "./temporary.ts"
import { until } from "./wait.ts"

export interface Forward {
  /** On 127.0.0.1, outside. */
  readonly port: number
  close(): Promise<void>
}

export interface Target {
  host: string
  port: number
}

/** A free port outside that leads to `target` inside, by default to the same port of 127.0.0.1: then one address is right on both sides. */
export async function forwardInto(namespace: Namespace, target?: Target): Promise<Forward> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, "in.sock")
  const outside = createServer((client) => splice(client, connect(path)))
  outside.listen(0, "127.0.0.1")
  await once(outside, "listening")
  const { port } = outside.address() as AddressInfo
  const helper = namespace.spawn("socat", [
    "-t10",
    `UNIX-LISTEN:${path},fork`,
    tcp(target ?? { host: "127.0.0.1", port }),
  ])
  // Not -l: it shows what is bound and does not listen yet, too.
  const listening = async () => (await namespace.exec("ss", ["-Hx", "state", "listening", "src", path])).stdout !== ""
  await until(listening, { what: `socat in ${namespace.name} to listen` })
  return { port, close: () => closeAll(outside, helper, directory) }
}

/** Hands every TCP connection to `host:port` inside to `onConnection` outside. */
export async function listenInside(
  namespace: Namespace,
  { host, port }: Target,
  onConnection: (socket: Socket) => void,
): Promise<{ close(): Promise<void> }> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, "out.sock")
  const outside = createServer({ allowHalfOpen: false }, onConnection).listen(path)
  await once(outside, "listening")
  const family = host.includes(":") ? "TCP6" : "TCP4"
  const listen = `${family}-LISTEN:${port},bind=${bracketed(host)},reuseaddr,fork`
  const helper = namespace.spawn("socat", ["-t10", listen, `UNIX-CONNECT:${path}`])
  const listening = async () => (await namespace.exec("ss", ["-Hltn", `sport = :${port}`])).stdout !== ""
  await until(listening, { what: `socat to listen on port ${port} in ${namespace.name}` })
  return { close: () => closeAll(outside, helper, directory) }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host
}

function tcp({ host, port }: Target): string {
  return `${host.includes(":") ? "TCP6" : "TCP4"}:${bracketed(host)}:${port}`
}

/** What one side says goes to the other; when one is gone, so is the other. */
function splice(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to)
    from.on("error", () => to.destroy())
    from.on("close", () => to.destroy())
  }
}

async function closeAll(server: Server, helper: Running, directory: TemporaryDirectory): Promise<void> {
  server.close()
  await helper.stop()
  await directory.remove()
}
