import { once } from "node:events"
import { createServer } from "node:net"
import { afterEach, expect, it } from "vitest"
import { checkPortIsFree, checkPortIsOpenToAll, untilListening } from "./listening.ts"

let close = () => {}
afterEach(() => close())

async function occupy(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1")
  close = () => server.close()
  await once(server, "listening")
  const address = server.address()
  return typeof address === "object" && address ? address.port : 0
}

it("a port in use is named, with another one to choose", async () => {
  const port = await occupy()
  await expect(checkPortIsFree({ host: "127.0.0.1", port })).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is in use by another program. Choose another: TUNDECK_LISTEN=127.0.0.1:${port + 1}`,
  )
})

it("an address of another machine is named", async () => {
  await expect(checkPortIsFree({ host: "203.0.113.7", port: 8080 })).rejects.toThrow("not an address of this machine")
})

it("a port below the first open one is refused before the panel fails on it", () => {
  expect(() => checkPortIsOpenToAll({ host: "::1", port: 443 }, 1024)).toThrow("TUNDECK_LISTEN=[::1]:8080")
  expect(() => checkPortIsOpenToAll({ host: "::1", port: 443 }, 443)).not.toThrow()
})

it("listening is noticed on the wildcard, too, and waiting ends when told so", async () => {
  const port = await occupy()
  await untilListening({ host: "0.0.0.0", port }, new AbortController().signal)
  close()
  await untilListening({ host: "127.0.0.1", port }, AbortSignal.timeout(50))
})
