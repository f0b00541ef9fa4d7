// One end of a transfer (transfer.ts), run inside a namespace: `send HOST PORT CHUNKS` or `receive HOST PORT CHUNKS`.
// Prints one hash per chunk of 1 MB. The receiver says `listening` first and ends when all has come.
import { createHash, randomBytes } from "node:crypto"
import { connect, createServer, type Socket } from "node:net"

const chunkBytes = 1_000_000
const [role, host = "", port, chunks] = process.argv.slice(2)
if (role === "send") await send(connect(Number(port), host))
else {
  const server = createServer((socket) => receive(socket, () => server.close()))
  server.listen(Number(port), host, () => console.log("listening"))
}

async function send(socket: Socket): Promise<void> {
  const chunk = randomBytes(chunkBytes)
  for (let i = 0; i < Number(chunks); i++) {
    const next = Buffer.from(chunk)
    next.writeUInt32BE(i)
    console.log(createHash("sha256").update(next).digest("hex"))
    if (!socket.write(next)) await new Promise((resolve) => socket.once("drain", resolve))
  }
  socket.end()
}

function receive(socket: Socket, done: () => void): void {
  let hash = createHash("sha256")
  let missing = chunkBytes
  socket.on("data", (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + missing)
      hash.update(part)
      missing -= part.length
      at += part.length
      if (missing > 0) continue
      console.log(hash.digest("hex"))
      hash = createHash("sha256")
      missing = chunkBytes
    }
  })
  socket.on("close", done)
}
