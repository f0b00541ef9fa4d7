import { largestSimpletunFrame, type TunnelReason } from "@tundeck/shared"
import type { Devices } from "../ports.ts"
import { deviceReasonOf, limitsOf, type RunningTunnel, relayDevice, relaySpec } from "./running-tunnel.ts"
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
      const attachment = devices.attach(name)
      tunnel.attachment = attachment
      const facts = devices.facts(name)
      tunnel.limits = facts === undefined ? { mtu: attachment.mtu, allowed: [] } : limitsOf(tunnel.config, facts)
      if (tunnel.worker === undefined) this.#place(tunnel)
      else tunnel.worker.post({ type: "device", id: tunnel.config.id, device: relayDevice(attachment) })
      this.#warnOfMtu(tunnel)
      this.#setReason(tunnel, null)
    } catch (error) {
      this.#setReason(tunnel, deviceReasonOf(error))
    }
  }

  /** The worker does not use the fd any more. */
  detach(tunnel: RunningTunnel, fd = tunnel.attachment?.fd): void {
    if (fd === undefined) return
    this.#parts.devices.detach(tunnel.config.interface, fd)
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
    const { mtu: before } = tunnel.limits
    const limits = limitsOf(tunnel.config, facts)
    if (JSON.stringify(limits) === JSON.stringify(tunnel.limits)) return
    tunnel.limits = limits
    tunnel.worker?.post({ type: "limits", id: tunnel.config.id, ...limits })
    if (limits.mtu !== before) this.#warnOfMtu(tunnel)
  }

  link(tunnel: RunningTunnel): "ip" | "ethernet" {
    return this.#parts.devices.facts(tunnel.config.interface)?.kind === "tap" ? "ethernet" : "ip"
  }

  #place(tunnel: RunningTunnel): void {
    if (tunnel.attachment === undefined) return
    tunnel.worker = this.#parts.pool.pick()
    tunnel.worker.load += 1
    tunnel.worker.post({ type: "add", spec: relaySpec(tunnel, tunnel.attachment) })
    tunnel.worker.post({ type: "limits", id: tunnel.config.id, ...tunnel.limits })
  }

  #setReason(tunnel: RunningTunnel, reason: TunnelReason | null): void {
    if (JSON.stringify(tunnel.deviceReason) === JSON.stringify(reason)) return
    tunnel.deviceReason = reason
    tunnel.since = Date.now()
    if (reason !== null) this.#parts.events.tell("error", tunnel, reason.detail)
    this.#parts.tell(tunnel)
  }

  #warnOfMtu(tunnel: RunningTunnel): void {
    const { mtu } = tunnel.limits
    if (mtu <= largestSimpletunFrame) return
    const text = `The MTU of ${tunnel.config.interface} is ${mtu}: packets above ${largestSimpletunFrame} bytes are dropped, a simpletun peer cannot take them.`
    this.#parts.events.tell("warning", tunnel, text)
  }
}
