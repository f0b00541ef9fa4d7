import {
  largestSimpletunFrame,
  Problem,
  parseEndpoint,
  type TunnelConfig,
  type TunnelReason,
  type TunnelState,
} from "@tundeck/shared"
import type { CreateTunnelManager } from "../ports.ts"
import type { FromWorker } from "../relay/messages.ts"
import { createIdleRing, PacketFeed } from "./packet-feed.ts"
import { literalPeers, publicPeerReason } from "./public-peer.ts"
import { resolveName } from "./resolve.ts"
import {
  createRunningTunnel,
  deviceReasonOf,
  isSameRelay,
  limitsOf,
  peerText,
  type RunningTunnel,
  relayDevice,
  relaySpec,
  statusOf,
} from "./running-tunnel.ts"
import { createWorkerPool, type RelayWorker } from "./worker-pool.ts"

const reattachMs = 1000
const strangerEventMs = 60_000

const severityOf = (state: TunnelState, { code }: TunnelReason) =>
  state === "failed" ? "error" : code === "waiting-for-peer" ? "info" : "warning"

/** Starts, stops and watches tunnels; the relay workers carry them. Everything here is on the control thread. */
export const createTunnelManager: CreateTunnelManager = ({ devices, onStatus, onEvent, onPackets }) => {
  const tunnels = new Map<string, RunningTunnel>()
  const strangersTold = new Map<string, number>()
  const feed = new PacketFeed(onPackets)
  const pool = createWorkerPool({ onMessage, onDeath })
  const unsubscribe = devices.onChange(interfaceChanged)
  const retry = setInterval(attachMissing, reattachMs)

  const tell = (tunnel: RunningTunnel) => onStatus(statusOf(tunnel))
  function event(severity: "info" | "warning" | "error", tunnel: RunningTunnel, text: string): void {
    const time = Date.now()
    const omitted = tunnel.events.ask(time)
    if (omitted === undefined) return
    const note = omitted === 0 ? "" : ` (${omitted} events before this one were left out.)`
    onEvent({ time, severity, subject: `tunnel ${tunnel.config.name}`, text: text + note })
  }

  // --- device ---

  /** Attaches and hands the device to a worker, or notes why that cannot be. */
  function attach(tunnel: RunningTunnel): void {
    const name = tunnel.config.interface
    try {
      const attachment = devices.attach(name)
      tunnel.attachment = attachment
      const facts = devices.facts(name)
      tunnel.limits = facts === undefined ? { mtu: attachment.mtu, allowed: [] } : limitsOf(tunnel.config, facts)
      if (tunnel.worker === undefined) place(tunnel)
      else tunnel.worker.post({ type: "device", id: tunnel.config.id, device: relayDevice(attachment) })
      warnOfMtu(tunnel)
      setDeviceReason(tunnel, null)
    } catch (error) {
      setDeviceReason(tunnel, deviceReasonOf(error))
    }
  }

  function place(tunnel: RunningTunnel): void {
    if (tunnel.attachment === undefined) return
    tunnel.worker = pool.pick()
    tunnel.worker.load += 1
    tunnel.worker.post({ type: "add", spec: relaySpec(tunnel, tunnel.attachment) })
    const { mtu, allowed } = tunnel.limits
    tunnel.worker.post({ type: "limits", id: tunnel.config.id, mtu, allowed })
  }

  function setDeviceReason(tunnel: RunningTunnel, reason: TunnelReason | null): void {
    if (JSON.stringify(tunnel.deviceReason) === JSON.stringify(reason)) return
    tunnel.deviceReason = reason
    tunnel.since = Date.now()
    if (reason !== null) event("error", tunnel, reason.detail)
    tell(tunnel)
  }

  function warnOfMtu(tunnel: RunningTunnel): void {
    if (tunnel.limits.mtu <= largestSimpletunFrame) return
    event(
      "warning",
      tunnel,
      `The MTU of ${tunnel.config.interface} is ${tunnel.limits.mtu}: packets above ${largestSimpletunFrame} bytes are dropped, a simpletun peer cannot take them.`,
    )
  }

  function detach(tunnel: RunningTunnel, fd: number): void {
    devices.detach(tunnel.config.interface, fd)
    if (tunnel.attachment?.fd === fd) tunnel.attachment = undefined
  }

  function attachMissing(): void {
    for (const tunnel of tunnels.values())
      if (tunnel.attachment === undefined && tunnel.afterRemoval === undefined) attach(tunnel)
  }

  function interfaceChanged(name: string): void {
    for (const tunnel of tunnels.values()) {
      if (tunnel.config.interface !== name || tunnel.afterRemoval !== undefined) continue
      if (tunnel.attachment === undefined) attach(tunnel)
      else refreshLimits(tunnel)
    }
  }

  function refreshLimits(tunnel: RunningTunnel): void {
    const facts = devices.facts(tunnel.config.interface)
    if (facts === undefined) return
    const limits = limitsOf(tunnel.config, facts)
    if (JSON.stringify(limits) === JSON.stringify(tunnel.limits)) return
    const grew = limits.mtu !== tunnel.limits.mtu
    tunnel.limits = limits
    tunnel.worker?.post({ type: "limits", id: tunnel.config.id, ...limits })
    if (grew) warnOfMtu(tunnel)
  }

  // --- workers ---

  function onMessage(_worker: RelayWorker, message: FromWorker): void {
    const tunnel = tunnels.get(message.id)
    if (tunnel === undefined) return
    switch (message.type) {
      case "state":
        return stateChanged(tunnel, message)
      case "removed":
        return removed(tunnel)
      case "device-lost":
        detach(tunnel, message.fd)
        setDeviceReason(tunnel, {
          code: "interface-missing",
          detail: `The interface ${tunnel.config.interface} was deleted.`,
        })
        return attach(tunnel)
      case "device-released":
        return detach(tunnel, message.fd)
      case "resolve":
        return void resolve(tunnel)
      case "stranger":
        return stranger(tunnel, message.address)
    }
  }

  function stateChanged(tunnel: RunningTunnel, { state, reason, remote }: FromWorker & { type: "state" }): void {
    const changed = tunnel.state !== state
    const before = tunnel.reason?.detail
    Object.assign(tunnel, { state, reason, remote })
    if (changed) tunnel.since = Date.now()
    if (changed || before !== reason?.detail) {
      if (state === "up") event("info", tunnel, `Connected with ${remote ?? peerText(tunnel.config)}.`)
      else if (reason !== null) event(severityOf(state, reason), tunnel, reason.detail)
    }
    tell(tunnel)
  }

  function stranger(tunnel: RunningTunnel, address: string): void {
    const now = Date.now()
    const key = `${tunnel.config.id} ${address}`
    if (now - (strangersTold.get(key) ?? 0) < strangerEventMs) return
    if (strangersTold.size > 1000) strangersTold.clear()
    strangersTold.set(key, now)
    event(
      "warning",
      tunnel,
      `Turned away a caller from ${address}: only ${tunnel.config.transport.peer ?? "the peer"} may call.`,
    )
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
      event("error", tunnel, `Its relay worker died and is replaced: ${why.slice(0, 500)}`)
      if (tunnel.afterRemoval !== undefined) {
        removed(tunnel)
        continue
      }
      if (tunnel.attachment !== undefined) detach(tunnel, tunnel.attachment.fd)
      const reason = {
        code: "system-error" as const,
        detail: "Its relay worker died; another one takes over within a second.",
      }
      Object.assign(tunnel, { state: "reconnecting", reason, remote: null, since: Date.now() })
      if (feed.has(tunnel.config.id)) rewatch(tunnel)
      tell(tunnel)
    }
  }

  // --- life ---

  function start(config: TunnelConfig) {
    const refusal = publicPeerReason(config, literalPeers(config))
    if (refusal !== null) throw new Problem("public-peer-refused", refusal.detail)
    const running = tunnels.get(config.id)
    if (running !== undefined && running.afterRemoval === undefined && isSameRelay(running.config, config)) {
      running.config = config
      return statusOf(running)
    }
    if (running !== undefined) {
      remove(running, () => start(config))
      return { ...statusOf(running), state: "connecting" as const, reason: null }
    }
    const tunnel = createRunningTunnel(config)
    tunnels.set(config.id, tunnel)
    attach(tunnel)
    return statusOf(tunnel)
  }

  function remove(tunnel: RunningTunnel, then: () => void): void {
    const underWay = tunnel.afterRemoval !== undefined
    tunnel.afterRemoval = then
    if (underWay) return
    if (tunnel.worker === undefined) removed(tunnel)
    else tunnel.worker.post({ type: "remove", id: tunnel.config.id })
  }

  function removed(tunnel: RunningTunnel): void {
    if (tunnel.worker !== undefined) tunnel.worker.load -= 1
    if (tunnel.attachment !== undefined) detach(tunnel, tunnel.attachment.fd)
    feed.unwatch(tunnel.config.id)
    tunnels.delete(tunnel.config.id)
    tunnel.afterRemoval?.()
  }

  async function stop(id: string): Promise<void> {
    const tunnel = tunnels.get(id)
    if (tunnel === undefined) throw new Problem("tunnel-not-found", `No tunnel ${id} is running.`)
    await new Promise<void>((resolve) => remove(tunnel, resolve))
    onStatus({ ...statusOf(tunnel), state: "stopped", reason: null, remote: null, since: Date.now() })
  }

  // --- packets ---

  function moveRing(tunnel: RunningTunnel, ring: SharedArrayBuffer): void {
    tunnel.ring = ring
    tunnel.worker?.post({ type: "ring", id: tunnel.config.id, ring })
  }

  function rewatch(tunnel: RunningTunnel): void {
    feed.unwatch(tunnel.config.id)
    tunnel.ring = createIdleRing()
    tunnel.ring = feed.watch(tunnel.config.id, linkOf(tunnel), tunnel.ring)
  }

  function linkOf(tunnel: RunningTunnel): "ip" | "ethernet" {
    return devices.facts(tunnel.config.interface)?.kind === "tap" ? "ethernet" : "ip"
  }

  return {
    start,
    stop,
    list: () => [...tunnels.values()].map(statusOf),
    watch(id, watched) {
      const tunnel = tunnels.get(id)
      if (tunnel === undefined)
        throw new Problem("tunnel-not-running", "Only a running tunnel has packets to show: start it.")
      if (watched === feed.has(id)) return
      if (watched) return moveRing(tunnel, feed.watch(id, linkOf(tunnel), tunnel.ring))
      feed.unwatch(id)
      moveRing(tunnel, createIdleRing())
    },
    interfaceChanged,
    async close() {
      clearInterval(retry)
      unsubscribe()
      feed.close()
      await pool.close()
      for (const tunnel of tunnels.values()) if (tunnel.attachment !== undefined) detach(tunnel, tunnel.attachment.fd)
      tunnels.clear()
    },
  }
}
