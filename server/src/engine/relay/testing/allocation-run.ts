// What two tunnels of one worker allocate while packets pass between them. In a process of its own, where nothing else
// does: `node --single-threaded allocation-run.ts '{"kind": "udp", ...}'` prints two AllocationReports.
import { getHeapStatistics } from "node:v8"
import { createEventfd } from "@tundeck/native-bindings"
import { composePacket, createCaptureRing, createPacketRing, packetWish } from "@tundeck/shared"
import { CounterWriter, createCounters, readCounters } from "../counters.ts"
import { EpollLoop } from "../epoll-loop.ts"
import type { ClearEnds, RelaySecurity, RelaySpec, WireGuardPeer } from "../messages.ts"
import {
  checksumOffsetOf,
  gsoTypeOfShape,
  plainShape,
  trainBytes,
  transportAt,
} from "../offload/testing/train-shape.ts"
import { region } from "../regions.ts"
import { RelayTunnel } from "../relay-tunnel.ts"
import { Traffic } from "../traffic.ts"
import type { CipherKind } from "../wireguard/cipher/cipher.ts"
import { createPacketCiphers } from "../wireguard/cipher/create-packet-ciphers.ts"
import { Identity } from "../wireguard/noise/keys.ts"
import { createWorkplace } from "../workplace.ts"
import { LoopDevice } from "./loop-device.ts"
import { ownPort } from "./own-ports.ts"

type Wire = "tcp" | "udp" | "icmp"

export interface AllocationRun {
  /**
   * `answered`: one tunnel, to a responder. `shown`: no tunnel, only the verdicts of packets that are all shown. `sealed`,
   * `opened`: no tunnel, only its cipher.
   */
  kind: Wire | "answered" | "shown" | "sealed" | "opened"
  cipher: CipherKind
  framing: "simpletun" | "trains"
  link: "ip" | "ethernet"
  isHub: boolean
  /** Two Tundecks, who seal with `cipher`. */
  isWireGuard: boolean
  /** Packets in each of the trains that the devices give; 1: they give single packets. */
  trainPackets: number
  /** Hardly two packets in a row are equally long. */
  isPadded: boolean
  /** Into a capture ring; trains with all their bytes. */
  isCaptured: boolean
}

export interface AllocationReport {
  packets: number
  /** How many of them the devices were given, as packets or in trains. */
  delivered: number
  allocatedBytes: number
}

const run: AllocationRun = JSON.parse(process.argv[2] ?? "{}")
const wakeUps = 10_000
const port = ownPort()
const workplace = createWorkplace()
/** A stream that is full would use it, but no stream is. */
const unused = region.spare.at + region.spare.size - 8192

/** A ping, and over tap, with IPv6, a datagram for UDP's echo: what a responder answers. */
function question(): Uint8Array {
  const isEthernet = run.link === "ethernet"
  const ping = { kind: "echo", source: "10.0.0.1", destination: "10.0.0.2", dataBytes: 100 }
  const udp = { kind: "udp", source: "fd00::1", destination: "fd00::2", destinationPort: 7, data: "00".repeat(100) }
  const ethernet = { source: "02:00:00:00:00:01", destination: "02:56:00:00:00:02" }
  return composePacket(packetWish.parse(isEthernet ? { ...udp, ethernet } : ping))
}

/** A datagram or a segment, or a train of them. Its checksum is open. */
function packet(swapsAddresses: boolean) {
  const shape = {
    ...plainShape,
    isTcp: run.trainPackets > 1,
    tags: run.link === "ethernet" ? [] : null,
    gsoSize: 100,
    packets: run.trainPackets,
    last: 100,
  }
  const bytes = trainBytes(shape)
  if (swapsAddresses) swap(bytes, run.link === "ethernet" ? 14 + 12 : 12, 4)
  if (swapsAddresses && run.link === "ethernet") swap(bytes, 0, 6)
  return {
    bytes,
    gsoType: run.trainPackets > 1 ? gsoTypeOfShape(shape) : 0,
    gsoSize: run.trainPackets > 1 ? shape.gsoSize : 0,
    checksumStart: transportAt(shape),
    checksumOffset: checksumOffsetOf(shape),
  }
}

function swap(bytes: Uint8Array, at: number, size: number): void {
  const first = bytes.slice(at, at + size)
  bytes.copyWithin(at, at + size, at + 2 * size)
  bytes.set(first, at + size)
}

const keyOf = (listens: boolean) => new Uint8Array(32).fill(listens ? 1 : 2)

function securityOf(listens: boolean): RelaySecurity {
  return { kind: "wireguard", privateKey: keyOf(listens), previousPrivateKey: null, stampedAfter: 0n }
}

/** The one at the other end. */
function peerOf(ends: ClearEnds): WireGuardPeer {
  const remotes = ends.role === "connect" ? ends.remotes : []
  const publicKey = new Identity(keyOf(ends.role === "connect")).public.bytes
  return { publicKey, presharedKey: null, keepaliveSeconds: 0, expiresAt: null, remotes, named: false }
}

function createEnd(kind: Wire, ends: ClearEnds, packetAt: number) {
  const listens = ends.role === "listen"
  const device = new LoopDevice(workplace.memory, true, packet(listens), packetAt, run.isPadded)
  const isHub = run.isWireGuard || (run.isHub && listens)
  return openTunnel(device, {
    transport: {
      ...{ kind, framing: run.framing, socket: {}, clampMss: true, isHub, fallback: false },
      ends: run.isWireGuard ? { role: "open", local: listens ? ends.local : null } : ends,
    },
    security: run.isWireGuard ? securityOf(listens) : { kind: "none" },
    peers: [
      {
        ...{ address: "127.0.0.1", allowed: [listens ? "10.0.0.1/32" : "10.0.0.2/32"], enabled: true },
        ...(run.isWireGuard && { wireguard: peerOf(ends) }),
      },
    ],
  })
}

