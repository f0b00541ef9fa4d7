import { once } from "node:events"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type CallCause,
  type EngineMethod,
  engineMethods,
  type PacketBatch,
  PacketBatchStream,
  Problem,
} from "@tundeck/shared"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { eventually } from "../../../testing/wait.ts"
import { largestMessage } from "./bounded-reader.ts"
import { connectEngine, type NotificationHandlers } from "./connect.ts"
import { type EngineHandlers, type EngineServer, serveEngine } from "./serve.ts"
import { servePackets } from "./serve-packets.ts"

const nobodyListens: NotificationHandlers = {
  "interfaces.changed": () => {},
  "tunnel.changed": () => {},
  "tunnel.stamped": () => {},
  "tunnel.reconfigured": () => {},
  event: () => {},
}

/** Every method refuses, but those given. */
function handlers(some: Partial<EngineHandlers>): EngineHandlers {
  const refuse = (): never => {
    throw new Problem("internal", "not in this test")
  }
  const names = Object.keys(engineMethods) as EngineMethod[] // Object.keys forgets the literal type
  return { ...(Object.fromEntries(names.map((name) => [name, refuse])) as unknown as EngineHandlers), ...some }
}

let directory: string
let path: string
const closing: (() => unknown)[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-rpc-"))
  path = join(directory, "engine.sock")
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  rmSync(directory, { recursive: true })
})

async function serving(some: Partial<EngineHandlers>, options = {}): Promise<EngineServer> {
  const server = await serveEngine(path, handlers(some), options)
  closing.push(() => server.close())
  return server
}

async function connecting(notifications = nobodyListens) {
  const connection = await connectEngine(path, notifications)
  closing.push(() => connection.close())
  return connection
}

it("a call carries its parameters there and its answer back", async () => {
  const stop = vi.fn(() => null)
  await serving({ "tunnel.stop": stop, "host.checks": () => [] })
  const engine = await connecting()
  expect(await engine.call("host.checks", null)).toEqual([])
  expect(await engine.call("tunnel.stop", { id: "t1" })).toBe(null)
  expect(stop).toHaveBeenCalledWith({ id: "t1" })
})

it("why a call was made reaches what does it, beside parameters or none; without a why it is the method itself", async () => {
  const causes: unknown[] = []
  const actFor = <T>(cause: CallCause, act: () => T): T => {
    causes.push(cause)
    return act()
  }
  await serving({ "tunnel.stop": () => null, "host.checks": () => [] }, { actFor })
  const engine = await connecting()
  const cause = { request: "r1", action: "stopTunnel" }
  expect(await engine.call("tunnel.stop", { id: "t1" }, cause)).toBe(null)
  expect(await engine.call("host.checks", null, cause)).toEqual([])
  await engine.call("host.checks", null)
  expect(causes).toEqual([cause, cause, { request: null, action: "host.checks" }])
})

it("a problem arrives as the same problem", async () => {
  const problem = new Problem("interface-held", "tun7 is held by openvpn (pid 4242).", [{ path: "name", message: "x" }])
  await serving({
    "interface.delete": () => {
      throw problem
    },
  })
  const engine = await connecting()
  await expect(engine.call("interface.delete", { name: "tun7" })).rejects.toEqual(problem)
})

it("parameters are checked again by the engine", async () => {
  await serving({ "tunnel.stop": () => null })
  const engine = await connecting()
  const wrong = { id: "t1", also: "this" }
  await expect(engine.call("tunnel.stop", wrong)).rejects.toMatchObject({ code: "validation-failed" })
})

it("what a handler did not mean to throw is told to the engine alone", async () => {
  const onFault = vi.fn()
  const fault = new TypeError("secret")
  await serving(
    {
      "tunnel.list": () => {
        throw fault
      },
    },
    { onFault },
  )
  const engine = await connecting()
  await expect(engine.call("tunnel.list", null)).rejects.toMatchObject({ code: "internal", detail: undefined })
  expect(onFault).toHaveBeenCalledWith(fault, "tunnel.list")
})

it("an answer that does not fit the protocol does not leave the engine", async () => {
  const onFault = vi.fn()
  const wrong: unknown = [{ id: "t1" }]
  await serving({ "tunnel.list": () => wrong as never }, { onFault })
  const engine = await connecting()
  await expect(engine.call("tunnel.list", null)).rejects.toMatchObject({ code: "internal" })
  expect(onFault).toHaveBeenCalledOnce()
})

it("notifications arrive checked", async () => {
  const heard: unknown[] = []
  const server = await serving({ "host.checks": () => [] })
  const engine = await connecting({
    ...nobodyListens,
    "interfaces.changed": () => heard.push("interfaces"),
    event: (event) => heard.push(event),
  })
  await engine.call("host.checks", null)
  const event = { time: 1, severity: "info", subject: "interface tun0", text: "up" } as const
  server.notify("interfaces.changed", null)
  server.notify("event", event)
  await eventually(() => expect(heard).toEqual(["interfaces", event]))
})

