/** A WireGuard device as the configuration protocol speaks of it. Keys are base64, networks and endpoints canonical text. */

export interface DeviceConfiguration {
  /** null: it has none, and speaks to nobody. */
  privateKey: string | null
  /** 0: any free one. */
  listenPort: number
  /** 0: none. */
  firewallMark: number
  peers: readonly PeerConfiguration[]
}

export interface PeerConfiguration {
  publicKey: string
  presharedKey: string | null
  /** null: it is awaited. */
  endpoint: string | null
  /** 0: off. */
  keepaliveSeconds: number
  allowedIps: readonly string[]
}

/** One `set=1`: what it leaves out stays as it is. */
export interface SetRequest {
  privateKey?: string | null
  listenPort?: number
  firewallMark?: number
  replacePeers: boolean
  peers: PeerChange[]
}

export interface PeerChange {
  publicKey: string
  remove: boolean
  /** A peer that is not there is not made. */
  updateOnly: boolean
  presharedKey?: string | null
  endpoint?: string
  keepaliveSeconds?: number
  replaceAllowedIps: boolean
  allowedIps: { network: string; remove: boolean }[]
}

/** What `get=1` answers. */
export interface DeviceReport {
  privateKey: string | null
  /** The one it has now; 0: none yet. */
  listenPort: number
  firewallMark: number
  peers: readonly PeerReport[]
}

/** `endpoint`: where the peer is now. */
export interface PeerReport extends PeerConfiguration {
  /** Unix ms; null: never. */
  lastHandshakeAt: number | null
  receivedBytes: number
  sentBytes: number
}
