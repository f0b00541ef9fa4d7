import type { OpenDatagramSocket } from "../../transport/datagram-transport.ts"
import { openIcmp } from "../../transport/open-icmp.ts"
import type { TransportParts } from "../../transport/transport-parts.ts"
import { UdpSocket } from "../../transport/udp-socket.ts"

/** Where datagram sockets come from. */
export interface OpenSockets {
  udp: OpenDatagramSocket
  icmp: OpenDatagramSocket
}

/** A message has a header, padding and a tag beside its packet. */
const mostOverhead = 48

export function openSockets({ traffic, owner }: TransportParts): OpenSockets {
  return {
    udp: (...options) => new UdpSocket(...options),
    icmp: (...options) => openIcmp(...options, traffic, () => owner.largestPacket + mostOverhead),
  }
}
