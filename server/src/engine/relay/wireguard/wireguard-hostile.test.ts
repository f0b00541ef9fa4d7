import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { Socket as TcpSocket } from "node:net"
import { setImmediate } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { seededRandom } from "../faults/seeded-random.ts"
import { peerWith, type WireGuardEnd } from "./testing/wireguard-end.ts"
import { packets, WireGuardLab } from "./testing/wireguard-lab.ts"

// What a stranger can send: nothing of it is answered or delivered, and those who are there do not notice.

let lab: WireGuardLab
beforeEach(() => {
  lab = new WireGuardLab()
})
afterEach(() => lab.close())

async function standing(kind: "udp" | "tcp") {
  const where = lab.local()
  const listener = lab.open({ kind, key: 1, local: where, peers: [peerWith(2)] })
  const caller = lab.open({ kind, key: 2, peers: [peerWith(1, { remotes: [where] })] })
  await lab.until("both to be up, and to know what they have in common", () =>
    [listener, caller].every((end) => end.isUp() && end.facts.at(-1)?.isTundeck),
  )
  return { where, listener, caller }
}

/** Messages that begin like the protocol's, cut and filled by chance. */
function garbage(random: () => number): Buffer {
  const sizes = [0, 1, 3, 4, 16, 31, 32, 33, 48, 64, 92, 116, 147, 148, 149, 1452, 9000]
  const bytes = Buffer.alloc(sizes[Math.floor(random() * sizes.length)] ?? 0)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 256)
  if (bytes.length >= 4 && random() < 0.9) bytes.writeUInt32LE(Math.floor(random() * 6), 0)
  return bytes
}

describe("over UDP", () => {
  let stranger: Socket
  let answers: Buffer[]
  beforeEach(async () => {
    stranger = createSocket("udp4")
    answers = []
    stranger.on("message", (message) => void answers.push(message))
    stranger.bind(0, "127.0.0.1")
    await once(stranger, "listening")
  })
  afterEach(() => stranger.close())

  it("garbage of every type and length: 20,000 datagrams, no answer, no packet, and the peer passes all the while", async () => {
    const { where, listener, caller } = await standing("udp")
    const random = seededRandom(7)
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 200; i++) stranger.send(garbage(random), where.port, where.address)
      await lab.turns(10)
      if (round % 10 === 0) await lab.passes(caller, listener)
    }
    await lab.turns(50)
    expect(answers).toEqual([])
    expect(listener.received).toHaveLength(30)
    expect(listener.states).toEqual(["connecting", "up"])
    expect(listener.told.filter(({ type }) => type === "peer")).toHaveLength(1)
    const reasons = listener.stats.drops.map(({ reason }) => reason)
    expect(reasons).toEqual(expect.arrayContaining(["bad-packet", "unknown-session", "bad-handshake"]))
  })

  it("a peer's own messages, replayed, flipped and cut by somebody else: none passes again, and the peer stays where it is", async () => {
    const recorder = createSocket("udp4")
    recorder.bind(0, "127.0.0.1")
    await once(recorder, "listening")
    const recorded: Buffer[] = []
    recorder.on("message", (message) => recorded.push(message))
    const { where, listener, caller } = await standing("udp")
    // The caller is told another address for a moment: what it sends there is recorded, and sent on to the listener as it is.
    const { port } = recorder.address()
    caller.transport.setPeers([peerWith(1, { remotes: [{ address: "127.0.0.1", port }] })])
    caller.send(packets(20))
    const packetsRecorded = () => recorded.filter((message) => message.length > 200)
    await lab.until("the record", () => packetsRecorded().length === 20)
    caller.transport.setPeers([peerWith(1, { remotes: [where] })])
    await lab.passes(caller, listener)
    for (const message of recorded) recorder.send(message, where.port, where.address)
    const data = packetsRecorded()
    await lab.until("them to pass once", () => listener.received.length === 3 + data.length)
    // Who sends what is authentic is where the peer is, until the peer says something else.
    await lab.passes(caller, listener)
    const before = listener.received.length
    const toldBefore = listener.told.length
    for (const message of recorded) {
      stranger.send(message, where.port, where.address)
      stranger.send(message.subarray(0, message.length - 1), where.port, where.address)
      const flipped = Buffer.from(message)
      flipped[20] = (flipped[20] ?? 0) ^ 1
      stranger.send(flipped, where.port, where.address)
    }
    const dropped = (why: string) => listener.stats.drops.find(({ reason }) => reason === why)?.packets ?? 0
    await lab.until(
      "all of it",
      () => dropped("replayed") >= data.length && dropped("not-authentic") >= 2 * data.length,
    )
    await lab.turns(20)
    expect(listener.received).toHaveLength(before)
    expect(listener.told).toHaveLength(toldBefore)
    expect(answers).toEqual([])
    await lab.passes(listener, caller)
    recorder.close()
  })
})

