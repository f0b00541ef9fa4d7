import { errno } from "@tundeck/native-bindings"
import { parseEndpoint, type TunnelConfig, type TunnelReconfigured, type WireguardConfig } from "@tundeck/shared"
import type { WireguardOptions } from "../ports.ts"
import { readPeerCounters } from "../relay/counters.ts"
import type { FromWorker, NumericEndpoint } from "../relay/messages.ts"
import type { MovedNetwork } from "../wireguard-socket/apply-set.ts"
import type { DeviceReport, SetRequest } from "../wireguard-socket/configuration.ts"
import { ConfigurationSockets } from "./configuration-sockets.ts"
import { isWireguardPeer } from "./places.ts"
import { isPortTaken } from "./port-probe.ts"
import { Reconfigurations } from "./reconfigurations.ts"
import { resolveName } from "./resolve.ts"
import { currentEndpoint, type RunningTunnel } from "./running-tunnel.ts"
import type { TunnelEvents } from "./tunnel-events.ts"
import { deviceOf, endpointOf, isWireguard, reconfigure, type WireguardTunnel } from "./wireguard-device.ts"

export type WireguardMessage = Extract<FromWorker, { type: "handshake" | "stamped" | "listening" }>

export interface WireguardSideParts {
  options: WireguardOptions
  events: TunnelEvents
  /** Makes a running tunnel what its configuration says. */
  change(tunnel: RunningTunnel, config: TunnelConfig): void
  /** The tunnel's status is another now. */
  tell(tunnel: RunningTunnel): void
}

/** What only wireguard tunnels have: peers that are known by their keys, time stamps that never go back, and a configuration socket. */
export class WireguardSide {
  readonly #parts: WireguardSideParts
  readonly #sockets: ConfigurationSockets
  readonly #reconfigurations: Reconfigurations

  constructor(parts: WireguardSideParts) {
    this.#parts = parts
    this.#reconfigurations = new Reconfigurations(parts.options.onReconfigured)
    this.#sockets = new ConfigurationSockets({
      maker: parts.options.sockets,
      events: parts.events,
      report: (tunnel) => reportOf(tunnel, Date.now()),
      set: (tunnel, request) => this.#set(tunnel, request),
    })
  }

  /** What the panel wants, without what it would undo because it does not know it yet. */
  latest(config: TunnelConfig, running: RunningTunnel | undefined): TunnelConfig {
    if (!isWireguard(config)) return config
    const stamp = stampOf(running?.config)
    if (stamp <= stampOf(config)) return this.#reconfigurations.rebase(config)
    this.#parts.options.onStamped({ id: config.id, stampedAfter: String(stamp) })
    return this.#reconfigurations.rebase(withStamp(config, stamp))
  }

  /** It runs, or its transport or interface is another now. */
  follow(tunnel: RunningTunnel): void {
    this.#sockets.follow(tunnel)
  }

  ended(tunnel: RunningTunnel): void {
    this.#sockets.end(tunnel)
  }

  reconfigurations(): TunnelReconfigured[] {
    return this.#reconfigurations.list()
  }

  taken(id: string, revision: number): void {
    this.#reconfigurations.taken(id, revision)
  }

  close(): void {
    this.#sockets.close()
  }

  obey(tunnel: RunningTunnel, message: WireguardMessage): void {
    switch (message.type) {
      case "handshake": {
        const { at, isTundeck, cipher } = message
        const placed = tunnel.places.at(message.peer)
        if (placed !== undefined) Object.assign(placed, { lastHandshakeAt: at, isTundeck, cipher })
        return
      }
      case "listening":
        tunnel.port = message.port
        return
      case "stamped":
        return this.#stamped(tunnel, message.tai)
    }
  }

  async resolve(tunnel: RunningTunnel, place: number): Promise<void> {
    const placed = tunnel.places.at(place)
    if (placed === undefined || !isWireguardPeer(placed.peer) || !isWireguard(tunnel.config)) return
    const endpoint = parseEndpoint(endpointOf(tunnel.config, placed.peer) ?? "")
    if (endpoint === undefined) return
    const addresses = await resolveName(endpoint.host)
    if (tunnel.places.at(place) !== placed) return // another peer has the place by now
    placed.resolved = addresses.map((address) => ({ address, port: endpoint.port }))
    this.#send(tunnel, place, placed.resolved)
  }

  #send(tunnel: RunningTunnel, peer: number, remotes: NumericEndpoint[]): void {
    tunnel.worker?.post({ type: "remotes", id: tunnel.config.id, remotes, reason: null, peer })
  }

  #stamped(tunnel: RunningTunnel, tai: bigint): void {
    const { config } = tunnel
    if (!isWireguard(config) || tai <= stampOf(config)) return
    tunnel.config = withStamp(config, tai)
    this.#parts.options.onStamped({ id: config.id, stampedAfter: String(tai) })
  }

  #set(tunnel: RunningTunnel, request: SetRequest): number {
    const { options, events, change, tell } = this.#parts
    const { config } = tunnel
    if (!isWireguard(config) || tunnel.ending !== undefined) return errno.ENODEV
    const done = reconfigure(config, request, { now: Date.now(), mayBeKeyless: options.isStandAlone })
    if ("errno" in done) return done.errno
    if (needsOtherPort(tunnel, done.tunnel)) return errno.EADDRINUSE
    const isOther = JSON.stringify(config) !== JSON.stringify(done.tunnel)
    if (isOther) change(tunnel, done.tunnel)
    this.#callAt(tunnel, request)
    if (!isOther) return 0
    for (const text of movedTexts(done.tunnel, done.moved)) events.tell("info", tunnel, text)
    if (options.isStandAlone) events.tell("info", tunnel, "Changed over its configuration socket.")
    else this.#reconfigurations.note(done.tunnel, request)
    tell(tunnel)
    return 0
  }

  /** A peer that was said to be somewhere is called there, even if it has roamed since it was said to be there before. */
  #callAt(tunnel: RunningTunnel, { peers }: SetRequest): void {
    for (const { publicKey, endpoint, remove } of peers) {
      const place = tunnel.places.of(publicKey)
      const placed = tunnel.places.at(place)
      const parsed = parseEndpoint(endpoint ?? "")
      if (remove || placed === undefined || parsed === undefined) continue
      placed.heardAt = null
      this.#send(tunnel, place, [{ address: parsed.host, port: parsed.port }])
    }
  }
}

