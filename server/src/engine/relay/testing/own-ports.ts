import { bind, closeSocket, openTcpSocket, SyscallError } from "@tundeck/native-bindings"

/** None of them among those that the kernel gives to callers, nor where `freePort` looks. */
const firstPort = 10_000
const blocks = 100
const block = 100

let first: number | undefined
let given = 0

/** A port of this host that no other process has that asks so; after 99 of them the first is given again. */
export function ownPort(): number {
  first ??= takeBlock()
  return first + 1 + (given++ % (block - 1))
}

/** Whoever has the block's first port has the block, until its process ends. */
function takeBlock(): number {
  for (let tries = 0; tries < blocks; tries++) {
    const port = firstPort + ((process.pid + tries) % blocks) * block
    const socket = openTcpSocket(4)
    try {
      bind(socket, { address: "127.0.0.1", port })
      return port
    } catch (error) {
      closeSocket(socket)
      if (!(error instanceof SyscallError && error.code === "EADDRINUSE")) throw error
    }
  }
  throw new Error("all ports for tests are taken")
}
