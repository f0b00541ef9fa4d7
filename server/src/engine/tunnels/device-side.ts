import type { TunnelReason } from "@tundeck/shared"
import type { Devices } from "../ports.ts"
import type { RelayPeers } from "../relay/messages.ts"
import { actOnTunnel } from "../system-calls/acting.ts"
import { relayDevice, relayPeers, relaySpec } from "./relay-spec.ts"
import { deviceReasonOf, largestPacketOf, type RunningTunnel } from "./running-tunnel.ts"
import type { TunnelEvents } from "./tunnel-events.ts"
import type { WorkerPool } from "./worker-pool.ts"

export interface DeviceSideParts {
  devices: Devices
  pool: Pick<WorkerPool, "pick">
  events: TunnelEvents
  /** The tunnel's status is another now. */
  tell(tunnel: RunningTunnel): void
}

/**
 * The device end of running tunnels: attaches, hands the fd to a worker, takes it back, and follows what changes about
 * the interface. What cannot be attached is a reason of the tunnel, and is tried again.
 */
export class DeviceSide {
  readonly #parts: DeviceSideParts

  constructor(parts: DeviceSideParts) {
    this.#parts = parts
  }

  attach(tunnel: RunningTunnel): void {
    const { devices } = this.#parts
    const name = tunnel.config.interface
    try {
      const attachment = actOnTunnel(tunnel.config.id, () => devices.attach(name))
      tunnel.attachment = attachment
      tunnel.mtu = attachment.mtu
      this.setPeers(tunnel)
      if (tunnel.worker === undefined) this.#place(tunnel)
      else tunnel.worker.post({ type: "device", id: tunnel.config.id, device: relayDevice(attachment) })
      this.#setReason(tunnel, null)
    } catch (error) {
      this.#setReason(tunnel, deviceReasonOf(error))
    }
  }

  /** The worker does not use the fd any more. */
  detach(tunnel: RunningTunnel, fd = tunnel.attachment?.fd): void {
    if (fd === undefined) return
    actOnTunnel(tunnel.config.id, () => this.#parts.devices.detach(tunnel.config.interface, fd))
    if (tunnel.attachment?.fd === fd) tunnel.attachment = undefined
  }

  lost(tunnel: RunningTunnel, fd: number): void {
    this.detach(tunnel, fd)
    const detail = `The interface ${tunnel.config.interface} was deleted.`
    this.#setReason(tunnel, { code: "interface-missing", detail })
    this.attach(tunnel)
  }

  /** The interface changed: attach if that is still to be done, else tell the worker what counts now. */
  refresh(tunnel: RunningTunnel): void {
    if (tunnel.attachment === undefined) return this.attach(tunnel)
    const facts = this.#parts.devices.facts(tunnel.config.interface)
    if (facts === undefined) return
    if (facts.mtu !== tunnel.mtu) {
      tunnel.mtu = facts.mtu
      tunnel.worker?.post({ type: "mtu", id: tunnel.config.id, mtu: facts.mtu })
      this.warnOfMtu(tunnel)
    }
    this.setPeers(tunnel)
  }

  setPeers(tunnel: RunningTunnel): void {
    const { id } = tunnel.config
    if (this.lookAtPeers(tunnel)) tunnel.worker?.post({ type: "peers", id, peers: tunnel.peers })
  }

  /** What the peers may send depends on the configuration and, point to point, on the interface. True: it is another now. */
  lookAtPeers(tunnel: RunningTunnel): boolean {
    const facts = this.#parts.devices.facts(tunnel.config.interface)
    const peers = facts === undefined ? [] : relayPeers(tunnel, facts)
    if (peersText(peers) === peersText(tunnel.peers)) return false
    tunnel.peers = peers
    return true
  }

  link(tunnel: RunningTunnel): "ip" | "ethernet" {
    return this.#parts.devices.facts(tunnel.config.interface)?.kind === "tap" ? "ethernet" : "ip"
  }

  #place(tunnel: RunningTunnel): void {
    if (tunnel.attachment === undefined) return
    tunnel.worker = this.#parts.pool.pick()
    tunnel.worker.load += 1
    tunnel.worker.post({ type: "add", spec: relaySpec(tunnel, tunnel.attachment) })
  }

  #setReason(tunnel: RunningTunnel, reason: TunnelReason | null): void {
    if (JSON.stringify(tunnel.deviceReason) === JSON.stringify(reason)) return
    tunnel.deviceReason = reason
    tunnel.since = Date.now()
    if (reason !== null) this.#parts.events.tell("error", tunnel, reason.detail)
    this.#parts.tell(tunnel)
  }

  /** Packets above what the transport carries in one piece are cut into fragments, or dropped: a person should know. */
  warnOfMtu(tunnel: RunningTunnel): void {
    const largest = largestPacketOf(tunnel)
    if (largest === null || tunnel.mtu <= largest) return
    const text = `The MTU of ${tunnel.config.interface} is ${tunnel.mtu}, and ${largest} bytes fit in one piece: set it to ${largest}, or turn on MSS clamping.`
    this.#parts.events.tell("warning", tunnel, text)
  }
}

function peersText(peers: RelayPeers): string {
  const plain = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value
  return JSON.stringify(peers, plain)
}
