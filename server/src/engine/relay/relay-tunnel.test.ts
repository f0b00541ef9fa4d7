import { once } from "node:events"
import { createServer, Socket } from "node:net"
import { afterEach, describe, expect, it } from "vitest"
import { ownPort } from "./testing/own-ports.ts"
import { bench, calling, cleanUp, framed, ipv4, listeningPeer, onEnd } from "./testing/tunnel-bench.ts"
import { createTransport } from "./transport/create-transport.ts"

afterEach(cleanUp)

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

describe("the peer", () => {
  async function waiting(peer: string) {
    const port = ownPort()
    const t = bench({ role: "listen", local: { address: "127.0.0.1", port } }, {}, peer)
    const call = (localAddress: string) => {
      const socket = new Socket()
      socket.on("error", () => {})
      socket.connect({ host: "127.0.0.1", port, localAddress })
      onEnd(() => socket.destroy())
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
    const port = ownPort()
    const t = bench(calling(port))
    await t.until("a refusal", () => t.lastReason()?.code === "connection-refused")
    expect(t.states().every((state) => state === "connecting")).toBe(true)
    const server = createServer()
    server.listen(port, "127.0.0.1")
    onEnd(() => server.close())
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
    onEnd(() => server.close())
    await once(server, "listening")
  })
})
