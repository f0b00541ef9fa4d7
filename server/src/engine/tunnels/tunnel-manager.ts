import { Problem, parseEndpoint, type TunnelConfig, type TunnelStatus, type Watch } from "@tundeck/shared"
import type { CreateTunnelManager } from "../ports.ts"
import type { FromWorker } from "../relay/messages.ts"
import { Captures } from "./captures.ts"
import { CountedTunnels } from "./counted-tunnels.ts"
import { DeviceSide } from "./device-side.ts"
import { Injections } from "./injections.ts"
import { MacTables } from "./mac-tables.ts"
import { overheadOf } from "./overhead.ts"
import { createIdleRing, PacketFeed } from "./packet-feed.ts"
import { literalPeers, publicPeerReason } from "./public-peer.ts"
import { relayTransport } from "./relay-spec.ts"
import { resolveName } from "./resolve.ts"
import {
  createRunningTunnel,
  isSame,
  isSameRelay,
  peersOf,
  peerText,
  type RunningTunnel,
  statusOf,
} from "./running-tunnel.ts"
import { TunnelEvents } from "./tunnel-events.ts"
import { WireguardSide } from "./wireguard-side.ts"
import { hasSameKeys, relaySecurity } from "./wireguard-spec.ts"
import { createWorkerPool, type RelayWorker } from "./worker-pool.ts"

const reattachMs = 1000

