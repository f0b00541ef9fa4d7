import { createEventfd, sys } from "@tundeck/native-bindings"
import { createPacketRing, faultSettings, type TunnelFaults } from "@tundeck/shared"
import { afterEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { createCounters, readCounters } from "../counters.ts"
import { MemoryDevice } from "../device/memory-device.ts"
import { EpollLoop } from "../epoll-loop.ts"
import type { RelayPeer, RelayPeers, RelaySpec, RelayTransport } from "../messages.ts"
import { addTrain, packetsOf, plainShape } from "../offload/testing/train-shape.ts"
import type { Transport, TransportOwner } from "../ports.ts"
import { RelayTunnel } from "../relay-tunnel.ts"
import { createWorkplace } from "../workplace.ts"

// A tunnel between a device and a transport in memory, with a clock that stands still unless it is moved.

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup()
})

const delay = (delayMs: number) => faultSettings.parse({ delayMs })
const peer = (address: string): RelayPeer => ({ address, allowed: ["10.0.0.0/24"], enabled: true })

function lab({ faults, isHub = false, peers = [peer("")] }: Lab) {
  const wakeFd = createEventfd()
  let now = 1000
  const loop = new EpollLoop(
    wakeFd,
    () => {},
    () => now,
  )
  const workplace = createWorkplace()
  const { memory } = workplace
  const device = new MemoryDevice(memory)
  const counters = createCounters(isHub)
  const sent: number[] = []
  const sentBytes: Uint8Array[] = []
  let owner: TransportOwner | undefined
  const transport: RelayTransport = {
    kind: "udp",
    framing: "simpletun",
    ends: { role: "listen", local: { address: "0.0.0.0", port: 1 } },
    socket: {},
    clampMss: false,
    isHub,
    fallback: false,
  }
  const link = isHub ? "ethernet" : "ip"
  const openDevice = () => device
  const spec: RelaySpec = {
    id: "t",
    link,
    device: { fd: device.fd, packetInfo: false, vnetHeader: false, mtu: 1500 },
    transport,
    security: { kind: "none" },
    peers,
    faults,
    counters,
    ring: createPacketRing(64),
    capture: null,
  }
  const openTransport = (_: unknown, __: unknown, parts: { owner: TransportOwner }): Transport => {
    owner = parts.owner
    return {
      headroom: 12,
      takesTrains: false,
      largestPacket: 2000,
      tooLongReason: 1,
      pathPacket: null,
      start: () => {},
      stop: () => {},
      setRemotes: () => {},
      setPeers: () => {},
      alarm: () => Number.POSITIVE_INFINITY,
      send: (batch) => {
        for (const at of batch.at.subarray(0, batch.count)) memory.bytes.fill(0xbb, at - 12, at)
        sent.push(...batch.peer.subarray(0, batch.count))
        for (let i = 0; i < batch.count; i++) {
          const at = batch.at[i] ?? 0
          sentBytes.push(memory.bytes.slice(at, at + (batch.length[i] ?? 0)))
        }
      },
    }
  }
  const tunnel = new RelayTunnel(spec, { loop, workplace, post: () => {}, openDevice, openTransport })
  tunnel.start()
  const step = () => loop.step(() => loop.wakeAt(tunnel.alarm(now)), 0)
  cleanups.push(() => {
    tunnel.stop()
    loop.close()
    device.close()
    memory.release()
    sys.close(wakeFd)
  })
  return {
    tunnel,
    device,
    transport,
    memory,
    sent,
    sentBytes,
    step,
    stats: () => readCounters(counters),
    at(time: number) {
      now = time
      step()
    },
    connect: (place: number) => owner?.peerChanged(place, "192.0.2.1 port 1"),
    receive(batch: Batch) {
      owner?.received(batch)
    },
  }
}

interface Lab {
  faults: TunnelFaults | null
  isHub?: boolean
  peers?: RelayPeers
}

function packet(): Uint8Array {
  const [bytes = new Uint8Array()] = packetsOf({ ...plainShape, packets: 1, last: 100 })
  return bytes
}

