import type { AnyRelayTransport, RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { Responder } from "../responder/responder.ts"
import { DatagramTransport } from "./datagram-transport.ts"
import { openIcmp } from "./open-icmp.ts"
import { StreamTransport } from "./stream-transport.ts"
import type { TransportParts } from "./transport-parts.ts"
import { UdpSocket } from "./udp-socket.ts"

/** One in clear text. */
export function createTransport(wanted: AnyRelayTransport, peers: RelayPeers, parts: TransportParts): Transport {
  if (wanted.kind === "responder") return new Responder(peers, parts)
  const { ends } = wanted
  if (ends.role === "open") throw new Error("A transport in clear text waits for its peers, or calls one.")
  const transport = { ...wanted, ends }
  switch (transport.kind) {
    case "tcp":
      return new StreamTransport(transport, peers, parts)
    case "udp":
      return new DatagramTransport(transport, peers, parts, (...options) => new UdpSocket(...options))
    case "icmp":
      return new DatagramTransport(transport, peers, parts, (options, memory, index) => {
        return openIcmp(options, memory, index, parts.traffic, () => parts.owner.largestPacket)
      })
  }
}
