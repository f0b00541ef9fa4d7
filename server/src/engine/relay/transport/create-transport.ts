import type { RelayPeers, RelayTransport } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { DatagramTransport } from "./datagram-transport.ts"
import { openIcmp } from "./open-icmp.ts"
import { StreamTransport } from "./stream-transport.ts"
import type { TransportParts } from "./transport-parts.ts"
import { UdpSocket } from "./udp-socket.ts"

export function createTransport(transport: RelayTransport, peers: RelayPeers, parts: TransportParts): Transport {
  switch (transport.kind) {
    case "tcp":
      return new StreamTransport(transport, peers, parts)
    case "udp":
      return new DatagramTransport(transport, peers, parts, (...options) => new UdpSocket(...options))
    case "icmp":
      return new DatagramTransport(transport, peers, parts, (options, memory, index) => {
        return openIcmp(options, memory, index, parts)
      })
  }
}