/** Starts, stops and watches tunnels; the relay workers carry them. Everything here is on the control thread. */
export const createTunnelManager: CreateTunnelManager = ({ devices, onStatus, onEvent, onPackets, ...options }) => {
  const tunnels = new Map<string, RunningTunnel>()
  const tell = (tunnel: RunningTunnel) => onStatus(statusOf(tunnel))
  const feed = new PacketFeed(onPackets)
  const events = new TunnelEvents(onEvent)
  const counted = new CountedTunnels()
  const macTables = new MacTables()
  const injections = new Injections()
  const pool = createWorkerPool({ onMessage, onDeath, wireguard: options.wireguard.settings })
  const deviceSide = new DeviceSide({ devices, pool, events, tell })
  const captures = new Captures({
    link: (tunnel) => deviceSide.link(tunnel),
    warn: (tunnel, text) => events.tell("warning", tunnel, text),
  })
  const wireguard = new WireguardSide({ options: options.wireguard, events, change, tell })
  const unsubscribe = devices.onChange(interfaceChanged)
  const retry = setInterval(attachMissing, reattachMs)

  function attachMissing(): void {
    for (const tunnel of tunnels.values()) {
      if (tunnel.attachment === undefined && tunnel.ending === undefined) deviceSide.attach(tunnel)
    }
  }

  function interfaceChanged(name: string): void {
    for (const tunnel of tunnels.values()) {
      if (tunnel.config.interface === name && tunnel.ending === undefined) deviceSide.refresh(tunnel)
    }
  }

  function onMessage(message: FromWorker): void {
    const tunnel = tunnels.get(message.id)
    if (tunnel === undefined) return
    switch (message.type) {
      case "state":
        return stateChanged(tunnel, message)
      case "peer":
        return peerChanged(tunnel, message)
      case "path":
        return pathChanged(tunnel, message.packet)
      case "macs":
        return macTables.answered(message.question, message.macs)
      case "injected":
        return injections.answered(message.question, message.fate)
      case "removed":
        return ended(tunnel)
      case "device-lost":
        return deviceSide.lost(tunnel, message.fd)
      case "device-released":
        return deviceSide.detach(tunnel, message.fd)
      case "resolve":
        return void (message.peer === undefined ? resolve(tunnel) : wireguard.resolve(tunnel, message.peer))
      case "stranger":
        return events.stranger(tunnel, message.address)
      case "fallback":
        return events.fallback(tunnel, message.reason)
      case "kernel-call": {
        const { id: tunnelId, interface: name } = tunnel.config
        return options.onKernelCall?.(message.call, { cause: message.cause, tunnel: tunnelId, interface: name })
      }
      default:
        return wireguard.obey(tunnel, message)
    }
  }

  function peerChanged(tunnel: RunningTunnel, { peer, remote, carrier }: FromWorker & { type: "peer" }): void {
    tunnel.places.changed(peer, remote, carrier)
    const placed = tunnel.places.at(peer)
    if (placed !== undefined) events.peer(tunnel, placed)
    tell(tunnel)
  }

  function pathChanged(tunnel: RunningTunnel, packet: number | null): void {
    if (packet === tunnel.pathPacket) return
    tunnel.pathPacket = packet
    deviceSide.warnOfMtu(tunnel)
    tell(tunnel)
  }

  function stateChanged(tunnel: RunningTunnel, { state, reason }: FromWorker & { type: "state" }): void {
    const isOther = tunnel.state !== state
    const isNews = isOther || tunnel.reason?.detail !== reason?.detail
    Object.assign(tunnel, { state, reason })
    if (isOther) tunnel.since = Date.now()
    if (isNews) events.state(tunnel)
    tell(tunnel)
  }

  async function resolve(tunnel: RunningTunnel): Promise<void> {
    const endpoint = parseEndpoint(tunnel.config.transport.connect ?? "")
    if (endpoint === undefined) return
    const addresses = await resolveName(endpoint.host)
    const reason = publicPeerReason(tunnel.config, addresses)
    const remotes = reason === null ? addresses.map((address) => ({ address, port: endpoint.port })) : []
    tunnel.worker?.post({ type: "remotes", id: tunnel.config.id, remotes, reason })
  }

  /** `attachMissing` places its tunnels anew: once a second at most, so that a worker that cannot live is no busy loop. */
  function onDeath(worker: RelayWorker, why: string): void {
    for (const tunnel of tunnels.values()) {
      if (tunnel.worker !== worker) continue
      tunnel.worker = undefined
      events.tell("error", tunnel, `Its relay worker died and is replaced: ${why.slice(0, 500)}`)
      if (tunnel.ending !== undefined) {
        ended(tunnel)
        continue
      }
      deviceSide.detach(tunnel)
      const detail = "Its relay worker died; another one takes over within a second."
      const reason = { code: "system-error", detail } as const
      Object.assign(tunnel, { state: "reconnecting", reason, since: Date.now() })
      tunnel.places.disconnect()
      if (feed.watchOf(tunnel.config.id) !== "off") watchFromNow(tunnel)
      tell(tunnel)
    }
  }

  function start(wanted: TunnelConfig): TunnelStatus {
    const refusal = publicPeerReason(wanted, literalPeers(wanted))
    if (refusal !== null) throw new Problem("public-peer-refused", refusal.detail)
    const tunnel = tunnels.get(wanted.id)
    const config = wireguard.latest(wanted, tunnel)
    if (tunnel === undefined) return begin(config)
    if (tunnel.ending === undefined && isSameRelay(tunnel.config, config)) {
      change(tunnel, config)
      return statusOf(tunnel)
    }
    end(tunnel).next = config
    return { ...statusOf(tunnel), state: "connecting", reason: null }
  }

  /** Of a running tunnel, what differs: the device stays as it is. */
  function change(tunnel: RunningTunnel, config: TunnelConfig): void {
    const before = tunnel.config
    const { id } = config
    tunnel.config = config
    tunnel.places.rename(config, peerText(config))
    tunnel.places.set(config, tunnel.counters)
    if (!hasSameKeys(before, config)) tunnel.worker?.post({ type: "security", id, security: relaySecurity(config) })
    if (!isSame(before.transport, config.transport)) {
      tunnel.places.disconnect()
      deviceSide.lookAtPeers(tunnel) // the new transport gets them: the old one shall not call anybody any more
      tunnel.worker?.post({ type: "transport", id, transport: relayTransport(config), peers: tunnel.peers })
    } else {
      deviceSide.setPeers(tunnel)
    }
    if (!isSame(before.capture, config.capture)) {
      tunnel.capture = captures.start(tunnel)
      tunnel.worker?.post({ type: "capture", id, capture: tunnel.capture })
    }
    if (!isSame(before.faults, config.faults))
      tunnel.worker?.post({ type: "faults", id, faults: config.faults ?? null })
    wireguard.follow(tunnel)
  }

  function begin(config: TunnelConfig): TunnelStatus {
    const tunnel = createRunningTunnel(config)
    tunnels.set(config.id, tunnel)
    tunnel.capture = captures.start(tunnel)
    deviceSide.attach(tunnel)
    wireguard.follow(tunnel)
    return statusOf(tunnel)
  }

  /** Asks the worker to let go; `ended` follows. Answers what shall happen then, for the caller to add to. */
  function end(tunnel: RunningTunnel): NonNullable<RunningTunnel["ending"]> {
    if (tunnel.ending !== undefined) return tunnel.ending
    const ending: NonNullable<RunningTunnel["ending"]> = { waiting: [], next: undefined }
    tunnel.ending = ending
    if (tunnel.worker === undefined) queueMicrotask(() => ended(tunnel))
    else tunnel.worker.post({ type: "remove", id: tunnel.config.id })
    return ending
  }

  function ended(tunnel: RunningTunnel): void {
    if (tunnel.worker !== undefined) tunnel.worker.load -= 1
    deviceSide.detach(tunnel)
    wireguard.ended(tunnel)
    feed.unwatch(tunnel.config.id)
    captures.stopped(tunnel)
    tunnels.delete(tunnel.config.id)
    const { waiting = [], next } = tunnel.ending ?? {}
    if (next === undefined)
      onStatus({
        ...statusOf(tunnel),
        state: "stopped",
        reason: null,
        remote: null,
        peersConnected: 0,
        since: Date.now(),
      })
    for (const done of waiting) done()
    if (next !== undefined) begin(next)
  }

  function running(id: string): RunningTunnel {
    const tunnel = tunnels.get(id)
    if (tunnel === undefined) throw new Problem("tunnel-not-running", "Start the tunnel first.")
    return tunnel
  }

  async function stop(id: string): Promise<void> {
    const tunnel = tunnels.get(id)
    if (tunnel === undefined) throw new Problem("tunnel-not-found", `No tunnel ${id} is running.`)
    const ending = end(tunnel)
    ending.next = undefined
    await new Promise<void>((resolve) => ending.waiting.push(resolve))
  }

  function moveRing(tunnel: RunningTunnel, ring: SharedArrayBuffer): void {
    tunnel.ring = ring
    tunnel.worker?.post({ type: "ring", id: tunnel.config.id, ring })
  }

  function largerRing(tunnel: RunningTunnel, ring: SharedArrayBuffer): SharedArrayBuffer {
    return feed.watch(tunnel.config.id, ring, {
      link: deviceSide.link(tunnel),
      known: (record) => ({ peer: tunnel.places.at(record.peer)?.peer.name, overhead: overheadOf(tunnel, record) }),
    })
  }

  /** In rings of its own: the worker that wrote the others is gone. */
  function watchFromNow(tunnel: RunningTunnel): void {
    const { id } = tunnel.config
    const watch = feed.watchOf(id)
    feed.unwatch(id)
    tunnel.ring = largerRing(tunnel, createIdleRing())
    feed.setResting(id, watch === "resting")
  }

  function watch(id: string, wanted: Watch): void {
    const tunnel = tunnels.get(id)
    if (tunnel === undefined) {
      throw new Problem("tunnel-not-running", "Only a running tunnel has packets to show: start it.")
    }
    const isWatched = feed.watchOf(id) !== "off"
    if (wanted !== "off") {
      if (!isWatched) moveRing(tunnel, largerRing(tunnel, tunnel.ring))
      return feed.setResting(id, wanted === "resting")
    }
    if (!isWatched) return
    feed.unwatch(id)
    moveRing(tunnel, createIdleRing())
  }

  return {
    start,
    stop,
    watch,
    capture: (request) => captures.open(request, tunnels.get(request.id)),
    counted: (since) => counted.answer(tunnels, since),
    peers: (id) => peersOf(running(id)),
    carried(id) {
      const tunnel = running(id)
      if (tunnel.attachment === undefined) {
        throw new Problem("tunnel-not-running", "It has no device now: see the tunnel's reason.")
      }
      return { interface: tunnel.config.interface, mtu: tunnel.mtu, stats: statusOf(tunnel).stats }
    },
    inject: async (wanted) => injections.inject(running(wanted.id), wanted),
    macs: (id) => macTables.ask(running(id)),
    reconfigurations: () => wireguard.reconfigurations(),
    taken: (id, revision) => wireguard.taken(id, revision),
    interfaceChanged,
    list: () => [...tunnels.values()].map(statusOf),
    async close() {
      clearInterval(retry)
      unsubscribe()
      feed.close()
      captures.close()
      wireguard.close()
      await pool.close()
      for (const tunnel of tunnels.values()) deviceSide.detach(tunnel)
      tunnels.clear()
    },
  }
}
