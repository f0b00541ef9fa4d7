import type { WireguardPeer } from "@tundeck/shared"
import type { WireguardTunnel } from "../tunnels/wireguard-device.ts"
import type { PeerChange, SetRequest } from "../wireguard-socket/configuration.ts"

/** A valid key, always the same for the same letter. */
export function keyOf(letter: string): string {
  const bytes = Buffer.alloc(32, letter)
  bytes.writeUInt8(64, 31)
  return bytes.toString("base64")
}

export function wireguardPeer(name: string, change: Partial<WireguardPeer> = {}): WireguardPeer {
  return { name, publicKey: keyOf(name), allowedIps: [], keepaliveSeconds: 0, enabled: true, ...change }
}

export function wireguardTunnel(peers: WireguardPeer[] = [], change: Partial<WireguardTunnel> = {}): WireguardTunnel {
  return {
    id: "t",
    name: "lab",
    interface: "wg0",
    transport: { kind: "udp" },
    security: { kind: "wireguard", privateKey: keyOf("P"), peers },
    autostart: false,
    ...change,
  }
}

export function peerChange(letter: string, change: Partial<PeerChange> = {}): PeerChange {
  const none = { remove: false, updateOnly: false, replaceAllowedIps: false, allowedIps: [] }
  return { publicKey: keyOf(letter), ...none, ...change }
}

export function setRequest(...peers: PeerChange[]): SetRequest {
  return { replacePeers: false, peers }
}

export function networks(...added: string[]): PeerChange["allowedIps"] {
  return added.map((network) => ({ network, remove: false }))
}
