import { epoll, sys } from "@tundeck/native-bindings"
import type { Direction, Injected, TunnelFaults, TunnelReason } from "@tundeck/shared"
import type { Batch } from "./batch.ts"
import { CounterWriter, readCounters } from "./counters.ts"
import { TunDevice } from "./device/tun-device.ts"
import type { EpollLoop, Source } from "./epoll-loop.ts"
import { TunnelInjectors } from "./faults/tunnel-faults.ts"
import { HubRoad } from "./hub/hub-road.ts"
import { keptPlaces } from "./hub/kept-places.ts"
import { fateOf } from "./injected.ts"
import { InnerSource } from "./inner-source.ts"
import type {
  AnyRelayTransport,
  FromWorker,
  LearnedMac,
  NumericEndpoint,
  RelayCapture,
  RelayDevice,
  RelayPeers,
  RelaySecurity,
  RelaySpec,
} from "./messages.ts"
import type { PacketDevice, Transport, TransportOwner } from "./ports.ts"
import { ethernetHeader, region } from "./regions.ts"
import { Inbound } from "./road/inbound.ts"
import { Outbound } from "./road/outbound.ts"
import { Traffic } from "./traffic.ts"
import { createTransport } from "./transport/create-transport.ts"
import type { TransportParts } from "./transport/transport-parts.ts"
import { openSockets } from "./wireguard/carrier/open-sockets.ts"
import { featuresOf } from "./wireguard/tundeck/features.ts"
import { WireGuardCore, type WireGuardSecurity } from "./wireguard/wireguard-core.ts"
import { WireGuardTransport } from "./wireguard/wireguard-transport.ts"
import type { Workplace } from "./workplace.ts"

export interface TunnelParts {
  loop: EpollLoop
  workplace: Workplace
  post(message: FromWorker): void
  openDevice?: (device: RelayDevice) => PacketDevice
  openTransport?: typeof createTransport
}

/** More than the headroom of any transport. */
const roomBefore = 256

/** One running tunnel: a device, a transport, and the two roads between them. Either end may be changed while it runs. */
export class RelayTunnel {
  readonly id: string
  readonly #parts: TunnelParts
  readonly #counters: SharedArrayBuffer
  readonly #traffic: Traffic
  readonly #outbound: Outbound
  readonly #inbound: Inbound
  readonly #isEthernet: boolean
  readonly #faults: TunnelInjectors
  readonly #deviceSource: Source = { ready: (events) => this.#deviceReady(events) }
  #device: PacketDevice | undefined
  #deviceSlot = 0
  #mtu: number
  #transport: Transport
  /** The transport, with the fault injector before it while there are faults. */
  #sink: Transport
  #hub: HubRoad | undefined
  readonly #wireguard: WireGuardCore | undefined
  #isBlocked = false
  #peers: RelayPeers
  #clampMss: boolean
  #dueAt = Number.POSITIVE_INFINITY

