import type { Network } from "./network.ts"
import type { TcpAnalysisTest } from "./tcp-analysis.ts"

/** A filter, read. Everything that is written in several ways is one test here. */
export type Tree = Test | { kind: "not"; of: Tree } | { kind: Connective; of: readonly Tree[] }

export type Connective = "and" | "or"

export type Test =
  | { kind: "net"; over?: "ip" | "ip6" | "arp" | "rarp"; side: Side; net: Network }
  | { kind: "port"; over?: "tcp" | "udp" | "sctp"; side: Side; low: number; high: number }
  | { kind: "mac"; side: Side; mac: number }
  | { kind: "ether-type"; type: number }
  | { kind: "protocol"; over?: "ip" | "ip6"; number: number }
  | { kind: "vlan"; id?: number }
  | { kind: "cast"; cast: "broadcast" | "multicast"; over?: "ether" | "ip" | "ip6" }
  | { kind: "compare"; left: Arithmetic; operator: Comparison; right: Arithmetic }
  | { kind: "word"; field: WordField; differs: boolean; value: string }
  | { kind: "contains"; text: string }
  | { kind: "injected" }
  | TcpAnalysisTest

/** Of two addresses or ports: which must fit. */
export type Side = "source" | "destination" | "either" | "both"

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">="

export type WordField = "verdict" | "reason" | "errno" | "direction" | "protocol" | "peer" | "tunnel"

export type NumberField =
  | "length"
  | "hopLimit"
  | "tcpFlags"
  | "icmpType"
  | "icmpCode"
  | "icmpMtu"
  | "icmp6Type"
  | "icmp6Code"
  | "icmp6Mtu"
  | "arpOperation"

export type ArithmeticOperator = "|" | "^" | "&" | "<<" | ">>" | "+" | "-" | "*"

/** In unsigned 32-bit numbers, as pcap counts. */
export type Arithmetic =
  | { kind: "number"; value: number }
  | { kind: "field"; field: NumberField }
  | { kind: "operation"; operator: ArithmeticOperator; left: Arithmetic; right: Arithmetic }

export function negate(tree: Tree): Tree {
  return tree.kind === "not" ? tree.of : { kind: "not", of: tree }
}