function createAnswered() {
  const device = new LoopDevice(workplace.memory, false, { bytes: question() }, unused, false)
  const networks = ["10.0.0.1/24", "fd00::1/64"]
  const answered = { isEthernet: run.link === "ethernet", networks, own: networks }
  return openTunnel(device, {
    transport: { kind: "responder", isHub: false, clampMss: false },
    security: { kind: "none" },
    peers: [{ address: "", allowed: null, enabled: true, answered }],
  })
}

function openTunnel(device: LoopDevice, wanted: Pick<RelaySpec, "transport" | "security" | "peers">) {
  const loop = new EpollLoop(createEventfd(), () => {})
  const counters = createCounters(wanted.transport.isHub)
  const spec: RelaySpec = {
    ...wanted,
    id: "t",
    link: run.link,
    device: { fd: device.fd, packetInfo: false, vnetHeader: device.takesTrains, mtu: 1500 },
    faults: null,
    counters,
    ring: createPacketRing(128),
    capture: run.isCaptured ? { ring: createCaptureRing(4 << 20), snapLength: run.trainPackets > 1 ? 0 : 256 } : null,
  }
  let isUp = false
  const tunnel = new RelayTunnel(spec, {
    loop,
    workplace: { ...workplace, hasFastAes: run.cipher === "aes-256-gcm" },
    post(message) {
      if (message.type === "state" && !run.isWireGuard) isUp = message.state === "up"
      if (message.type === "handshake") isUp = message.isTundeck === true && message.cipher === run.cipher
    },
    openDevice: () => device,
  })
  tunnel.start()
  const onAlarm = () => loop.wakeAt(tunnel.alarm(loop.now))
  return {
    device,
    isUp: () => isUp,
    delivered: () => readCounters(counters).inbound.packets,
    step: (milliseconds: number) => loop.step(onAlarm, milliseconds),
  }
}

/** Answers what passes `packets` packets in each of many wake-ups, and how many got through so far. */
function tunnels(kind: Wire) {
  const local = { address: "127.0.0.1", port }
  const far = createEnd(kind, { role: "listen", local }, unused)
  const near = createEnd(kind, { role: "connect", remotes: [local], named: false }, unused + 4096)
  while (!near.isUp() || !far.isUp()) {
    near.step(1)
    far.step(1)
  }
  return {
    delivered: () => near.delivered() + far.delivered(),
    pass(packets: number) {
      const times = packets / 2 / run.trainPackets
      for (let i = 0; i < wakeUps; i++) {
        near.device.repeat(times)
        far.device.repeat(times)
        // Twice: one wake-up receives fewer datagrams than another sends.
        for (let times = 0; times < 2; times++) {
          near.step(0)
          far.step(0)
        }
      }
      // What is on its way still.
      for (let i = 0; i < 20; i++) {
        near.step(1)
        far.step(1)
      }
    },
  }
}

/** One tunnel, that answers itself. */
function answering() {
  const end = createAnswered()
  return {
    delivered: end.delivered,
    pass(packets: number) {
      for (let i = 0; i < wakeUps; i++) {
        end.device.repeat(packets)
        for (let times = 0; times < 2; times++) end.step(0)
      }
      for (let i = 0; i < 20; i++) end.step(1)
    },
  }
}

function shownTraffic() {
  const counters = createCounters(false)
  const traffic = new Traffic(new CounterWriter(counters), createPacketRing(4096))
  let time = Date.now()
  return {
    delivered: () => readCounters(counters).inbound.packets,
    pass(packets: number) {
      for (let i = 0; i < wakeUps; i++) {
        time += 1000
        traffic.begin({ time, now: time, elapsed: () => 0.05 })
        for (let n = 0; n < packets; n++) traffic.passed(1, 0, workplace.memory.view, 0, 100)
        traffic.end()
      }
    },
  }
}

/** One packet, sealed in its place again and again; or sealed once, and what came of it opened. */
function ciphered(kind: "sealed" | "opened") {
  const { memory } = workplace
  const cipher = createPacketCiphers(memory).create(run.cipher, new Uint8Array(32))
  const { at } = region.outbound
  const kept = region.inbound.at
  const length = 1420
  cipher.seal(kept, length, 1, 2)
  let right = 0
  return {
    delivered: () => right,
    pass(packets: number) {
      for (let i = 0; i < wakeUps * packets; i++) {
        if (kind === "opened") memory.copy(at, kept, length + 16)
        const isRight = kind === "opened" ? cipher.open(at, length, 1, 2) : cipher.seal(at, length, i, 2)
        if (isRight) right += 1
      }
    },
  }
}

function passing(kind: AllocationRun["kind"]) {
  if (kind === "shown") return shownTraffic()
  if (kind === "answered") return answering()
  return kind === "sealed" || kind === "opened" ? ciphered(kind) : tunnels(kind)
}

/** Since the process began. @types/node does not know it yet. */
function allocatedBytes(): number {
  const statistics: { total_allocated_bytes?: number } = getHeapStatistics()
  return statistics.total_allocated_bytes ?? Number.NaN
}

const { pass, delivered } = passing(run.kind)

function measure(packets: number): AllocationReport {
  const [deliveredBefore, allocatedBefore] = [delivered(), allocatedBytes()]
  pass(packets)
  const allocated = allocatedBytes() - allocatedBefore
  return { packets: packets * wakeUps, delivered: delivered() - deliveredBefore, allocatedBytes: allocated }
}

// Until the compilers are through.
for (const packets of [100, 10, 100, 10]) pass(packets)
console.log(JSON.stringify([measure(10), measure(100)]))
process.exit()
