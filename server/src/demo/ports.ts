import { createServer } from "node:net"
import { StartError } from "../launcher/start-error.ts"

const first = 8081
const last = 8999

/** Free ports of loopback, the lowest from 8081 on. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = first; port <= last && ports.length < count; port++) if (await isFree(port)) ports.push(port)
  if (ports.length < count) throw new StartError(`There are no ${count} free ports from ${first} to ${last}.`)
  return ports
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)))
  })
}
