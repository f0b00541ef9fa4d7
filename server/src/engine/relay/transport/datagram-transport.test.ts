import { DatagramTransport } from "./datagram-transport.ts"
import { hubContract } from "./hub.contract.ts"
import { GatedSocket } from "./testing/gated-socket.ts"
import type { TransportSubject } from "./testing/transport-lab.ts"
import { transportContract } from "./transport.contract.ts"
import { UdpSocket } from "./udp-socket.ts"

const udp: TransportSubject = {
  open: (transport, peers, parts, gate) =>
    new DatagramTransport(transport, peers, parts, (...options) => new GatedSocket(new UdpSocket(...options), gate)),
  kind: "udp",
  framing: "simpletun",
  address: "127.0.0.1",
  callers: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
  isStream: false,
  longest: 9000,
}

transportContract("UDP over IPv4", udp)
transportContract("UDP over IPv6", { ...udp, address: "::1", callers: ["::1"] })
hubContract("UDP", udp)
