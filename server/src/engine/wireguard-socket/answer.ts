import type { DeviceReport, PeerReport } from "./configuration.ts"
import { hexOfKey } from "./keys.ts"

/** Negative, as stock tools take it; 0: done. The end of every answer. */
export function errnoAnswer(errno: number): string {
  return `errno=${errno === 0 ? 0 : -errno}\n\n`
}

/** What `get=1` answers. A key, a port and a mark that the device has not are left out; a peer's preshared key is then zeros. */
export function reportAnswer({ privateKey, listenPort, firewallMark, peers }: DeviceReport): string {
  let text = ""
  if (privateKey !== null) text += `private_key=${hexOfKey(privateKey)}\n`
  if (listenPort !== 0) text += `listen_port=${listenPort}\n`
  if (firewallMark !== 0) text += `fwmark=${firewallMark}\n`
  for (const peer of peers) text += peerLines(peer)
  return text + errnoAnswer(0)
}

function peerLines(peer: PeerReport): string {
  const at = peer.lastHandshakeAt ?? 0
  const fields = [
    `public_key=${hexOfKey(peer.publicKey)}`,
    `preshared_key=${hexOfKey(peer.presharedKey)}`,
    "protocol_version=1",
    ...(peer.endpoint === null ? [] : [`endpoint=${peer.endpoint}`]),
    `last_handshake_time_sec=${Math.floor(at / 1000)}`,
    `last_handshake_time_nsec=${Math.floor(at % 1000) * 1_000_000}`,
    `tx_bytes=${peer.sentBytes}`,
    `rx_bytes=${peer.receivedBytes}`,
    `persistent_keepalive_interval=${peer.keepaliveSeconds}`,
    ...peer.allowedIps.map((network) => `allowed_ip=${network}`),
  ]
  return `${fields.join("\n")}\n`
}
