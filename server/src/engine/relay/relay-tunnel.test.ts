import { once } from "node:events"
import { createServer, type Server, Socket } from "node:net"
import { setImmediate } from "node:timers/promises"
import { createEventfd, errno, sys } from "@tundeck/native-bindings"
import { createPacketRing, PacketRingReader } from "@tundeck/shared"
import { afterEach, describe, expect, it } from "vitest"
import { createCounters, readCounters } from "./counters.ts"
import { MemoryDevice } from "./device/memory-device.ts"
import { EpollLoop } from "./epoll-loop.ts"
import type { FromWorker, RelayEnds, RelaySpec } from "./messages.ts"
import { RelayTunnel } from "./relay-tunnel.ts"
import { createTransport } from "./transport/create-transport.ts"
import { createWorkplace } from "./workplace.ts"

// One tunnel, a device in memory, real TCP over loopback: no root, no thread. The loop is stepped by hand.

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

function ipv4(source: string, length: number, fill = 0): Uint8Array {
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

function framed(...packets: Uint8Array[]): Buffer {
  return Buffer.concat(packets.flatMap((packet) => [Uint8Array.of(packet.length >> 8, packet.length & 255), packet]))
}

function bench(ends: RelayEnds, change: Partial<RelaySpec> = {}, peer = "", openTransport = createTransport) {
  let shift = 0
  const wakeFd = createEventfd()
  const loop = new EpollLoop(
    wakeFd,
    () => {},
    () => performance.now() + shift,
  )
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
  cleanups.push(() => {
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
      shift += milliseconds
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
async function listeningPeer() {
  const calls: Socket[] = []
  const received: Buffer[] = []
  const server: Server = createServer((socket) => {
    calls.push(socket)
    socket.on("data", (chunk: Buffer) => received.push(chunk))
    socket.on("error", () => {})
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  cleanups.push(() => {
    for (const call of calls) call.destroy()
    server.close()
  })
  return { calls, bytes: () => Buffer.concat(received), port: address.port, server }
}

const calling = (port: number): RelayEnds => ({
  role: "connect",
  named: false,
  remotes: [{ address: "127.0.0.1", port }],
})

it("its transport's alarm rings when something is due, not whenever another tunnel's does", async () => {
  const rung: number[] = []
  const openTransport: typeof createTransport = (...wanted) => {
    const transport = createTransport(...wanted)
    const alarm = transport.alarm.bind(transport)
    transport.alarm = (now) => {
      rung.push(now)
      return alarm(now)
    }
    return transport
  }
  // It has 15 s to learn where the name points to.
  const tunnel = bench({ role: "connect", named: true, remotes: [] }, {}, "", openTransport)
  for (let second = 0; second < 10; second++) {
    tunnel.pass(1000)
    await tunnel.turns(1)
  }
  expect(rung).toEqual([])
  tunnel.pass(6000)
  await tunnel.turns(1)
  expect(rung).toHaveLength(1)
})

async function connected(change: Partial<RelaySpec> = {}) {
  const peer = await listeningPeer()
  const it = bench(calling(peer.port), change)
  await it.until("a connection", () => peer.calls.length === 1 && it.states().includes("up"))
  const [socket] = peer.calls
  if (socket === undefined) throw new Error("no call")
  return { ...it, peer, socket }
}

async function freePort(): Promise<number> {
  const { port, server } = await listeningPeer()
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe("outbound", () => {
  it("each packet goes out behind its length, and is counted as sent", async () => {
    const t = await connected()
    const packets = [ipv4("10.0.0.1", 84), ipv4("10.0.0.1", 1500, 7), ipv4("10.0.0.1", 20)]
    for (const packet of packets) t.device.inject(packet)
    await t.until("all bytes", () => t.peer.bytes().length === 1604 + 6)
    expect(t.peer.bytes()).toEqual(framed(...packets))
    expect(t.stats().outbound).toEqual({ packets: 3, bytes: 1604, dropped: 0 })
  })

  it("without a peer each packet is dropped with the reason", async () => {
    const t = bench(calling(await freePort()))
    for (let i = 0; i < 100; i++) t.device.inject(ipv4("10.0.0.1", 84))
    await t.until("drops", () => t.stats().outbound.dropped === 100)
    expect(t.stats().drops).toEqual([{ direction: "outbound", reason: "no-peer", packets: 100 }])
  })

  it("no frame above 2,000 bytes goes to a simpletun peer", async () => {
    const t = await connected({ device: { fd: -1, packetInfo: false, vnetHeader: false, mtu: 9000 } })
    t.device.inject(ipv4("10.0.0.1", 2001))
    t.device.inject(ipv4("10.0.0.1", 2000))
    await t.until("one sent", () => t.peer.bytes().length >= 2002)
    expect(t.peer.bytes()).toEqual(framed(ipv4("10.0.0.1", 2000)))
    expect(t.stats().drops).toEqual([{ direction: "outbound", reason: "frame-too-long", packets: 1 }])
  })

  it("while the peer does not read, the device is not read either; nothing is lost and the order stays", async () => {
    const t = await connected()
    t.socket.pause()
    const count = 20_000
    for (let i = 0; i < count; i++) {
      const packet = ipv4("10.0.0.1", 1400)
      new DataView(packet.buffer).setUint32(20, i)
      t.device.inject(packet)
    }
    let waiting = -1
    await t.until("the stream is full", () => {
      const before = waiting
      waiting = t.device.waiting
      return waiting === before && waiting < count
    })
    expect(waiting).toBeGreaterThan(0)
    t.socket.resume()
    await t.until("all sent", () => t.stats().outbound.packets === count)
    await t.until("all received", () => t.peer.bytes().length === count * 1402)
    const view = new DataView(Uint8Array.from(t.peer.bytes()).buffer)
    for (let i = 0; i < count; i++) expect(view.getUint32(i * 1402 + 22)).toBe(i)
  })

  it("a device that comes anew while the stream is full waits its turn", async () => {
    const t = await connected()
    const count = 20_000
    t.socket.pause()
    for (let i = 0; i < count; i++) {
      const packet = ipv4("10.0.0.1", 1400)
      new DataView(packet.buffer).setUint32(20, i)
      t.device.inject(packet)
    }
    await t.until("the stream is full", () => t.stats().outbound.packets > 0)
    await t.turns(50)
    t.tunnel.setDevice({ fd: t.device.fd, packetInfo: false, vnetHeader: false, mtu: 1500 })
    await t.turns(50)
    t.socket.resume()
    await t.until("all sent", () => t.stats().outbound.packets === count)
    await t.until("all received", () => t.peer.bytes().length === count * 1402)
    const view = new DataView(Uint8Array.from(t.peer.bytes()).buffer)
    for (let i = 0; i < count; i++) expect(view.getUint32(i * 1402 + 22)).toBe(i)
  })

  it("what the kernel did not take when the connection ended is counted as lost", async () => {
    const t = await connected()
    t.socket.pause()
    for (let i = 0; i < 20_000; i++) t.device.inject(ipv4("10.0.0.1", 1400))
    await t.until("the stream is full", () => t.stats().outbound.packets > 0)
    await t.turns(50)
    t.peer.server.close()
    t.socket.resetAndDestroy()
    await t.until("the loss", () => t.states().at(-1) === "reconnecting")
    await t.until("the rest is read", () => t.device.waiting === 0)
    const { outbound, drops } = t.stats()
    expect(outbound.packets + outbound.dropped).toBe(20_000)
    expect(drops.map((drop) => drop.reason)).toContain("connection-lost")
  })
})

describe("inbound", () => {
  it("frames are delivered however the stream cuts them", async () => {
    const t = await connected()
    const packets = Array.from({ length: 20 }, (_, i) => ipv4("10.0.0.2", 20 + i * 70, i))
    for (const byte of framed(...packets)) t.socket.write(Uint8Array.of(byte))
    await t.until("all delivered", () => t.device.written.length === 20)
    expect(t.device.written.map(({ bytes }) => Buffer.from(bytes))).toEqual(packets.map((bytes) => Buffer.from(bytes)))
    expect(t.stats().inbound).toMatchObject({ packets: 20, dropped: 0 })
  })

  it.each([0, 1501, 65_535])("a frame of length %i ends the stream, and the tunnel calls again", async (length) => {
    const t = await connected()
    t.socket.write(framed(ipv4("10.0.0.2", 60)))
    t.socket.write(Uint8Array.of(length >> 8, length & 255, 1, 2, 3))
    await t.until("the end", () => t.states().includes("reconnecting"))
    expect(t.lastReason()?.code).toBe("bad-frame")
    expect(t.device.written).toHaveLength(1)
    expect(t.stats().drops).toEqual([{ direction: "inbound", reason: "bad-length", packets: 1 }])
    await t.until("another call", () => t.stats().reconnects === 1)
  })

  it("half a frame has 10 seconds; a trickle does not prolong them", async () => {
    const t = await connected()
    t.socket.write(Uint8Array.of(0, 100, 0x45))
    await t.until("bytes arrive", () => t.socket.bytesWritten === 3)
    await t.turns(50)
    t.pass(9_000)
    t.socket.write(Uint8Array.of(0))
    await t.turns(50)
    expect(t.states().at(-1)).toBe("up")
    t.pass(1_500)
    await t.until("the end", () => t.states().includes("reconnecting"))
    expect(t.lastReason()).toMatchObject({ code: "bad-frame", detail: expect.stringContaining("did not end it") })
  })

  it("what is no packet, or has a source that the peer may not use, is dropped and the stream goes on", async () => {
    const t = await connected()
    const tooLong = ipv4("10.0.0.2", 40)
    tooLong[3] = 41
    const garbage = new Uint8Array(40).fill(0xff)
    t.socket.write(framed(tooLong, garbage, Uint8Array.of(0x45), ipv4("10.0.1.2", 40), ipv4("10.0.0.2", 40)))
    await t.until("one delivered", () => t.device.written.length === 1)
    expect(t.stats().drops).toEqual([
      { direction: "inbound", reason: "bad-packet", packets: 3 },
      { direction: "inbound", reason: "source-not-allowed", packets: 1 },
    ])
  })

  it("a link that is down, and what the kernel refuses, are verdicts", async () => {
    const t = await connected()
    t.device.refuseWith = -errno.EIO
    t.socket.write(framed(ipv4("10.0.0.2", 40)))
    await t.until("a drop", () => t.stats().inbound.dropped === 1)
    t.device.refuseWith = -errno.EINVAL
    t.socket.write(framed(ipv4("10.0.0.2", 40)))
    await t.until("a drop", () => t.stats().inbound.dropped === 2)
    expect(t.stats().drops.map((drop) => drop.reason)).toEqual(["link-down", "device-refused"])
    const { records } = new PacketRingReader(t.ring).read(10)
    expect(records.map((record) => record.errno)).toEqual([errno.EIO, errno.EINVAL])
    expect(t.states().at(-1)).toBe("up")
  })

  it("an interface deleted under us is told once, and the stream stands", async () => {
    const t = await connected()
    t.device.isGone = true
    t.socket.write(framed(ipv4("10.0.0.2", 40), ipv4("10.0.0.2", 40)))
    t.device.inject(ipv4("10.0.0.1", 40))
    await t.until("drops", () => t.stats().inbound.dropped === 2)
    expect(t.messages.filter((message) => message.type === "device-lost")).toHaveLength(1)
    expect(t.states().at(-1)).toBe("up")
  })
})

describe("the peer", () => {
  async function waiting(peer: string) {
    const port = await freePort()
    const t = bench({ role: "listen", local: { address: "127.0.0.1", port } }, {}, peer)
    const call = (localAddress: string) => {
      const socket = new Socket()
      socket.on("error", () => {})
      socket.connect({ host: "127.0.0.1", port, localAddress })
      cleanups.push(() => socket.destroy())
      return socket
    }
    return { ...t, port, call }
  }

  it("another address is turned away; the peer's is let in", async () => {
    const t = await waiting("127.0.0.2")
    expect(t.lastReason()?.code).toBe("waiting-for-peer")
    const stranger = t.call("127.0.0.3")
    await t.until("the stranger is away", () => stranger.closed)
    expect(t.messages).toContainEqual({ type: "stranger", id: "t", address: "127.0.0.3" })
    expect(t.states()).not.toContain("up")
    t.call("127.0.0.2")
    await t.until("up", () => t.states().at(-1) === "up")
  })

  it("a second call by the peer replaces the first", async () => {
    const t = await waiting("127.0.0.2")
    const first = t.call("127.0.0.2")
    await t.until("up", () => t.states().at(-1) === "up")
    const second = t.call("127.0.0.2")
    await t.until("the first ends", () => first.closed)
    second.write(framed(ipv4("10.0.0.2", 40)))
    await t.until("delivered", () => t.device.written.length === 1)
    expect(t.stats().reconnects).toBe(1)
  })

  it("a port in use is said, and tried again until it is free", async () => {
    const holder = await listeningPeer()
    const t = bench({ role: "listen", local: { address: "127.0.0.1", port: holder.port } }, {}, "127.0.0.2")
    expect(t.states()).toEqual(["failed"])
    expect(t.lastReason()?.code).toBe("port-in-use")
    await new Promise((resolve) => holder.server.close(resolve))
    t.pass(5_001)
    await t.until("listening", () => t.lastReason()?.code === "waiting-for-peer")
  })

  it("nobody there: connecting with the reason, then up when somebody comes", async () => {
    const port = await freePort()
    const t = bench(calling(port))
    await t.until("a refusal", () => t.lastReason()?.code === "connection-refused")
    expect(t.states().every((state) => state === "connecting")).toBe(true)
    const server = createServer()
    server.listen(port, "127.0.0.1")
    cleanups.push(() => server.close())
    await once(server, "listening")
    t.pass(40_000)
    await t.until("up", () => t.states().at(-1) === "up")
  })

  it("stopping leaves no descriptor behind", async () => {
    const t = await waiting("127.0.0.2")
    t.call("127.0.0.2")
    await t.until("up", () => t.states().at(-1) === "up")
    t.tunnel.stop()
    const server = createServer()
    server.listen(t.port, "127.0.0.1")
    cleanups.push(() => server.close())
    await once(server, "listening")
  })
})
