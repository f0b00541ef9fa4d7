import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { afterEach, expect, it } from "vitest"
import { seededRandom } from "../faults/seeded-random.ts"
import { DatagramTransport } from "./datagram-transport.ts"
import { hubContract } from "./hub.contract.ts"
import { portContract } from "./port.contract.ts"
import { GatedSocket } from "./testing/gated-socket.ts"
import { alike, bytesOf } from "./testing/packets.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"
import { transportContract } from "./transport.contract.ts"
import { UdpSocket } from "./udp-socket.ts"

const udp: TransportSubject = {
  open: (transport, peers, parts, gate) =>
    new DatagramTransport(transport, peers, parts, (...options) => new GatedSocket(new UdpSocket(...options), gate)),
  kind: "udp",
  framing: "simpletun",
  address: "127.0.0.1",
  callers: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
  isStream: false,
  longest: 9000,
}

transportContract("UDP over IPv4", udp)
transportContract("UDP over IPv6", { ...udp, address: "::1", callers: ["::1"] })
hubContract("UDP", udp)
portContract("UDP", udp)
portContract("UDP over IPv6", { ...udp, address: "::1", callers: ["::1"] })

const labs: TransportLab[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
  for (const lab of labs.splice(0)) lab.close()
})

function createLab(): TransportLab {
  const lab = TransportLab.create(udp)
  labs.push(lab)
  return lab
}

/** A program that knows nothing of us. */
async function program(address: string, port = 0): Promise<Socket> {
  const socket = createSocket("udp4")
  sockets.push(socket)
  socket.bind(port, address)
  await once(socket, "listening")
  return socket
}

it("to a program that sends everything back packets flow both ways", async () => {
  const lab = createLab()
  const echo = await program(udp.address, lab.port)
  echo.on("message", (bytes, from) => echo.send(bytes, from.port, from.address))
  const caller = lab.call()
  caller.transport.start()
  await lab.until("an echo", () => caller.isUp())
  caller.send(alike(50, 1400))
  await lab.until("all of them", () => caller.received.length === 50)
  expect(bytesOf(caller.received)).toEqual(bytesOf(alike(50, 1400)))
  await lab.pass(60_000)
  expect(caller.states).toEqual(["connecting", "up"])
  expect(caller.stats.roundTripMs).not.toBeNull()
})

it("to a program that answers no questions packets flow, and it is there while it is heard", async () => {
  const lab = createLab()
  const other = await program(udp.address, lab.port)
  other.on("message", (bytes, from) => bytes.length > 12 && other.send(bytes, from.port, from.address))
  const caller = lab.call()
  caller.transport.start()
  expect(caller.isUp()).toBe(false)
  for (let times = 0; times < 10; times++) {
    const before = caller.received.length
    caller.send(alike(5, 300))
    await lab.until("five more", () => caller.received.length === before + 5)
    await lab.pass(6_000)
  }
  expect(caller.states).toEqual(["connecting", "up"])
  expect(caller.stats.roundTripMs).toBeNull()
  expect(caller.verdicts).toEqual({ sent: 50, dropped: 0, reasons: [] })
})

it("who waits answers a program by its latest port", async () => {
  const lab = createLab()
  const listener = lab.listen()
  listener.transport.start()
  for (let times = 0; times < 3; times++) {
    const other = await program(lab.caller(0))
    const heard: Buffer[] = []
    other.on("message", (bytes) => bytes.length > 12 && heard.push(bytes))
    other.send(Buffer.alloc(100, 0x45), lab.port, udp.address)
    await lab.until("its packet", () => listener.received.length === times + 1)
    listener.send(alike(2, 200 + times))
    await lab.until("two packets", () => heard.length === 2)
    expect(heard.map((bytes) => bytes.length)).toEqual([200 + times, 200 + times])
  }
  expect(listener.states).toEqual(["connecting", "up"])
})

it("garbage is packets for the road to judge, from a peer, and counted, from strangers; nothing is thrown", async () => {
  const lab = createLab()
  const listener = lab.listen()
  listener.transport.start()
  const [peer, stranger] = [await program(lab.caller(0)), await program(lab.caller(1))]
  const random = seededRandom(5)
  for (let round = 0; round < 200; round++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () => random() * 256)
    if (round % 3 === 0) bytes.set([0x54, 0x44, round % 5, 0].slice(0, bytes.length))
    peer.send(bytes, lab.port, udp.address)
    stranger.send(bytes, lab.port, udp.address)
    await lab.turns(2)
  }
  await lab.until("all of it", () => listener.received.length > 150 && listener.stats.inbound.dropped === 200)
  expect(listener.states).toEqual(["connecting", "up"])
  expect(listener.stats.drops).toEqual([{ direction: "inbound", reason: "unknown-peer", packets: 200 }])
  expect(listener.count("stranger")).toBeGreaterThan(0)
})
