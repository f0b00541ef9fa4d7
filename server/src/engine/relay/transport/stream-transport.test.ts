import { Socket } from "node:net"
import { afterEach, expect, it } from "vitest"
import { seededRandom } from "../faults/seeded-random.ts"
import { hubContract } from "./hub.contract.ts"
import { portContract } from "./port.contract.ts"
import { StreamTransport } from "./stream-transport.ts"
import { alike, numbered, numbersOf } from "./testing/packets.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"
import { trainTransportContract } from "./train-transport.contract.ts"
import { transportContract } from "./transport.contract.ts"

const subject: TransportSubject = {
  open: (transport, peers, parts) => new StreamTransport(transport, peers, parts),
  kind: "tcp",
  framing: "simpletun",
  address: "127.0.0.1",
  callers: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
  isStream: true,
  longest: 2000,
}
const ipv6 = { address: "::1", callers: ["::1"] }
const trains = { framing: "trains", longest: 65_535 } as const

transportContract("simpletun frames over IPv4", subject)
transportContract("simpletun frames over IPv6", { ...subject, ...ipv6 })
transportContract("trains over IPv4", { ...subject, ...trains })
transportContract("trains over IPv6", { ...subject, ...trains, ...ipv6 })
trainTransportContract("IPv4", { ...subject, ...trains })
trainTransportContract("IPv6", { ...subject, ...trains, ...ipv6 })
hubContract("simpletun frames", subject)
hubContract("trains", { ...subject, ...trains })
portContract("TCP", subject)
portContract("TCP over IPv6", { ...subject, ...ipv6 })

const labs: TransportLab[] = []
afterEach(() => {
  for (const lab of labs.splice(0)) lab.close()
})

function createLab(change: Partial<TransportSubject> = {}): TransportLab {
  const lab = TransportLab.create({ ...subject, ...change })
  labs.push(lab)
  return lab
}

it.each(["simpletun", "trains"] as const)(
  "a hub drops for a peer that does not read, and for nobody else: %s",
  async (framing) => {
    const lab = createLab({ framing })
    const hub = lab.listen({ isHub: true, peers: [lab.peer(0), lab.peer(1)] })
    hub.transport.start()
    const [slow, quick] = [0, 1].map((i) => lab.call({ from: lab.caller(i) }))
    if (slow === undefined || quick === undefined) throw new Error("two callers")
    for (const caller of [slow, quick]) caller.transport.start()
    await lab.until("both to be up", () => hub.isUp(0) && hub.isUp(1) && slow.isUp() && quick.isUp())
    let given = 0
    for (; hub.verdicts.dropped === 0 && given < 100_000; given += 20) {
      hub.send(numbered(given, 20).flatMap((packet) => [0, 1].map((peer) => ({ ...packet, peer }))))
      await lab.until("the quick one's", () => quick.received.length === given + 20, [hub, quick])
    }
    expect(hub.verdicts.reasons).toEqual(["queue-full"])
    expect(hub.count("blocked")).toBe(0)
    const forSlow = given - hub.verdicts.dropped
    await lab.until("what waited for the slow one", () => slow.received.length === forSlow)
    expect(numbersOf(slow.received)).toEqual(Array.from({ length: forSlow }, (_, i) => i))
    hub.send(alike(1, 9))
    await lab.until("one more", () => slow.received.length === forSlow + 1)
    expect(hub.verdicts.sent + hub.verdicts.dropped).toBe(2 * given + 1)
  },
)

it.each(["simpletun", "trains"] as const)(
  "garbage ends the connection with a reason, and the next one is as good as any: %s",
  async (framing) => {
    const lab = createLab({ framing })
    const listener = lab.listen({ peers: [lab.peer(0)] })
    listener.transport.start()
    listener.largestPacket = 1500
    const random = seededRandom(3)
    for (let round = 0; round < 20; round++) {
      const socket = new Socket().on("error", () => {})
      socket.connect({ host: subject.address, port: lab.port, localAddress: lab.caller(0) })
      socket.write(Uint8Array.from({ length: 2000 }, () => 128 + random() * 128))
      await lab.until("the end", () => socket.closed)
    }
    expect(listener.states.at(-1)).toBe("reconnecting")
    expect(listener.lastReason?.code).toBe("bad-frame")
    expect(listener.received).toEqual([])
    const caller = lab.call()
    caller.transport.start()
    await lab.until("both to be up", () => listener.isUp() && caller.isUp())
    caller.send(alike(3, 100))
    await lab.until("packets", () => listener.received.length === 3)
  },
)
