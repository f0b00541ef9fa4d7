import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setImmediate, setTimeout as sleep } from "node:timers/promises"
import { errno, openUnixListener } from "@tundeck/native-bindings"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { eventually, until } from "../../../../testing/wait.ts"
import type { SetRequest } from "./configuration.ts"
import { type Device, defaultLimits, type Limits } from "./connection.ts"
import { longestLine } from "./line-reader.ts"
import { type ConfigurationServer, serveConfiguration } from "./serve.ts"

let directory: string
let server: ConfigurationServer
const clients: Socket[] = []
const sets: SetRequest[] = []
let answered = 0

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "serve-"))
  sets.length = 0
  answered = 0
})
afterEach(() => {
  vi.useRealTimers()
  for (const client of clients.splice(0)) client.destroy()
  server.close()
  rmSync(directory, { recursive: true })
})

const short = { get: () => "listen_port=7\nerrno=0\n\n" }
/** Those of the limits; sockets go on. */
const timers: Parameters<typeof vi.useFakeTimers>[0] = { toFake: ["setTimeout", "clearTimeout"] }
const path = () => join(directory, "wg0.sock")

function serve(limits: Partial<Limits> = {}, device: Partial<Device> = {}): void {
  const set = (request: SetRequest) => {
    sets.push(request)
    return request.listenPort === 1 ? errno.EADDRINUSE : 0
  }
  server = serveConfiguration(
    openUnixListener(path(), 16),
    { ...short, set, ...device },
    { ...defaultLimits, ...limits },
  )
}

function client(): Socket {
  const socket = connect({ path: path(), allowHalfOpen: true })
  socket.on("error", () => {})
  clients.push(socket)
  return socket
}

/** Writes, closes its direction, and answers everything that comes until the end. */
async function say(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = client()
  const answer = heard(socket)
  for (const piece of pieces) {
    socket.write(piece)
    await sleep(1)
  }
  socket.end()
  return answer
}

async function heard(socket: Socket): Promise<string> {
  let text = ""
  socket.setEncoding("latin1").on("data", (more: string) => {
    text += more
  })
  await ended(socket)
  return text
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve())
    socket.once("end", () => resolve())
  })
}

it("requests on one connection are answered in their order, however their bytes come", async () => {
  serve()
  const text = "get=1\n\nset=1\nlisten_port=1\n\nset=1\nlisten_port=2\n\nget=1\n\n"
  const expected = `${short.get()}errno=-98\n\nerrno=0\n\n${short.get()}`
  expect(await say(text)).toBe(expected)
  expect(await say(...text)).toBe(expected)
  expect(sets.map(({ listenPort }) => listenPort)).toEqual([1, 2, 1, 2])
})

it("a request without its end is not done", async () => {
  serve()
  expect(await say("set=1\nlisten_port=2\n")).toBe("")
  expect(await say("set=1\nlisten_port=2")).toBe("")
  expect(sets).toEqual([])
})

it("what is refused says why, and the next request counts; what is no request ends the connection", async () => {
  serve()
  expect(await say("set=1\nlisten_port=x\n\nget=1\n\n")).toBe(`errno=-22\n\n${short.get()}`)
  expect(await say("hello\n\nget=1\n\n")).toBe("errno=-71\n\n")
  expect(await say(`${"hello\n".repeat(20_000)}\n`)).toBe("errno=-71\n\n")
  expect(sets).toEqual([])
})

it("a line or a request that is too long ends the connection without an answer", async () => {
  serve({ longestRequest: 200_000 })
  expect(await say(`set=1\nfwmark=${"1".repeat(longestLine)}\n\n`)).toBe("")
  expect(await say(Buffer.alloc(1_000_000, "x"))).toBe("")
  expect(await say("set=1\n", Buffer.alloc(1_000_000, "fwmark=1\n"))).toBe("")
  expect(await say("get=1\n\n")).toBe(short.get())
})

it("many requests on one connection are no long one", async () => {
  serve({ longestRequest: 100 })
  expect(await say(...Array.from({ length: 50 }, () => "get=1\n\n"))).toBe(short.get().repeat(50))
})

it("who does not finish a request, or sends none, is cut off", async () => {
  vi.useFakeTimers(timers)
  serve()
  const silent = client()
  const half = client()
  half.write("set=1\nfwm")
  const dripping = client()
  let gone = 0
  for (const socket of [silent, half, dripping]) void ended(socket).then(() => gone++)
  const areGone = () => {
    dripping.write("\0")
    vi.advanceTimersByTime(1_000)
    return gone === 3
  }
  await until(areGone, { what: "all three to be cut off", intervalMs: 5 })
  expect(await say("get=1\n\n")).toBe(short.get())
})

it("who does not take the answer gets no second one, and is cut off", async () => {
  vi.useFakeTimers(timers)
  const answer = `${"x".repeat(4_000_000)}\n`
  const get = () => {
    answered += 1
    return answer
  }
  serve({}, { get })
  const slow = client()
  slow.pause()
  slow.write("get=1\n\n".repeat(5_000))
  const gone = ended(slow)
  await until(() => answered > 0, { what: "the first answer" })
  for (let turns = 0; turns < 50; turns++) await setImmediate()
  expect(answered).toBe(1)
  vi.advanceTimersByTime(defaultLimits.requestMs)
  slow.resume()
  await gone
  expect(answered).toBe(1)
})

it("of many clients at once the first are served and the others turned away", async () => {
  serve()
  const many = Array.from({ length: 40 }, client)
  let closed = 0
  for (const socket of many) {
    socket.resume()
    void ended(socket).then(() => closed++)
  }
  await until(() => closed >= 24, { what: "the others to be turned away" })
  expect(closed).toBe(24)
  for (const socket of many) socket.destroy()
  await eventually(async () => expect(await say("get=1\n\n")).toBe(short.get())) // once it has noticed that they went
})
