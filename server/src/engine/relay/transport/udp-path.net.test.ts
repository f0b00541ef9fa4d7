import { createSocket } from "node:dgram"
import { bind, openUdpSocket } from "@tundeck/native-bindings"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { enterNamespace } from "../../../../../native-bindings/src/testing/inside.ts"
import { connectByVeth } from "../../../../../testing/links.ts"
import { createNamespace, type Namespace } from "../../../../../testing/namespace.ts"
import { inside, knowsPath } from "../../testing/icmp-lab.ts"
import type { MemoryPacket } from "../device/memory-device.ts"
import { DatagramTransport } from "./datagram-transport.ts"
import { alike, bytesOf, packetsOfLength } from "./testing/packets.ts"
import type { TransportEnd } from "./testing/transport-end.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"
import { UdpSocket } from "./udp-socket.ts"

// A path that is narrower behind a router than here, to a program that sends everything back and knows nothing of us.

const narrow = 1300

let here: Namespace
let router: Namespace
let there: Namespace
/** In this process: when time passes for the ends it passes for this one, too. It bears what they send between two turns. */
const echo = createSocket({ type: "udp6", recvBufferSize: 1_000_000 })
beforeAll(async () => {
  here = await enterNamespace("here")
  router = await createNamespace("router")
  there = await createNamespace("there")
  await router.exec("sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
  await connectByVeth(here, router, {
    name: "in",
    v4: ["10.1.0.2/24", "10.1.0.1/24"],
    v6: ["fd01::2/64", "fd01::1/64"],
  })
  await connectByVeth(router, there, {
    name: "out",
    v4: ["10.2.0.1/24", "10.2.0.2/24"],
    v6: ["fd02::1/64", "fd02::2/64"],
    mtu: narrow,
  })
  for (const via of ["10.1.0.1", "fd01::1"]) await here.exec("ip", ["route", "add", "default", "via", via])
  for (const via of ["10.2.0.1", "fd02::1"]) await there.exec("ip", ["route", "add", "default", "via", via])
  const fd = inside(there, () => openUdpSocket(6))
  bind(fd, { address: "::", port: 9000 })
  echo.on("message", (bytes, from) => echo.send(bytes, from.port, from.address)).bind({ fd })
})
afterAll(async () => {
  echo.close()
  for (const namespace of [there, router, here]) await namespace?.delete()
})

const addresses = {
  4: { from: "10.1.0.2", to: "10.2.0.2", overhead: 28 },
  6: { from: "fd01::2", to: "fd02::2", overhead: 48 },
} as const

describe.each([4, 6] as const)("UDP over IPv%i", (family) => {
  const { from, to, overhead } = addresses[family]
  const subject: TransportSubject = {
    open: (transport, peers, parts) => {
      return new DatagramTransport(transport, peers, parts, (...options) => new UdpSocket(...options))
    },
    kind: "udp",
    framing: "simpletun",
    address: to,
    callers: [from],
    isStream: false,
    longest: 9000,
  }
  let lab: TransportLab
  beforeEach(async () => {
    // What it knows of paths.
    await here.exec("ip", ["-4", "route", "flush", "cache"])
    await here.exec("ip", ["-6", "route", "flush", "cache"])
    lab = new TransportLab(subject, 9000)
  })
  afterEach(() => lab.close())

  async function up() {
    const end = lab.call()
    end.transport.start()
    await lab.until("the echo of a question", () => end.isUp())
    expect(end.transport.pathPacket).toBe(1500 - overhead)
    return end
  }

  async function allPass(end: TransportEnd, packets: MemoryPacket[]): Promise<void> {
    const wanted = bytesOf(packets)
    end.received.length = 0
    end.send(packets)
    await lab.until("all of them", () => {
      const received = new Set(bytesOf(end.received))
      return wanted.every((one) => received.has(one))
    })
  }

  // One after the other each is longer than the one before, and so a datagram of its own.
  const singly = packetsOfLength(Array.from({ length: 40 }, (_, i) => 1400 + i))

  it.each([
    ["in datagrams of their own", singly],
    ["cut by the kernel", alike(40, 1400)],
  ])("learns its length while it is up, and packets above it go in fragments: %s", async (_name, packets) => {
    const end = await up()
    end.send(singly)
    await lab.pass(11_000)
    expect(end.transport.pathPacket).toBe(narrow - overhead)
    await allPass(end, packets)
    expect(end.states).toEqual(["connecting", "up"])
    expect(end.stats.reconnects).toBe(0)
    expect(end.verdicts).toEqual({ sent: 80, dropped: 0, reasons: [] })
  })

  it("is told of it by the one packet that was too long, and stays up", async () => {
    const end = await up()
    end.send(singly.slice(0, 1))
    await lab.until("a narrower path", () => end.transport.pathPacket === narrow - overhead)
    expect(end.states).toEqual(["connecting", "up"])
    await allPass(end, singly)
  })

  it("is told of it by what is sent next, which goes all the same", async () => {
    const end = await up()
    end.send(singly.slice(0, 1))
    await knowsPath(here, to, narrow)
    await allPass(end, alike(20, 1400))
    expect(end.transport.pathPacket).toBe(narrow - overhead)
    expect(end.states).toEqual(["connecting", "up"])
    expect(end.verdicts).toEqual({ sent: 21, dropped: 0, reasons: [] })
  })
})