describe("over TCP", () => {
  const sockets: TcpSocket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  async function dial(port: number): Promise<{ socket: TcpSocket; isClosed: () => boolean; answers: Buffer[] }> {
    const socket = new TcpSocket()
    const answers: Buffer[] = []
    let isClosed = false
    socket.on("data", (bytes) => void answers.push(Buffer.from(bytes)))
    socket.on("close", () => (isClosed = true))
    socket.on("error", () => {})
    sockets.push(socket)
    socket.connect(port, "127.0.0.1")
    await once(socket, "connect")
    return { socket, isClosed: () => isClosed, answers }
  }

  const framed = (message: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    return Buffer.concat([length, message])
  }

  async function settle(listener: WireGuardEnd): Promise<void> {
    for (let i = 0; i < 20; i++) {
      await lab.turns(3, [listener])
      await setImmediate()
    }
  }

  it("a stream over which nobody proves himself ends after ten seconds, and is not answered before", async () => {
    const { where, listener, caller } = await standing("tcp")
    const { socket, isClosed, answers } = await dial(where.port)
    const random = seededRandom(3)
    for (let i = 0; i < 200; i++) {
      const message = garbage(random)
      if (message.length > 0) socket.write(framed(message))
    }
    await settle(listener)
    expect(isClosed()).toBe(false)
    await lab.pass(11_000)
    await lab.until("its end", isClosed)
    expect(answers).toEqual([])
    await lab.passes(caller, listener)
    expect(listener.states).toEqual(["connecting", "up"])
  })

  it.each([0, 65_650, 0xffff_ffff])("a message of %i bytes ends its stream at once", async (length) => {
    const { where, listener } = await standing("tcp")
    const { socket, isClosed } = await dial(where.port)
    const header = Buffer.alloc(4)
    header.writeUInt32BE(length)
    socket.write(header)
    await lab.until("its end", isClosed)
    expect(listener.states).toEqual(["connecting", "up"])
  })

  it("of sixty-four that prove nothing the oldest goes for the next one; a peer finds its way all the same", async () => {
    const where = lab.local()
    const listener = lab.open({ kind: "tcp", key: 1, local: where, peers: [peerWith(2)] })
    const strangers: Awaited<ReturnType<typeof dial>>[] = []
    for (let i = 0; i < 66; i++) {
      strangers.push(await dial(where.port))
      await lab.turns(1)
    }
    await lab.until("two to be turned away", () => strangers.filter(({ isClosed }) => isClosed()).length === 2)
    expect(strangers.map(({ isClosed }) => isClosed()).indexOf(false)).toBe(2)
    const caller = lab.open({ kind: "tcp", key: 2, peers: [peerWith(1, { remotes: [where] })] })
    await lab.until("both to be up", () => listener.isUp() && caller.isUp())
    await lab.passes(caller, listener)
  })

  it("half a message ends its stream after ten seconds, however it trickles", async () => {
    const { where } = await standing("tcp")
    const { socket, isClosed } = await dial(where.port)
    socket.write(Buffer.from([0, 0, 1, 0, 1]))
    for (let seconds = 0; seconds < 12; seconds++) {
      if (!isClosed()) socket.write(Buffer.of(0))
      await lab.pass(1_000)
    }
    await lab.until("its end", isClosed)
  })
})
