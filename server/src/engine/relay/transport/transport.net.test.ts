import { afterAll, beforeAll } from "vitest"
import { enterNamespace } from "../../../../../native-bindings/src/testing/inside.ts"
import { addAddress } from "../../../../../testing/links.ts"
import type { Namespace } from "../../../../../testing/namespace.ts"
import { DatagramTransport } from "./datagram-transport.ts"
import { hubContract } from "./hub.contract.ts"
import { openIcmp } from "./open-icmp.ts"
import { StreamTransport } from "./stream-transport.ts"
import { GatedSocket } from "./testing/gated-socket.ts"
import type { TransportSubject } from "./testing/transport-lab.ts"
import { transportContract } from "./transport.contract.ts"
import { UdpSocket } from "./udp-socket.ts"

// What needs raw sockets, or more IPv6 addresses than a host has.

let namespace: Namespace
const ipv6 = { address: "fd00::1", callers: ["fd00::2", "fd00::3", "fd00::4"] }
beforeAll(async () => {
  namespace = await enterNamespace("transports")
  for (const address of [ipv6.address, ...ipv6.callers]) await addAddress(namespace, "lo", `${address}/128`)
})
afterAll(() => namespace.delete())

const icmp: TransportSubject = {
  open: (transport, peers, parts, gate) => {
    return new DatagramTransport(transport, peers, parts, (options, memory, index) => {
      return new GatedSocket(
        openIcmp(options, memory, index, parts.traffic, () => parts.owner.largestPacket),
        gate,
      )
    })
  },
  kind: "icmp",
  framing: "simpletun",
  address: "127.0.0.1",
  callers: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
  isStream: false,
  longest: 9000,
}
const udp: TransportSubject = {
  ...icmp,
  ...ipv6,
  open: (transport, peers, parts, gate) =>
    new DatagramTransport(transport, peers, parts, (...options) => new GatedSocket(new UdpSocket(...options), gate)),
  kind: "udp",
}
const tcp: TransportSubject = {
  ...udp,
  open: (transport, peers, parts) => new StreamTransport(transport, peers, parts),
  kind: "tcp",
  isStream: true,
}

transportContract("ICMP over IPv4", icmp)
transportContract("ICMP over IPv6", { ...icmp, ...ipv6 })
hubContract("ICMP over IPv4", icmp)
hubContract("ICMP over IPv6", { ...icmp, ...ipv6 })
hubContract("UDP over IPv6", udp)
hubContract("TCP over IPv6", tcp)
