import fc from "fast-check"
import { addresses4, addresses6, macs, ports } from "./packets.ts"

/** Filters in the words of pcap that mean the same to tcpdump and to us, on any packet of testing/packets.ts. */

const from = <T extends string | number>(...values: readonly T[]) => fc.constantFrom(...values)
const words = (...parts: fc.Arbitrary<string | number>[]) =>
  fc.tuple(...parts).map((texts) => texts.filter((text) => text !== "").join(" "))

const side = from("", "src", "dst", "src or dst", "src and dst")
const address = from(...addresses4, ...addresses6)
const net = from(
  "10",
  "10.1",
  "192.168.7",
  "10.0.0.0/8",
  "10.0.0.0/31",
  "0.0.0.0/0",
  "fd00::/64",
  "fd00::/16",
  "ff00::/8",
)
const port = from(...ports)
const range = from("1-100", "53-80", "6000-6010", "443-443", "0-65535")
const protocol = from(1, 2, 6, 17, 44, 47, 50, 58, 132)

const network: fc.Arbitrary<string>[] = [
  from("ip", "ip6", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "esp", "pim", "vrrp"),
  words(from("host", "src", "dst", "src host", "dst host", "src or dst", "src and dst host"), address),
  words(from("ip"), side, from("host"), from(...addresses4)),
  words(from("ip6"), side, from("host"), from(...addresses6)),
  words(side, from("net"), net),
  words(from("net 10.1.0.0 mask 255.255.0.0", "src net 192.168.7.0 mask 255.255.255.0")),
  words(from("", "tcp", "udp", "sctp"), side, from("port"), port),
  words(from("", "tcp", "udp"), side, from("portrange"), range),
  words(from("", "ip", "ip6"), from("proto"), protocol),
  words(from("less", "greater"), from(40, 60, 80, 100)),
  words(from("len"), from("<", "<=", ">", ">=", "=", "==", "!="), from(40, 60, 72, 90)),
  words(
    from("len & 7", "len + 3", "(len - 100)", "len * 2", "len >> 2", "len << 1", "(len | 1) ^ 3"),
    from("> 6", "= 25", "!= 3"),
  ),
  words(
    // pcap reads the flags of IPv4 only, we of both.
    from("(ip and"),
    from("tcp[tcpflags]", "tcp[13]"),
    from("& tcp-syn != 0", "& (tcp-syn|tcp-fin) != 0", "= tcp-ack", "& 0x12 == 2", "> 100", "!= 16"),
    from(")"),
  ),
  words(from("icmp[icmptype]", "icmp[0]"), from("= icmp-echo", "!= 3", "> 7", "== icmp-echoreply")),
  words(from("icmp[icmpcode]", "icmp[1:1]"), from("= 0", "!= 2")),
  words(from("icmp6[icmp6type]", "icmp6[0]"), from("= icmp6-echo", "== 135", "!= icmp6-echoreply")),
  from("ip multicast", "ip6 multicast"),
]

/** A value alone is asked as the one before it. */
const elided: fc.Arbitrary<string>[] = [
  words(from("", "not"), side, from("host"), address, from("or", "and"), address),
  words(from("", "tcp"), from("", "src", "dst"), from("port"), port, from("or", "||"), port, from("or"), port),
  words(from("port ("), port, from("or"), port, from(")")),
  words(from("host ("), address, from("or"), address, from(")")),
  words(from("net"), from("10", "192.168"), from("or"), from("10.1", "fd00::/64")),
  words(from("not port"), port, from("and"), port),
]

const link: fc.Arbitrary<string>[] = [
  from("arp", "rarp", "ether broadcast", "ether multicast", "broadcast", "multicast"),
  words(from("arp host", "arp src", "arp dst host", "rarp src or dst host"), from(...addresses4)),
  words(from("arp", "rarp", "ip"), side, from("net"), from("10.0.0.0/8", "192.168")),
  words(from("ether host", "ether src", "ether dst", "ether src or dst", "ether src host"), from(...macs)),
  words(from("ether proto"), from("0x0800", "0x0806", "0x86dd", "0x88cc", "0x9000", "\\arp", "\\ip6")),
  words(from("ether host"), from(...macs), from("or"), from(...macs)),
]

/** Some hundred of them: `not`, `and`, `or` in a row and in parentheses. */
export function pcapExpression(kind: "ip" | "ethernet"): fc.Arbitrary<string> {
  const leaf = fc.oneof(...network, ...elided, ...(kind === "ip" ? [] : link))
  return fc.letrec<{ whole: string; part: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      leaf,
      tie("whole").map((inner) => `(${inner})`),
      tie("part").map((inner) => `${inner.length % 2 === 0 ? "not" : "!"} ${inner}`),
    ),
    whole: fc
      .tuple(tie("part"), fc.array(fc.tuple(from(" and ", " or ", " && ", " || "), tie("part")), { maxLength: 3 }))
      .map(([first, more]) => first + more.map((pair) => pair.join("")).join("")),
  })).whole
}
