import {
  type MacEntry,
  macAgeSeconds,
  parsePrefix,
  type TunnelConfig,
  type TunnelPeerStatus,
  type WireguardPeer,
} from "@tundeck/shared"

type Counted = TunnelPeerStatus["outbound"]
interface Present {
  since: number
  port: number
  outbound: Counted
  inbound: Counted
}

const none: Counted = { packets: 0, bytes: 0, dropped: 0 }

/** Who is at the other ends of a memory tunnel: two of three of a hub's peers, and the one of any other tunnel. */
export class MemoryPeers {
  #config: TunnelConfig
  readonly #present = new Map<string, Present>()
  #turn = 0

  constructor(config: TunnelConfig) {
    this.#config = config
  }

  get connected(): number {
    return this.#present.size
  }

  /** Those who call when the tunnel is up; who was there stays. Nobody, when it is not. */
  settle(config: TunnelConfig, isUp: boolean): void {
    const before = new Map(this.#all().map(({ name, address }) => [name, address]))
    this.#config = config
    const calling = isUp ? this.#all().filter(({ enabled }, i) => enabled && i % 3 !== 2) : []
    const staying = new Set(calling.filter(({ name, address }) => before.get(name) === address).map(({ name }) => name))
    for (const name of this.#present.keys()) if (!staying.has(name)) this.#present.delete(name)
    for (const [i, { name }] of calling.entries()) {
      if (this.#present.has(name)) continue
      this.#present.set(name, { since: Date.now(), port: 40_000 + i, outbound: none, inbound: none })
    }
  }

  /** The address and port of a point-to-point tunnel's peer while it is there. */
  remote(): string | null {
    return this.#config.security.peers === undefined ? (this.statuses(null)[0]?.remote ?? null) : null
  }

  /** Whose packet is next, in turns, and the inner address behind it; undefined when nobody is there. */
  next(): { name: string; inside: string | undefined } | undefined {
    const names = [...this.#present.keys()]
    const name = names[this.#turn++ % Math.max(1, names.length)]
    if (name === undefined) return undefined
    const allowed = this.#config.security.peers?.find((peer) => peer.name === name)?.allowedIps ?? []
    const host = allowed.map(parsePrefix).find((prefix) => prefix?.family === 4 && prefix.length === 32)
    return { name, inside: host?.address }
  }

  count(name: string, direction: "outbound" | "inbound", bytes: number, isDropped: boolean): void {
    const present = this.#present.get(name)
    if (present === undefined) return
    const { packets, bytes: sum, dropped } = present[direction]
    present[direction] = isDropped
      ? { packets, bytes: sum, dropped: dropped + 1 }
      : { packets: packets + 1, bytes: sum + bytes, dropped }
  }

  statuses(roundTripMs: number | null): TunnelPeerStatus[] {
    return this.#all().map(({ name, address, enabled, wireguard }) => {
      const present = this.#present.get(name)
      const remote = present === undefined ? null : withPort(address, present.port)
      return {
        name,
        address,
        enabled,
        connected: present !== undefined,
        remote,
        since: present?.since ?? null,
        roundTripMs: present === undefined ? null : roundTripMs,
        outbound: present?.outbound ?? none,
        inbound: present?.inbound ?? none,
        ...(wireguard === undefined ? clearText : wireguardStatus(wireguard, this.#config, present, remote)),
      }
    })
  }

  /** Two cards behind each peer, and our own. */
  macs(): MacEntry[] {
    const entries: MacEntry[] = [{ mac: "02:00:00:00:00:01", peer: null, ageSeconds: 0 }]
    for (const [i, [peer, { since }]] of [...this.#present].entries()) {
      const hex = (i + 2).toString(16).padStart(4, "0").replace(/..$/, ":$&")
      const seconds = Math.floor((Date.now() - since) / 1000)
      entries.push({ mac: `02:00:00:${hex}:01`, peer, ageSeconds: seconds % 5 })
      entries.push({ mac: `02:00:00:${hex}:02`, peer, ageSeconds: seconds % macAgeSeconds })
    }
    return entries
  }

  #all(): { name: string; address: string; enabled: boolean; wireguard?: WireguardPeer }[] {
    const { name, transport, security } = this.#config
    if (security.kind === "wireguard") {
      return security.peers.map((peer, i) => {
        const address = peer.endpoint ?? `192.168.9.${(i % 250) + 1}`
        const isLetIn = peer.enabled && (peer.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now()
        return { name: peer.name, address, enabled: isLetIn, wireguard: peer }
      })
    }
    return security.peers ?? [{ name, address: transport.peer ?? transport.connect ?? "", enabled: true }]
  }
}

const clearText = {
  publicKey: null,
  endpoint: null,
  lastHandshakeAt: null,
  carrier: null,
  cipher: null,
  isTundeck: null,
  expiresAt: null,
} as const

function wireguardStatus(
  { publicKey, endpoint, enabled, expiresAt }: WireguardPeer,
  { transport: { kind } }: TunnelConfig,
  present: Present | undefined,
  remote: string | null,
) {
  const address = remote ?? ""
  const told = { publicKey, enabled, expiresAt: expiresAt ?? null, address, endpoint: remote ?? endpoint ?? null }
  if (present === undefined) return { ...told, lastHandshakeAt: null, carrier: null, cipher: null, isTundeck: null }
  const lastHandshakeAt = Date.now() - ((Date.now() - present.since) % 120_000)
  return {
    ...told,
    lastHandshakeAt,
    carrier: kind === "responder" ? null : kind,
    cipher: "chacha20-poly1305",
    isTundeck: false,
  } as const
}

/** A peer that is called has its port already. */
function withPort(address: string, port: number): string {
  if (/^(\[.*\]|[^:]+):\d+$/.test(address)) return address
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
}
