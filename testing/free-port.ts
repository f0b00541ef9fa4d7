import { once } from "node:events"
import { createServer } from "node:net"

/** Below those that the kernel gives to callers: what is free now is not taken by chance before it is used. */
const first = 20_000
const count = 12_000

/** A TCP port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count)
    const server = createServer().listen(port, "127.0.0.1")
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, "close")
    return port
  }
}