  constructor(spec: RelaySpec, parts: TunnelParts) {
    this.id = spec.id
    this.#parts = parts
    this.#mtu = spec.device.mtu
    this.#peers = spec.peers
    this.#isEthernet = spec.link === "ethernet"
    this.#clampMss = spec.transport.clampMss
    this.#counters = spec.counters
    this.#traffic = new Traffic(new CounterWriter(spec.counters), spec.ring)
    this.#traffic.capture(spec.capture)
    const { memory, outbound, inbound } = parts.workplace
    this.#outbound = new Outbound(memory, outbound, this.#traffic, this.#isEthernet)
    this.#inbound = new Inbound(memory, inbound, this.#traffic, this.#isEthernet, spec.device.mtu, this.#source())
    if (spec.transport.isHub) {
      this.#hub = new HubRoad(memory, this.#traffic, this.#isEthernet, spec.peers, () => parts.loop.now)
      this.#outbound.hub = this.#inbound.hub = this.#hub
    }
    this.#faults = new TunnelInjectors(spec.device.mtu, {
      ...{ loop: parts.loop, memory, traffic: this.#traffic, isEthernet: this.#isEthernet },
      wakeAt: (when) => this.#wakeAt(when),
      passOutbound: (batch) => this.#transport.send(batch),
      passInbound: (batch) => this.#deliver(batch),
    })
    if (spec.security.kind === "wireguard") this.#wireguard = this.#createCore(spec.security)
    this.#transport = this.#openTransport(spec.transport)
    this.#sink = this.#transport
    this.setFaults(spec.faults)
    this.#attach(spec.device)
  }

  start(): void {
    this.#transport.start()
  }

  /** Afterwards the worker uses no fd of this tunnel. */
  stop(): void {
    this.#sink.stop()
    this.#faults.stop()
    this.#wireguard?.end()
    this.#detach()
  }

  setDevice(device: RelayDevice | null): void {
    const old = this.#device?.fd
    this.#detach()
    if (old !== undefined) this.#parts.post({ type: "device-released", id: this.id, fd: old })
    if (device === null) return
    this.setMtu(device.mtu)
    this.#attach(device)
  }

  setMtu(mtu: number): void {
    this.#mtu = mtu
    this.#inbound.mtu = mtu
    this.#faults.setMtu(mtu)
    if (this.#wireguard !== undefined) this.#wireguard.mtu = this.#largestPacket
  }

  setPeers(peers: RelayPeers): void {
    this.#takePeers(peers)
    this.#sink.setPeers(peers)
  }

  /** The device, and with it every inner connection, does not notice. */
  setTransport(transport: AnyRelayTransport, peers: RelayPeers): void {
    this.#transport.stop()
    this.#wireguard?.setPeers(peers, keptPlaces(this.#peers, peers))
    this.#takePeers(peers)
    this.#clampMss = transport.clampMss
    this.#transport = this.#openTransport(transport)
    this.#transport.start()
  }

  /** Other keys of this host's. The kind is the same. */
  setSecurity(security: RelaySecurity): void {
    if (security.kind === "wireguard") this.#wireguard?.setSecurity(security)
  }

  setFaults(faults: TunnelFaults | null): void {
    this.#traffic.begin(this.#parts.loop)
    this.#faults.setOutbound(faults?.outbound)
    // First: what an inbound injector lets go a hub may send on.
    this.#sink = this.#faults.before(this.#transport, this.#peers)
    this.#faults.setInbound(faults?.inbound)
    this.#traffic.end()
  }

  macs(): LearnedMac[] {
    return this.#hub?.macs() ?? []
  }

  /** One packet takes the road as if the device had sent it, or peer `peer`. */
  inject(direction: Direction, peer: number, packet: Uint8Array): Omit<Injected, "length"> {
    const { loop, workplace } = this.#parts
    const before = readCounters(this.#counters)
    this.#traffic.begin(loop)
    this.#traffic.marked = direction === "outbound" ? 0 : 1
    if (direction === "outbound") this.#outbound.inject(packet, this.#sink)
    else {
      const { received, memory } = workplace
      // A hub may send it on: transports write before what they send.
      const at = region.inbound.at + roomBefore
      memory.bytes.set(packet, at)
      received.clear()
      received.add(at, packet.length, peer)
      this.#faults.take(received)
      received.clear()
    }
    this.#traffic.marked = -1
    this.#traffic.end()
    return fateOf(before, readCounters(this.#counters), direction)
  }

  setRing(ring: SharedArrayBuffer): void {
    this.#traffic.moveTo(ring)
  }

  setCapture(capture: RelayCapture | null): void {
    this.#traffic.capture(capture)
  }

  setRemotes(remotes: NumericEndpoint[], reason: TunnelReason | null, peer?: number): void {
    this.#transport.setRemotes(remotes, reason, peer)
  }

  /** Does what is due; answers when to be called again. Where nothing is due it costs nothing: the alarm is mostly another's. */
  alarm(now: number): number {
    if (now < this.#dueAt) return this.#dueAt
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#traffic.begin(this.#parts.loop)
    this.#wakeAt(Math.min(this.#sink.alarm(now), this.#faults.alarm(now)))
    this.#traffic.end()
    return this.#dueAt
  }

  #wakeAt(when: number): void {
    this.#dueAt = Math.min(this.#dueAt, when)
    this.#parts.loop.wakeAt(when)
  }

  #takePeers(peers: RelayPeers): void {
    if (this.#hub !== undefined) {
      this.#faults.renumber(keptPlaces(this.#peers, peers))
      this.#hub.setPeers(peers)
    }
    this.#peers = peers
    this.#inbound.source = this.#source()
  }

  #source(): InnerSource {
    return new InnerSource(this.#peers[0]?.allowed ?? null)
  }

  #openTransport(transport: AnyRelayTransport): Transport {
    const { loop, workplace, post } = this.#parts
    const { id } = this
    const largestPacket = () => this.#largestPacket
    const owner: TransportOwner = {
      get largestPacket() {
        return largestPacket()
      },
      received: (batch) => this.#faults.take(batch),
      blocked: (on) => this.#block(on),
      peerChanged: (peer, remote, carrier) => {
        this.#hub?.setUp(peer, remote !== null)
        post({ type: "peer", id, peer, remote, carrier: carrier ?? null })
      },
      state: (state, reason) => post({ type: "state", id, state, reason }),
      pathChanged: () => this.#pathChanged(),
      resolve: (peer) => post({ type: "resolve", id, ...(peer !== undefined && { peer }) }),
      listening: (port) => post({ type: "listening", id, port }),
      stranger: (address) => post({ type: "stranger", id, address }),
      fallbackChanged: (reason) => post({ type: "fallback", id, reason }),
      wakeAt: (when) => this.#wakeAt(when),
    }
    const { memory, received: inbound } = workplace
    this.#isBlocked = false
    const opened = this.#open(transport, { loop, memory, traffic: this.#traffic, owner, inbound })
    this.#setClamp(opened)
    this.#sink = this.#faults.before(opened, this.#peers)
    post({ type: "path", id, packet: opened.pathPacket })
    return opened
  }

  #open(transport: AnyRelayTransport, parts: TransportParts): Transport {
    const { openTransport = createTransport } = this.#parts
    if (this.#wireguard === undefined || transport.kind === "responder" || transport.ends.role !== "open") {
      return openTransport(transport, this.#peers, parts)
    }
    const { ends } = transport
    const isEthernet = this.#isEthernet
    const sockets = openSockets(parts)
    return new WireGuardTransport({ ...transport, ends }, this.#peers, parts, this.#wireguard, isEthernet, sockets)
  }

  #createCore(security: WireGuardSecurity): WireGuardCore {
    const { loop, workplace, post } = this.#parts
    const { memory, ciphers, hasFastAes, timers, withheld } = workplace
    const { id } = this
    return new WireGuardCore(security, this.#peers, this.#largestPacket, {
      ...{ memory, ciphers, timers, clock: () => loop.now, preciseClock: () => sys.clockBoottimeMilliseconds() },
      offers: featuresOf({ isEthernet: this.#isEthernet, hasFastAes, withheld }),
      events: {
        handshake(peer, { handshakeAt, isTundeck, cipher }) {
          if (handshakeAt !== null) post({ type: "handshake", id, peer, at: handshakeAt, isTundeck, cipher })
        },
        stamped: (tai) => post({ type: "stamped", id, tai }),
        wakeAt: (when) => this.#wakeAt(when),
      },
    })
  }

  get #largestPacket(): number {
    return this.#isEthernet ? this.#mtu + ethernetHeader : this.#mtu
  }

  #deliver(batch: Batch): void {
    if (!this.#inbound.take(batch, this.#device, this.#sink)) this.#deviceGone()
  }

  #pathChanged(): void {
    this.#setClamp(this.#transport)
    this.#parts.post({ type: "path", id: this.id, packet: this.#transport.pathPacket })
  }

  #setClamp({ pathPacket }: Transport): void {
    const clampTo = this.#clampMss ? (pathPacket ?? 0) : 0
    this.#outbound.clampTo = clampTo
    this.#inbound.clampTo = clampTo
  }

  #attach(device: RelayDevice): void {
    const { workplace, loop, openDevice = (wanted) => new TunDevice(wanted, workplace.memory) } = this.#parts
    this.#device = openDevice(device)
    this.#deviceSlot = loop.add(this.#device.fd, this.#isBlocked ? 0 : epoll.in, this.#deviceSource)
  }

  #detach(): void {
    if (this.#device === undefined) return
    this.#parts.loop.remove(this.#device.fd, this.#deviceSlot)
    this.#device.release()
    this.#device = undefined
  }

  /** Deleted under us: poll says EPOLLERR for ever, so the fd leaves the loop at once. */
  #deviceGone(): void {
    const fd = this.#device?.fd
    this.#detach()
    if (fd !== undefined) this.#parts.post({ type: "device-lost", id: this.id, fd })
  }

  /** While the transport takes no more the device is not read: the kernel's queue fills, drops, and shows it. */
  #block(on: boolean): void {
    if (on === this.#isBlocked) return
    this.#isBlocked = on
    if (this.#device !== undefined) {
      this.#parts.loop.modify(this.#device.fd, this.#deviceSlot, on ? 0 : epoll.in)
    }
  }

  #deviceReady(events: number): void {
    const device = this.#device
    if (device === undefined) return
    if ((events & epoll.in) === 0) {
      if ((events & (epoll.error | epoll.hangUp)) !== 0) this.#deviceGone()
      return
    }
    this.#traffic.begin(this.#parts.loop)
    if (!this.#outbound.pump(device, this.#sink)) this.#deviceGone()
    this.#traffic.end()
  }
}
