import { createHash } from "node:crypto"
import type { TunnelConfig, TunnelReconfigured } from "@tundeck/shared"
import type { SetRequest } from "../wireguard-socket/configuration.ts"
import { deviceOf, isWireguard, reconfigure, type WireguardTunnel } from "./wireguard-device.ts"

const mostKept = 32
const mostPeersKept = 4096

interface Change {
  revision: number
  request: SetRequest
  /** Of what the tunnel was told to be after it. */
  digest: string
}

interface Untaken {
  changes: Change[]
  digest: string
  report: TunnelReconfigured
}

/**
 * Changes over configuration sockets that the panel has not taken yet. Until then they are done again on whatever
 * configuration it sends, so that an older one does not undo them, and what it changed meanwhile stays, too.
 */
export class Reconfigurations {
  readonly #untaken = new Map<string, Untaken>()
  readonly #revisions = new Map<string, number>()
  readonly #tell: (report: TunnelReconfigured) => void

  constructor(tell: (report: TunnelReconfigured) => void) {
    this.#tell = tell
  }

  /** `tunnel` is what it was told to be by `request`, and runs. */
  note(tunnel: WireguardTunnel, request: SetRequest): void {
    const revision = this.#next(tunnel.id)
    const digest = digestOf(tunnel)
    const changes = [...(this.#untaken.get(tunnel.id)?.changes ?? []), { revision, request, digest }]
    const isMuch =
      changes.length > mostKept || changes.reduce((sum, one) => sum + sizeOf(one.request), 0) > mostPeersKept
    this.#keep(tunnel, revision, isMuch ? [{ revision, request: wholeRequest(tunnel), digest }] : changes)
  }

  /** The panel's configuration, with the changes that it does not know yet. */
  rebase(config: TunnelConfig): TunnelConfig {
    const untaken = this.#untaken.get(config.id)
    if (untaken === undefined || !isWireguard(config)) return config
    const digest = digestOf(config)
    const known = untaken.changes.findLastIndex((change) => change.digest === digest)
    const tunnel = untaken.changes.slice(known + 1).reduce(redo, config)
    if (digestOf(tunnel) !== untaken.digest) this.#keep(tunnel, this.#next(config.id), untaken.changes)
    return tunnel
  }

  /** What the panel is still to take. */
  list(): TunnelReconfigured[] {
    return [...this.#untaken.values()].map(({ report }) => report)
  }

  taken(id: string, revision: number): void {
    const untaken = this.#untaken.get(id)
    if (untaken === undefined) return
    if (revision >= untaken.report.revision) this.#untaken.delete(id)
    else untaken.changes = untaken.changes.filter((one) => one.revision > revision)
  }

  #next(id: string): number {
    const revision = (this.#revisions.get(id) ?? 0) + 1
    this.#revisions.set(id, revision)
    return revision
  }

  #keep(tunnel: WireguardTunnel, revision: number, changes: Change[]): void {
    const report = reportOf(tunnel, revision)
    this.#untaken.set(tunnel.id, { changes, digest: digestOf(tunnel), report })
    this.#tell(report)
  }
}

function redo(tunnel: WireguardTunnel, { request }: { request: SetRequest }): WireguardTunnel {
  const done = reconfigure(tunnel, request, { now: Date.now(), mayBeKeyless: false })
  return "errno" in done ? tunnel : done.tunnel
}

/** Of all that the panel is told, its number and its time stamp apart. */
function digestOf(tunnel: WireguardTunnel): string {
  const report = reportOf(tunnel, 0)
  const text = JSON.stringify({ ...report, security: { ...report.security, stampedAfter: "0" } })
  return createHash("sha256").update(text).digest("base64")
}

function sizeOf({ peers }: SetRequest): number {
  return peers.reduce((sum, { allowedIps }) => sum + 1 + allowedIps.length, 1)
}

/** One request that makes any device into this one. */
function wholeRequest(tunnel: WireguardTunnel): SetRequest {
  const { peers, ...device } = deviceOf(tunnel, Date.now())
  return {
    ...device,
    replacePeers: true,
    peers: peers.map(({ endpoint, allowedIps, ...peer }) => ({
      ...peer,
      ...(endpoint !== null && { endpoint }),
      remove: false,
      updateOnly: false,
      replaceAllowedIps: true,
      allowedIps: allowedIps.map((network) => ({ network, remove: false })),
    })),
  }
}

function reportOf({ id, transport, security }: WireguardTunnel, revision: number): TunnelReconfigured {
  const { listen = null, firewallMark = null } = transport
  return { id, revision, security, listen, firewallMark }
}
