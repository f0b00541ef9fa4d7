import { dropReasons } from "../../model/verdict.ts"
import { tcpFlags } from "./names.ts"
import type { NumberField, Side, WordField } from "./tree.ts"

/** What stands before an operator, in Wireshark's spelling or our own. */
export type Field =
  | { kind: "address"; over: "ip" | "ip6"; side: Side }
  | { kind: "port"; over?: "tcp" | "udp" | "sctp"; side: Side }
  | { kind: "mac"; side: Side }
  | { kind: "vlan" }
  | { kind: "ether-type" }
  | { kind: "protocol"; over: "ip" | "ip6" }
  | { kind: "flag"; bit: number }
  | { kind: "info" }
  | { kind: "word"; field: WordField; values?: Readonly<Record<string, string>> }

const sides = { source: "source", destination: "destination", either: "either" } as const
const same = (values: readonly string[]) => Object.fromEntries(values.map((value) => [value, value]))

const verdict: Field = { kind: "word", field: "verdict", values: same(["sent", "delivered", "dropped"]) }
const direction: Field = {
  kind: "word",
  field: "direction",
  values: { in: "inbound", out: "outbound", inbound: "inbound", outbound: "outbound" },
}

export const fields: Readonly<Record<string, Field>> = {
  ...addressFields("ip", "ip"),
  ...addressFields("ipv6", "ip6"),
  ...portFields("tcp"),
  ...portFields("udp"),
  ...portFields("sctp"),
  "eth.addr": { kind: "mac", side: sides.either },
  "eth.src": { kind: "mac", side: sides.source },
  "eth.dst": { kind: "mac", side: sides.destination },
  "eth.type": { kind: "ether-type" },
  "vlan.id": { kind: "vlan" },
  "ip.proto": { kind: "protocol", over: "ip" },
  "ipv6.nxt": { kind: "protocol", over: "ip6" },
  ...Object.fromEntries(Object.entries(tcpFlags).map(([name, bit]) => [`tcp.flags.${name}`, { kind: "flag", bit }])),
  verdict,
  reason: { kind: "word", field: "reason", values: same(dropReasons.map(({ code }) => code)) },
  dir: direction,
  direction,
  protocol: { kind: "word", field: "protocol" },
  peer: { kind: "word", field: "peer" },
  tunnel: { kind: "word", field: "tunnel" },
  errno: { kind: "word", field: "errno" },
  info: { kind: "info" },
}

function addressFields(name: string, over: "ip" | "ip6"): Record<string, Field> {
  return {
    [`${name}.addr`]: { kind: "address", over, side: sides.either },
    [`${name}.src`]: { kind: "address", over, side: sides.source },
    [`${name}.dst`]: { kind: "address", over, side: sides.destination },
  }
}

function portFields(over: "tcp" | "udp" | "sctp"): Record<string, Field> {
  return {
    [`${over}.port`]: { kind: "port", over, side: sides.either },
    [`${over}.srcport`]: { kind: "port", over, side: sides.source },
    [`${over}.dstport`]: { kind: "port", over, side: sides.destination },
  }
}

/** What may be reckoned with. */
export const numberFields: Readonly<Record<string, NumberField>> = {
  len: "length",
  length: "length",
  "frame.len": "length",
  "ip.ttl": "hopLimit",
  "ipv6.hlim": "hopLimit",
  ttl: "hopLimit",
  "tcp.flags": "tcpFlags",
  "icmp.type": "icmpType",
  "icmp.code": "icmpCode",
  "icmp.mtu": "icmpMtu",
  "icmpv6.type": "icmp6Type",
  "icmpv6.code": "icmp6Code",
  "icmpv6.mtu": "icmp6Mtu",
  "arp.opcode": "arpOperation",
}

/** pcap's bytes at a place, those that a row still knows. */
export const accessors: Readonly<Record<string, Readonly<Record<string, NumberField>>>> = {
  tcp: { tcpflags: "tcpFlags", "13": "tcpFlags" },
  icmp: { icmptype: "icmpType", "0": "icmpType", icmpcode: "icmpCode", "1": "icmpCode" },
  icmp6: { icmp6type: "icmp6Type", "0": "icmp6Type", icmp6code: "icmp6Code", "1": "icmp6Code" },
}
