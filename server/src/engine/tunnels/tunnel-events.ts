import type { NewHostEvent, TunnelReason, TunnelState } from "@tundeck/shared"
import { isWireguardPeer, type PlacedPeer } from "./places.ts"
import { isHub, type RunningTunnel } from "./running-tunnel.ts"

const strangerEveryMs = 60_000
const strangersKept = 1000

/** What the time line says of tunnels: within each tunnel's budget, and of each stranger once a minute. */
export class TunnelEvents {
  readonly #onEvent: (event: NewHostEvent) => void
  readonly #strangers = new Map<string, number>()

  constructor(onEvent: (event: NewHostEvent) => void) {
    this.#onEvent = onEvent
  }

  tell(severity: NewHostEvent["severity"], tunnel: RunningTunnel, text: string): void {
    const time = Date.now()
    const omitted = tunnel.events.ask(time)
    if (omitted === undefined) return
    const note = omitted === 0 ? "" : ` (${omitted} events before this one were left out.)`
    this.#onEvent({ time, severity, subject: `tunnel ${tunnel.config.name}`, text: text + note })
  }

  state(tunnel: RunningTunnel): void {
    const { state, reason } = tunnel
    if (state !== "up" && reason !== null) this.tell(severityOf(state, reason), tunnel, reason.detail)
  }

  peer(tunnel: RunningTunnel, { peer, remote }: PlacedPeer): void {
    if (!isHub(tunnel.config)) {
      if (remote !== null) this.tell("info", tunnel, `Connected with ${remote}.`)
      return
    }
    if (isWireguardPeer(peer)) {
      const text = remote === null ? "there are no keys any more" : `handshake, at ${remote}`
      return this.tell("info", tunnel, `${peer.name}: ${text}.`)
    }
    const text = remote === null ? `${peer.name} (${peer.address}) is gone.` : `${peer.name} connected from ${remote}.`
    this.tell("info", tunnel, text)
  }

  stranger(tunnel: RunningTunnel, address: string): void {
    const now = Date.now()
    const key = `${tunnel.config.id} ${address}`
    if (now - (this.#strangers.get(key) ?? 0) < strangerEveryMs) return
    if (this.#strangers.size > strangersKept) this.#strangers.clear()
    this.#strangers.set(key, now)
    const may = isHub(tunnel.config) ? "it is no peer's address" : `only ${tunnel.config.transport.peer} may call`
    this.tell("warning", tunnel, `Turned away a caller from ${address}: ${may}.`)
  }

  /** The tunnel goes on without its fallback: that is no state of its own. */
  fallback(tunnel: RunningTunnel, reason: TunnelReason | null): void {
    if (reason === null) this.tell("info", tunnel, "The fallback over TCP can be called now.")
    else this.tell("warning", tunnel, `The fallback over TCP cannot be called. ${reason.detail}`)
  }
}

function severityOf(state: TunnelState, { code }: TunnelReason): NewHostEvent["severity"] {
  if (state === "failed") return "error"
  return code === "waiting-for-peer" ? "info" : "warning"
}