function reportOf(tunnel: RunningTunnel, now: number): DeviceReport {
  const { config, places, port, counters } = tunnel
  if (!isWireguard(config)) throw new Error("It is no wireguard tunnel any more.")
  const { privateKey, listenPort, firewallMark, peers } = deviceOf(config, now)
  return {
    privateKey,
    listenPort: listenPort === 0 ? port : listenPort,
    firewallMark,
    peers: peers.map((peer) => {
      const place = places.of(peer.publicKey)
      const placed = places.at(place)
      const { inbound, outbound } = readPeerCounters(counters, Math.max(0, place))
      return {
        ...peer,
        endpoint: placed === undefined ? null : currentEndpoint(config, placed),
        lastHandshakeAt: placed?.lastHandshakeAt ?? null,
        receivedBytes: placed === undefined ? 0 : inbound.bytes,
        sentBytes: placed === undefined ? 0 : outbound.bytes,
      }
    }),
  }
}

function needsOtherPort({ config, port }: RunningTunnel, { transport }: WireguardTunnel): boolean {
  const wanted = parseEndpoint(transport.listen ?? "")
  if (wanted === undefined || transport.listen === config.transport.listen || wanted.port === port) return false
  return isPortTaken(wanted.host, wanted.port)
}

function movedTexts({ security }: WireguardTunnel, moved: readonly MovedNetwork[]): string[] {
  const nameOf = (key: string) => security.peers.find(({ publicKey }) => publicKey === key)?.name ?? key
  return moved.map(({ network, from, to }) => `${network} is ${nameOf(to)}'s now, and no longer ${nameOf(from)}'s.`)
}

function stampOf(config: TunnelConfig | undefined): bigint {
  return config?.security.kind === "wireguard" ? BigInt(config.security.stampedAfter ?? "0") : 0n
}

function withStamp(config: WireguardTunnel, stamp: bigint): WireguardTunnel {
  const security: WireguardConfig = { ...config.security, stampedAfter: String(stamp) }
  return { ...config, security }
}
