import { parseEndpoint } from "@tundeck/shared"
import { paddedLength } from "../relay/wireguard/session/padding.ts"
import { envelopeBytes } from "../relay/wireguard/tundeck/envelope.ts"
import type { RunningTunnel } from "./running-tunnel.ts"

const ipHeader = { v4: 20, v6: 40 } as const
const udpHeader = 8
/** An echo message's, and ours behind it. */
const echoHeaders = 16
const bundledLength = 2
const streamLength = { simpletun: 2, trains: 12, wireguard: 4 } as const
const wireguardHeaderAndTag = 32

/** A packet of the tunnel, from or to the peer in the place `peer`; `wireLength` bytes of it, or of its whole train. */
interface Carried {
  peer: number
  wireLength: number
  packets: number
  /** How many packets its echo message carried; 0 where that is not known. */
  bundle: number
}

/**
 * Bytes that the wire carries beside the packet's own: of a datagram all from the outer IP header on, as long as it goes in one
 * piece; of one that carries a bundle the packet's share, rounded; of a stream what stands before the packet in it, TCP's headers
 * not counted, since packets share them. Undefined where that is not known: the peer is not connected, or how many packets its
 * echo message carried.
 */
export function overheadOf(tunnel: RunningTunnel, carried: Carried): number | undefined {
  const { security, transport } = tunnel.config
  if (transport.kind === "responder") return 0
  const placed = tunnel.places.at(carried.peer)
  const host = parseEndpoint(placed?.remote ?? "")?.host
  if (host === undefined) return undefined
  const sealing = security.kind === "wireguard" ? sealingOf(tunnel, carried) : 0
  const ip = host.includes(":") ? ipHeader.v6 : ipHeader.v4
  switch (placed?.carrier ?? transport.kind) {
    case "udp":
      return ip + udpHeader + sealing
    case "icmp":
      return echoShare(ip + echoHeaders, carried.bundle, sealing)
    case "tcp":
      return sealing + streamLength[security.kind === "wireguard" ? "wireguard" : (transport.framing ?? "simpletun")]
  }
}

/** Of the headers what falls to one of the packets, and each one's length before it. */
function echoShare(headers: number, bundle: number, sealing: number): number | undefined {
  if (bundle === 0) return undefined
  return bundle === 1 ? headers + sealing : Math.round(headers / bundle) + bundledLength + sealing
}

function sealingOf({ attachment, mtu, pathPacket }: RunningTunnel, { wireLength, packets }: Carried): number {
  const envelope = attachment?.kind === "tap" || packets > 1 ? envelopeBytes : 0
  const limit = Math.min(mtu, pathPacket ?? mtu)
  return wireguardHeaderAndTag + paddedLength(wireLength + envelope, limit + envelope) - wireLength
}
