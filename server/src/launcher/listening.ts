import { once } from "node:events"
import { readFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { type Endpoint, formatEndpoint } from "@tundeck/shared"
import { StartError } from "./start-error.ts"

/** Says in words why the panel could not listen there, before anything is started. */
export async function checkPortIsFree(endpoint: Endpoint): Promise<void> {
  const server = createServer()
  try {
    server.listen({ ...endpoint, exclusive: true })
    await once(server, "listening")
  } catch (error) {
    throw new StartError(explain(error, endpoint))
  } finally {
    server.close()
  }
}

function explain(error: unknown, endpoint: Endpoint): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  const choose = `Choose another: TUNDECK_LISTEN=${formatEndpoint({ host: endpoint.host, port: endpoint.port + 1 })}`
  if (code === "EADDRINUSE") return `Port ${endpoint.port} of ${endpoint.host} is in use by another program. ${choose}`
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `${endpoint.host} is not an address of this machine. Choose one that is: TUNDECK_LISTEN=127.0.0.1:${endpoint.port}`
  }
  if (code === "EACCES")
    return `Port ${endpoint.port} may not be opened by this user: below 1024 it takes root. ${choose}`
  return `${formatEndpoint(endpoint)} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`
}

/** The panel listens as its own user, who has no capability. */
export function checkPortIsOpenToAll({ host, port }: Endpoint, firstOpen = firstOpenPort()): void {
  if (port >= firstOpen) return
  throw new StartError(
    `The panel is not root, and ports below ${firstOpen} take root. ` +
      `Choose a higher one: TUNDECK_LISTEN=${formatEndpoint({ host, port: 8080 })}; ` +
      `or open them to all: sysctl -w net.ipv4.ip_unprivileged_port_start=${port}`,
  )
}

function firstOpenPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"))
  } catch {
    return 1024 // before Linux 4.11
  }
}

/** Resolves once something accepts connections there. */
export async function untilListening(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[endpoint.host] ?? endpoint.host
  while (!signal.aborted) {
    if (await accepts(host, endpoint.port)) return
    await sleep(30)
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once("connect", () => settle(true))
    socket.once("error", () => settle(false))
  })
}
