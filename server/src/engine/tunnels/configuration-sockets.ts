import { errno, errnoName } from "@tundeck/native-bindings"
import type { WireguardSocketMaker } from "../ports.ts"
import { errnoAnswer, reportAnswer } from "../wireguard-socket/answer.ts"
import type { DeviceReport, SetRequest } from "../wireguard-socket/configuration.ts"
import type { Device } from "../wireguard-socket/connection.ts"
import { type ConfigurationServer, serveConfiguration } from "../wireguard-socket/serve.ts"
import type { RunningTunnel } from "./running-tunnel.ts"
import type { TunnelEvents } from "./tunnel-events.ts"

const retryMs = 10_000

export interface ConfigurationSocketsParts {
  maker: WireguardSocketMaker
  events: TunnelEvents
  report(tunnel: RunningTunnel): DeviceReport
  /** 0, or the errno that the change is refused with. */
  set(tunnel: RunningTunnel, request: SetRequest): number
}

/** The configuration sockets of running tunnels. Where one cannot be had its tunnel runs all the same; an event says so once. */
export class ConfigurationSockets {
  readonly #parts: ConfigurationSocketsParts
  readonly #served = new Map<RunningTunnel, ConfigurationServer>()
  readonly #missing = new Set<RunningTunnel>()
  readonly #timer: NodeJS.Timeout

  constructor(parts: ConfigurationSocketsParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.#retry(), retryMs)
    this.#timer.unref()
  }

  /** The protocol speaks of WireGuard over UDP. */
  follow(tunnel: RunningTunnel): void {
    const { security, transport } = tunnel.config
    if (security.kind !== "wireguard" || transport.kind !== "udp") return this.end(tunnel)
    if (!this.#served.has(tunnel) && !this.#missing.has(tunnel)) this.#open(tunnel)
  }

  end(tunnel: RunningTunnel): void {
    this.#missing.delete(tunnel)
    const server = this.#served.get(tunnel)
    if (server === undefined) return
    this.#served.delete(tunnel)
    server.close()
    this.#parts.maker.remove(tunnel.config.interface)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const tunnel of this.#served.keys()) this.end(tunnel)
    this.#missing.clear()
  }

  #open(tunnel: RunningTunnel): void {
    const { maker, events } = this.#parts
    const opened = maker.open(tunnel.config.interface)
    if ("fd" in opened) {
      this.#missing.delete(tunnel)
      this.#served.set(tunnel, serveConfiguration(opened.fd, this.#device(tunnel)))
      return
    }
    if (this.#missing.has(tunnel)) return
    this.#missing.add(tunnel)
    events.tell("info", tunnel, missingText(tunnel.config.interface, opened.errno))
  }

  #retry(): void {
    for (const tunnel of this.#missing) this.#open(tunnel)
  }

  #device(tunnel: RunningTunnel): Device {
    const guarded = <T>(act: () => T, otherwise: T): T => {
      try {
        return act()
      } catch (error) {
        this.#parts.events.tell("error", tunnel, `Its configuration socket failed: ${String(error).slice(0, 200)}`)
        return otherwise
      }
    }
    return {
      get: () => guarded(() => reportAnswer(this.#parts.report(tunnel)), errnoAnswer(errno.EIO)),
      set: (request) => guarded(() => this.#parts.set(tunnel, request), errno.EIO),
    }
  }
}

function missingText(name: string, reason: number): string {
  const path = `/var/run/wireguard/${name}.sock`
  return reason === errno.EADDRINUSE
    ? `Another program serves ${path}: \`wg\` reaches that one and not this tunnel, which runs all the same.`
    : `There is no ${path} (${errnoName(reason)}): \`wg\` does not reach this tunnel, which runs all the same. Started as root, Tundeck makes it.`
}
