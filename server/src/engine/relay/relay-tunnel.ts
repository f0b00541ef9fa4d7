import { epoll } from "@tundeck/native-bindings"
import type { TunnelReason, TunnelState } from "@tundeck/shared"
import { CounterWriter } from "./counters.ts"
import type { EpollLoop, Source } from "./epoll-loop.ts"
import type { Scratch } from "./frame.ts"
import { Inbound } from "./inbound.ts"
import { InnerSource } from "./inner-source.ts"
import type { FromWorker, NumericEndpoint, RelayDevice, RelaySpec } from "./messages.ts"
import { Outbound, type OutboundResult } from "./outbound.ts"
import { badFrameReason, halfFrameReason, lossReason } from "./reasons.ts"
import { type PeerStream, StreamLink } from "./stream-link.ts"
import { Traffic } from "./traffic.ts"
import { type PacketDevice, TunDevice } from "./tun-device.ts"

const halfFrameMs = 10_000

/** One running tunnel: a device, a stream to the peer, and the two roads between them. */
export class RelayTunnel {
  readonly id: string
  readonly #loop: EpollLoop
  readonly #post: (message: FromWorker) => void
  readonly #openDevice: (device: RelayDevice) => PacketDevice
  readonly #traffic: Traffic
  readonly #outbound: Outbound
  readonly #inbound: Inbound
  readonly #link: StreamLink
  readonly #deviceSource: Source = { ready: (events) => this.#deviceReady(events) }
  #device: PacketDevice | undefined
  #deviceSlot = 0
  #mtu: number
  #stream: PeerStream | undefined
  /** The frame that has begun must end by then. */
  #halfFrameBy = Number.POSITIVE_INFINITY
  #framesSeen = 0

