// One end of a flow (live-flow.ts), run inside a namespace: `send HOST PORT` until SIGTERM, `receive HOST PORT`.
// Prints what was counted so far now and then, and `bytes N, hash H` at its end. The receiver says `listening` first.
import { createHash, randomBytes } from "node:crypto"
import { connect, createServer, type Socket } from "node:net"

const [role, host = "", port] = process.argv.slice(2)
const hash = createHash("sha256")
let bytes = 0

function count(part: Buffer): void {
  hash.update(part)
  bytes += part.length
}

function end(): void {
  console.log(`bytes ${bytes}, hash ${hash.digest("hex")}`)
}

function send(socket: Socket): void {
  let mayWrite = true
  socket.on("drain", () => (mayWrite = true))
  const pace = setInterval(() => {
    if (!mayWrite) return
    const part = randomBytes(32_768)
    count(part)
    mayWrite = socket.write(part)
  }, 4)
  process.once("SIGTERM", () => {
    clearInterval(pace)
    socket.end()
    end()
  })
}

if (role === "send") send(connect(Number(port), host))
else {
  const server = createServer((socket) => {
    const progress = setInterval(() => console.log(`so far ${bytes}`), 50)
    socket.on("data", count)
    socket.on("close", () => {
      clearInterval(progress)
      server.close()
      end()
    })
  })
  server.listen(Number(port), host, () => console.log("listening"))
}
