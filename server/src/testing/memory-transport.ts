import { ipFamily, parseEndpoint, type Transport } from "@tundeck/shared"

const speeds = {
  simpletun: { mbps: 2100, roundTripMs: 0.31 },
  trains: { mbps: 9400, roundTripMs: 0.32 },
  udp: { mbps: 6200, roundTripMs: 0.22 },
  icmp: { mbps: 3300, roundTripMs: 0.27 },
  responder: { mbps: 1000, roundTripMs: 0.1 },
}

/** Roughly what each transport carries between two hosts, so that a change of transport is seen. */
export function speedOf({ kind, framing = "simpletun" }: Transport): { mbps: number; roundTripMs: number } {
  return speeds[kind === "tcp" ? framing : kind]
}

const linkMtu = 1500
const ethernetHeader = 14

/** The largest inner packet, over a path with an MTU of 1,500. */
export function largestPacketOf(transport: Transport, link: "ip" | "ethernet"): number {
  const { kind, framing, peer, listen, connect } = transport
  const frame = link === "ethernet" ? ethernetHeader : 0
  if (kind === "responder") return 65_535
  if (kind === "tcp") return (framing === "trains" ? 65_535 : 2000) - frame
  const host = peer ?? parseEndpoint(connect ?? listen ?? "")?.host ?? ""
  const network = ipFamily(host) === 6 ? 40 : 20
  return linkMtu - network - (kind === "udp" ? 8 : 16) - frame
}