  constructor(
    spec: RelaySpec,
    loop: EpollLoop,
    scratch: Scratch,
    post: (message: FromWorker) => void,
    openDevice: (device: RelayDevice) => PacketDevice = (device) => new TunDevice(device),
  ) {
    this.id = spec.id
    this.#loop = loop
    this.#post = post
    this.#openDevice = openDevice
    this.#mtu = spec.device.mtu
    const counters = new CounterWriter(spec.counters)
    this.#traffic = new Traffic(counters, spec.ring)
    this.#outbound = new Outbound(scratch, this.#traffic, spec.link)
    this.#inbound = new Inbound(scratch, this.#traffic, spec.link, spec.device.mtu, new InnerSource(spec.allowed))
    this.#attach(spec.device)
    this.#link = new StreamLink(spec.transport, loop, counters, {
      opened: (stream) => this.#opened(stream),
      ready: (events) => this.#streamReady(events),
      changed: (state, reason, remote) => this.#say(state, reason, remote),
      resolve: () => post({ type: "resolve", id: spec.id }),
      stranger: (address) => post({ type: "stranger", id: spec.id, address }),
    })
  }

  start(): void {
    this.#link.start()
  }

  /** Afterwards the worker uses no fd of this tunnel. */
  stop(): void {
    this.#traffic.begin(this.#loop.time)
    this.#outbound.drop()
    this.#traffic.end()
    this.#link.stop()
    this.#stream = undefined
    this.#detach()
  }

  setDevice(device: RelayDevice | null): void {
    const old = this.#device?.fd
    this.#detach()
    if (old !== undefined) this.#post({ type: "device-released", id: this.id, fd: old })
    if (device === null) return
    this.#mtu = device.mtu
    this.#inbound.mtu = device.mtu
    this.#attach(device)
  }

  setLimits(mtu: number, allowed: string[] | null): void {
    this.#mtu = mtu
    this.#inbound.mtu = mtu
    this.#inbound.source = new InnerSource(allowed)
  }

  setRing(ring: SharedArrayBuffer): void {
    this.#traffic.moveTo(ring)
  }

  setRemotes(remotes: NumericEndpoint[], reason: TunnelReason | null): void {
    this.#link.setRemotes(remotes, reason)
  }

  /** Does what is due; answers when to be called again. */
  alarm(now: number): number {
    if (now >= this.#halfFrameBy && this.#stream !== undefined) {
      this.#traffic.begin(this.#loop.time)
      this.#lose(halfFrameReason(this.#stream.remote))
      this.#traffic.end()
    }
    return Math.min(this.#halfFrameBy, this.#link.alarm(now))
  }

  #say(state: TunnelState, reason: TunnelReason | null, remote: string | null): void {
    this.#post({ type: "state", id: this.id, state, reason, remote })
  }

  #attach(device: RelayDevice): void {
    this.#device = this.#openDevice(device)
    const events = this.#outbound.isWaiting ? 0 : epoll.in
    this.#deviceSlot = this.#loop.add(this.#device.fd, events, this.#deviceSource)
  }

  #detach(): void {
    if (this.#device === undefined) return
    this.#loop.remove(this.#device.fd, this.#deviceSlot)
    this.#device.release()
    this.#device = undefined
  }

  /** Deleted under us: poll says EPOLLERR for ever, so the fd leaves the loop at once. */
  #deviceGone(): void {
    const fd = this.#device?.fd
    this.#detach()
    if (fd !== undefined) this.#post({ type: "device-lost", id: this.id, fd })
  }

  #opened(stream: PeerStream): void {
    this.#traffic.begin(this.#loop.time)
    this.#outbound.drop()
    this.#traffic.end()
    this.#inbound.reset()
    this.#halfFrameBy = Number.POSITIVE_INFINITY
    this.#stream = stream
    this.#readDevice(true)
  }

  #lose(reason: TunnelReason): void {
    this.#stream = undefined
    this.#outbound.drop()
    this.#inbound.reset()
    this.#halfFrameBy = Number.POSITIVE_INFINITY
    this.#readDevice(true)
    this.#link.lost(reason)
  }

  /** While the stream is full the device is not read. */
  #readDevice(on: boolean): void {
    if (this.#device !== undefined) this.#loop.modify(this.#device.fd, this.#deviceSlot, on ? epoll.in : 0)
  }

  #deviceReady(events: number): void {
    const device = this.#device
    if (device === undefined) return
    if ((events & epoll.in) === 0) {
      if ((events & (epoll.error | epoll.hangUp)) !== 0) this.#deviceGone()
      return
    }
    this.#traffic.begin(this.#loop.time)
    const stream = this.#stream
    const result = stream === undefined ? this.#outbound.discard(device) : this.#outbound.pump(device, stream.fd)
    this.#afterSend(result, stream)
    this.#traffic.end()
  }

  #afterSend(result: OutboundResult, stream: PeerStream | undefined): void {
    if (result === "gone") this.#deviceGone()
    if (stream === undefined) return
    if (result === "lost") this.#lose(lossReason(this.#outbound.errno, stream.remote))
    else if (this.#outbound.isWaiting) this.#waitForStream(stream)
  }

  #waitForStream(stream: PeerStream): void {
    this.#readDevice(false)
    this.#link.wantWritable(stream, true)
  }

  #streamReady(events: number): void {
    const stream = this.#stream
    if (stream === undefined) return
    this.#traffic.begin(this.#loop.time)
    if ((events & epoll.out) !== 0) this.#writable(stream)
    if (this.#stream === stream && (events & ~epoll.out) !== 0) this.#readable(stream)
    this.#traffic.end()
  }

  #writable(stream: PeerStream): void {
    const result = this.#outbound.flush(stream.fd)
    if (result === "lost") return this.#lose(lossReason(this.#outbound.errno, stream.remote))
    if (result === "waiting") return
    this.#link.wantWritable(stream, false)
    this.#readDevice(true)
  }

  #readable(stream: PeerStream): void {
    switch (this.#inbound.pump(stream.fd, this.#device)) {
      case "closed":
        return this.#lose({ code: "peer-closed", detail: `${stream.remote} closed the connection.` })
      case "lost":
        return this.#lose(lossReason(this.#inbound.errno, stream.remote))
      case "bad-frame":
        return this.#lose(badFrameReason(this.#inbound.badLength, this.#mtu, stream.remote))
      case "gone":
        this.#deviceGone()
        break
      default:
    }
    this.#watchHalfFrame()
  }

  /** The deadline belongs to one frame: it starts when the frame begins, and a trickle of bytes does not move it. */
  #watchHalfFrame(): void {
    const ended = this.#inbound.framesEnded
    if (!this.#inbound.isInsideFrame) this.#halfFrameBy = Number.POSITIVE_INFINITY
    else if (this.#halfFrameBy === Number.POSITIVE_INFINITY || ended !== this.#framesSeen) {
      this.#halfFrameBy = this.#loop.now + halfFrameMs
      this.#loop.wakeAt(this.#halfFrameBy)
    }
    this.#framesSeen = ended
  }
}
