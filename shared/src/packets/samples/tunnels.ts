import { type Bytes, ethernet, hexOf, ipv4, ipv6, long, tcp, text, udp, word, zeros } from "./build.ts"
import type { Sample } from "./sample.ts"

const addresses = { source: "10.0.0.1", destination: "10.0.0.2" }
const inner = ipv4(17, udp(4242, 9999, text("hello")), { source: [10, 9, 0, 1], destination: [10, 9, 0, 2] })
const innerTold = "10.9.0.1:4242 → 10.9.0.2:9999 UDP"
const session = [1, 2, 3, 4, 5, 6, 7, 8]
const echo = (type: number, payload: Bytes) => [type, 0, 0, 0, ...word(0x1234), ...word(7), ...payload]

function overUdp(name: string, protocol: string, port: number, payload: Bytes, info: string): Sample {
  const facts = { ...addresses, protocol, sourcePort: 40_000, destinationPort: port, info }
  return { name, link: "ip", hex: hexOf(ipv4(17, udp(40_000, port, payload))), facts }
}

function overTcp(name: string, protocol: string, port: number, payload: Bytes, info: string): Sample {
  const facts = { ...addresses, protocol, sourcePort: 40_000, destinationPort: port, info }
  return { name, link: "ip", hex: hexOf(ipv4(6, tcp(40_000, port, payload))), facts }
}

/** Packets that carry packets. */
export const tunnelSamples: readonly Sample[] = [
  overUdp(
    "OpenVPN reset",
    "OpenVPN",
    1194,
    [7 << 3, ...session, 0, 0, 0, 0, 0],
    "MessageType: P_CONTROL_HARD_RESET_CLIENT_V2 key=0 session=0102030405060708 len=14",
  ),
  overUdp(
    "OpenVPN data",
    "OpenVPN",
    1194,
    [(9 << 3) | 1, 0, 0, 2, ...zeros(40)],
    "MessageType: P_DATA_V2 key=1 len=44",
  ),
  overTcp(
    "OpenVPN over TCP",
    "OpenVPN",
    1194,
    [0, 14, 8 << 3, ...session, 0, 0, 0, 0, 0],
    "MessageType: P_CONTROL_HARD_RESET_SERVER_V2 key=0 session=0102030405060708 len=14",
  ),
  overUdp(
    "WireGuard data at the MTU",
    "WireGuard",
    51_820,
    [4, 0, 0, 0, 1, 0, 0, 0, 9, ...zeros(7), ...zeros(1436)],
    "Transport Data, receiver=0x00000001, counter=9, datalen=1420",
  ),
  overUdp(
    "Tundeck data",
    "WireGuard",
    51_820,
    [5, 0, 0, 0, 1, 0, 0, 0, 9, ...zeros(7), ...zeros(96)],
    "Transport Data (AES-256-GCM, between two Tundecks), receiver=0x00000001, counter=9, datalen=80",
  ),
  overUdp("Tundeck probe", "Tundeck", 40_001, [0x54, 0x44, 1, 0, ...long(7), ...long(9)], "Probe question 0x00000007"),
  overUdp("Tundeck datagram", "Tundeck", 55_555, inner, `Packet ${innerTold}`),
  overTcp("simpletun frame", "Tundeck", 55_555, [...word(inner.length), ...inner], `Frame of 33 bytes ${innerTold}`),
  overTcp(
    "simpletun frame of a tap",
    "Tundeck",
    55_555,
    [...word(14 + inner.length), ...ethernet(0x0800, inner)],
    `Frame of 47 bytes ${innerTold}`,
  ),
  overTcp(
    "Tundeck train",
    "Tundeck",
    55_555,
    [...long(inner.length), 0, 5, ...word(5), ...zeros(4), ...inner],
    `Train of 33 bytes, 5 each, ${innerTold}`,
  ),
  {
    name: "Tundeck echo",
    link: "ip",
    hex: hexOf(ipv4(1, echo(8, [0x54, 0x44, 0, 0, ...long(55_555), ...inner]))),
    facts: {
      ...addresses,
      protocol: "Tundeck",
      info: `Echo request, tunnel 55555, packet of 33 bytes ${innerTold}`,
    },
  },
  {
    name: "Tundeck bundle over ICMPv6",
    link: "ip",
    hex: hexOf(
      ipv6(58, echo(129, [0x54, 0x44, 0x81, 1, ...long(55_555), ...word(33), ...inner, ...word(33), ...inner])),
    ),
    facts: {
      source: "fd00::1",
      destination: "fd00::2",
      protocol: "Tundeck",
      info: "Echo reply, tunnel 55555, bundle of 70 bytes",
    },
  },
  {
    name: "GRE with a key",
    link: "ip",
    hex: hexOf(ipv4(47, [0x20, 0, 8, 0, ...long(99), ...inner])),
    facts: {
      source: "10.9.0.1",
      destination: "10.9.0.2",
      protocol: "UDP",
      sourcePort: 4242,
      destinationPort: 9999,
      info: "4242 → 9999 len=5",
    },
  },
]