/** A frame as broadcast by a host behind a peer. */
function broadcast(): Uint8Array {
  const [bytes = new Uint8Array()] = packetsOf({ ...plainShape, tags: [], packets: 1, last: 100 })
  return bytes.fill(0xff, 0, 6)
}

describe("outbound", () => {
  it("turned off, what waits goes on", () => {
    const t = lab({ faults: { outbound: delay(5000) } })
    t.device.inject(packet())
    t.step()
    expect(t.sent).toEqual([])
    t.tunnel.setFaults(null)
    expect(t.sent).toEqual([0])
    expect(t.stats().outbound.dropped).toBe(0)
  })

  it("a shorter delay holds though nothing more comes", () => {
    const t = lab({ faults: { outbound: delay(5000) } })
    t.device.inject(packet())
    t.step()
    t.tunnel.setFaults({ outbound: delay(10) })
    t.at(1010)
    expect(t.sent).toEqual([0])
  })

  it.each(["setPeers", "setTransport"])("%s: what waits for a peer that is gone is not its successor's", (how) => {
    const before = [peer("192.0.2.1"), peer("192.0.2.2")]
    const t = lab({ faults: { outbound: delay(50) }, isHub: true, peers: before })
    t.connect(0)
    t.connect(1)
    t.device.inject(broadcast())
    t.step()
    const after = [peer("192.0.2.9"), peer("192.0.2.2")]
    if (how === "setPeers") t.tunnel.setPeers(after)
    else t.tunnel.setTransport(t.transport, after)
    t.at(1050)
    expect(t.sent).toEqual([1])
    expect(t.stats().drops).toEqual([{ direction: "outbound", reason: "no-peer", packets: 1 }])
  })
})

describe("inbound", () => {
  function received(t: ReturnType<typeof lab>, bytes: Uint8Array, place = 0): void {
    const batch = new Batch(1)
    t.memory.bytes.set(bytes, 100)
    batch.add(100, bytes.length, place)
    t.receive(batch)
  }

  it("turned off, what waits is delivered", () => {
    const t = lab({ faults: { inbound: delay(5000) } })
    received(t, packet())
    expect(t.device.written).toEqual([])
    t.tunnel.setFaults(null)
    expect(t.device.written.map(({ bytes }) => bytes)).toEqual([packet()])
    expect(t.stats().inbound).toMatchObject({ packets: 1, dropped: 0 })
  })

  it("what a peer sent is not taken for its successor's", () => {
    const t = lab({ faults: { inbound: delay(50) }, isHub: true, peers: [peer("192.0.2.1")] })
    received(t, broadcast())
    t.tunnel.setPeers([peer("192.0.2.9")])
    t.at(1050)
    expect(t.device.written).toEqual([])
    expect(t.stats().drops).toEqual([{ direction: "inbound", reason: "no-peer", packets: 1 }])
  })

  it("a train is cut first, and is whole for the other peers of a hub, too", () => {
    const shape = { ...plainShape, tags: [] }
    const atOnce = faultSettings.parse({ rateKbps: 1_000_000 })
    const t = lab({ faults: { inbound: atOnce }, isHub: true, peers: [peer("192.0.2.1"), peer("192.0.2.2")] })
    t.connect(0)
    t.connect(1)
    const batch = new Batch(1)
    addTrain(t.memory, batch, 100, shape)
    t.receive(batch)
    expect(t.device.written.map(({ bytes }) => bytes)).toEqual(packetsOf(shape))
    expect(t.sentBytes).toEqual(packetsOf(shape))
    expect(t.sent).toEqual([1, 1, 1])
  })

  it("the MTU of a train is the one of now", () => {
    const t = lab({ faults: { inbound: delay(50) } })
    t.tunnel.setMtu(1000)
    const batch = new Batch(1)
    addTrain(t.memory, batch, 100, plainShape)
    t.receive(batch)
    expect(t.stats().drops).toEqual([{ direction: "inbound", reason: "bad-train", packets: 1 }])
  })
})
