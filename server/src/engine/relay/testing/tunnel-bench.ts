import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"
import { setImmediate } from "node:timers/promises"
import { createEventfd, sys } from "@tundeck/native-bindings"
import { createPacketRing } from "@tundeck/shared"
import { createCounters, readCounters } from "../counters.ts"
import { MemoryDevice } from "../device/memory-device.ts"
import { EpollLoop } from "../epoll-loop.ts"
import type { FromWorker, RelayEnds, RelaySpec } from "../messages.ts"
import { RelayTunnel } from "../relay-tunnel.ts"
import { createTransport } from "../transport/create-transport.ts"
import { createWorkplace } from "../workplace.ts"
import { TestClock } from "./test-clock.ts"

// One tunnel, a device in memory, real TCP over loopback: no root, no thread. The loop is stepped by hand.

const cleanups: (() => void)[] = []

/** Is called after a test, the last one first. */
export function onEnd(cleanup: () => void): void {
  cleanups.push(cleanup)
}

/** After each test. */
export function cleanUp(): void {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
}

/** To 10.0.0.9. */
export function ipv4(source: string, length: number, fill = 0): Uint8Array {
  const packet = new Uint8Array(length).fill(fill)
  packet.set([
    0x45,
    0,
    length >> 8,
    length & 255,
    0,
    0,
    0,
    0,
    64,
    17,
    0,
    0,
    ...source.split(".").map(Number),
    10,
    0,
    0,
    9,
  ])
  return packet
}

/** As simpletun frames. */
export function framed(...packets: Uint8Array[]): Buffer {
  return Buffer.concat(packets.flatMap((packet) => [Uint8Array.of(packet.length >> 8, packet.length & 255), packet]))
}

/** A tunnel with its loop, started. */
export function bench(ends: RelayEnds, change: Partial<RelaySpec> = {}, peer = "", openTransport = createTransport) {
  const clock = new TestClock()
  const wakeFd = createEventfd()
  const loop = new EpollLoop(wakeFd, () => {}, clock.read)
  const workplace = createWorkplace()
  const device = new MemoryDevice(workplace.memory)
  const messages: FromWorker[] = []
  const counters = createCounters(false)
  const ring = createPacketRing(64)
  const spec: RelaySpec = {
    id: "t",
    link: "ip",
    device: { fd: device.fd, packetInfo: false, vnetHeader: false, mtu: 1500 },
    transport: { kind: "tcp", framing: "simpletun", ends, socket: {}, clampMss: false, isHub: false, fallback: false },
    security: { kind: "none" },
    peers: [{ address: peer, allowed: ["10.0.0.0/24"], enabled: true }],
    faults: null,
    counters,
    ring,
    capture: null,
    ...change,
  }
  const post = (message: FromWorker) => messages.push(message)
  const tunnel = new RelayTunnel(spec, { loop, workplace, post, openDevice: () => device, openTransport })
  tunnel.start()
  onEnd(() => {
    tunnel.stop()
    loop.close()
    device.close()
    workplace.memory.release()
    sys.close(wakeFd)
  })
  return {
    tunnel,
    device,
    messages,
    ring,
    stats: () => readCounters(counters),
    states: () => messages.flatMap((message) => (message.type === "state" ? [message.state] : [])),
    lastReason: () => messages.findLast((message) => message.type === "state")?.reason,
    /** Time passes for the loop alone. */
    pass: (milliseconds: number) => {
      clock.pass(milliseconds)
      loop.wakeAt(0)
    },
    async turns(count: number) {
      for (let i = 0; i < count; i++) {
        loop.step(() => loop.wakeAt(tunnel.alarm(loop.now)), 0)
        await setImmediate()
      }
    },
    async until(what: string, condition: () => boolean) {
      for (const end = performance.now() + 10_000; !condition(); ) {
        if (performance.now() > end) throw new Error(`never: ${what}`)
        loop.step(() => loop.wakeAt(tunnel.alarm(loop.now)), 0)
        await setImmediate()
      }
    },
  }
}

/** A peer that listens; the tunnel calls it. */
export async function listeningPeer() {
  const calls: Socket[] = []
  const received: Buffer[] = []
  let size = 0
  const server: Server = createServer((socket) => {
    calls.push(socket)
    socket.on("data", (chunk: Buffer) => {
      received.push(chunk)
      size += chunk.length
    })
    socket.on("error", () => {})
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  onEnd(() => {
    for (const call of calls) call.destroy()
    server.close()
  })
  return { calls, bytes: () => Buffer.concat(received), size: () => size, port: address.port, server }
}

export const calling = (port: number): RelayEnds => ({
  role: "connect",
  named: false,
  remotes: [{ address: "127.0.0.1", port }],
})

/** A tunnel whose call was taken. */
export async function connected(change: Partial<RelaySpec> = {}) {
  const peer = await listeningPeer()
  const it = bench(calling(peer.port), change)
  await it.until("a connection", () => peer.calls.length === 1 && it.states().includes("up"))
  const [socket] = peer.calls
  if (socket === undefined) throw new Error("no call")
  return { ...it, peer, socket }
}