it("a call that waits when the engine dies ends as engine-unavailable", async () => {
  const server = await serving({ "tunnel.list": () => new Promise(() => {}) })
  const engine = await connecting()
  const waiting = engine.call("tunnel.list", null)
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: "engine-unavailable" }), server.close()])
  await engine.closed
  await expect(engine.call("tunnel.list", null)).rejects.toMatchObject({ code: "engine-unavailable" })
})

it("the socket is its owner's alone", async () => {
  await serving({})
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it("who is not authorized is cut off", async () => {
  await serving({ "host.checks": () => [] }, { authorize: () => false })
  const engine = await connecting()
  await engine.closed
})

it("a second panel is turned away while the first is there, and taken when it is gone", async () => {
  await serving({ "host.checks": () => [] })
  const first = await connecting()
  await first.call("host.checks", null)
  await (await connecting()).closed
  first.close()
  await eventually(async () => expect(await (await connecting()).call("host.checks", null)).toEqual([]))
})

it("a second engine does not take a living one's socket; a dead one's it takes", async () => {
  const first = await serving({})
  await expect(serveEngine(path, handlers({}))).rejects.toThrow("another engine listens")
  await first.close()
  await serving({ "host.checks": () => [] })
  expect(await (await connecting()).call("host.checks", null)).toEqual([])
})

const framed = (text: string, length = Buffer.byteLength(text)) => `Content-Length: ${length}\r\n\r\n${text}`

it.each([
  ["bytes that are no JSON", framed("{{{")],
  ["JSON that is no message", framed("[1]")],
  ["a message longer than any panel sends, before it has come", framed("", largestMessage + 1)],
  ["a length that is no number", "Content-Length: many\r\n\r\n"],
  ["a header without a length", "Content-Type: x\r\n\r\n"],
  ["a header without an end", "x".repeat(300)],
])("%s: the connection ends, not the engine", async (_what, bytes) => {
  await serving({ "host.checks": () => [] })
  const socket = connect(path)
  socket.write(bytes)
  await once(socket, "close")
  await eventually(async () => expect(await (await connecting()).call("host.checks", null)).toEqual([]))
})

it("messages cut anywhere, and several at once, are answered one by one", async () => {
  await serving({ "host.checks": () => [] })
  const request = (id: number) => framed(JSON.stringify({ jsonrpc: "2.0", id, method: "host.checks" }))
  const socket = connect(path)
  closing.push(() => socket.destroy())
  let answers = ""
  socket.on("data", (chunk) => {
    answers += String(chunk)
  })
  const answered = (id: number) => eventually(() => expect(answers).toContain(`"id":${id},`))
  for (const byte of request(1)) {
    socket.write(byte)
    await new Promise(setImmediate)
  }
  await answered(1)
  socket.write(request(2) + request(3) + request(4).slice(0, 30))
  await answered(3)
  socket.write(request(4).slice(30))
  await answered(4)
})

it("the longest message is taken, a longer one ends the connection", async () => {
  const stop = vi.fn(() => null)
  await serving({ "tunnel.stop": stop })
  const engine = await connecting()
  const around = Buffer.byteLength(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "tunnel.stop", params: { id: "" } }))
  const id = "x".repeat(largestMessage - around)
  expect(await engine.call("tunnel.stop", { id })).toBe(null)
  await expect(engine.call("tunnel.stop", { id: `${id}xx` })).rejects.toMatchObject({ code: "engine-unavailable" })
})

it("packets that a slow panel could not take are counted in the next batch", async () => {
  const server = await servePackets(path)
  closing.push(() => server.close())
  const record = { number: 1, time: 0, wireLength: 9, direction: "inbound", verdict: 0, errno: 0, packets: 1 } as const
  const handled = { peer: "b", overhead: 60, batch: 1, inside: 0, bundle: 0, injected: false }
  const batch: PacketBatch = {
    tunnel: "t1",
    link: "ip",
    missed: 0,
    records: Array.from({ length: 2000 }, () => ({ ...record, ...handled, bytes: new Uint8Array(480) })),
  }
  const stream = new PacketBatchStream()
  let batches = 0
  let seen = 0
  let missed = 0
  const socket = connect(path)
  socket.on("data", (chunk: Buffer) => {
    for (const got of stream.push(chunk)) {
      batches += 1
      seen += got.records.length
      missed += got.missed
    }
  })
  await eventually(() => {
    server.send({ ...batch, records: [] })
    expect(batches).toBeGreaterThan(0)
  })
  socket.pause()
  for (let i = 0; i < 40; i++) server.send(batch)
  socket.resume()
  await eventually(() => {
    server.send({ ...batch, records: [] })
    expect(missed).toBeGreaterThan(0)
  })
  expect(seen + missed).toBe(40 * 2000)
})
