import type { PacketKey } from "../key/key-shape.ts"
import { masksOf, type Network } from "../language/network.ts"
import type { Test } from "../language/tree.ts"
import type { Predicate } from "./row.ts"

type Pair = (source: readonly number[], destination: readonly number[]) => boolean

const arpType = 0x0806
const reverseArpType = 0x8035

/** Addresses of any IP header of a packet, and those that ARP asks about. */
export function compileNet({ over, side, net }: Extract<Test, { kind: "net" }>): Predicate {
  const pair = pairOf(side, fitsNetwork(net))
  const inIp = ({ ip }: PacketKey) => {
    if (ip === undefined) return false
    for (const { source, destination } of ip) if (pair(source, destination)) return true
    return false
  }
  const inArp = ({ arp }: PacketKey) => arp !== undefined && pair(arp.source, arp.target)
  switch (over) {
    case "arp":
      return ({ key }) => key.frame?.type === arpType && inArp(key)
    case "rarp":
      return ({ key }) => key.frame?.type === reverseArpType && inArp(key)
    case undefined:
      return ({ key }) => inIp(key) || inArp(key)
    default:
      return ({ key }) => inIp(key)
  }
}

function pairOf(side: Extract<Test, { kind: "net" }>["side"], fits: (address: readonly number[]) => boolean): Pair {
  switch (side) {
    case "source":
      return (source) => fits(source)
    case "destination":
      return (_, destination) => fits(destination)
    case "either":
      return (source, destination) => fits(source) || fits(destination)
    case "both":
      return (source, destination) => fits(source) && fits(destination)
  }
}

function fitsNetwork(net: Network): (address: readonly number[]) => boolean {
  const { words } = net
  const masks = masksOf(net)
  const [word = 0] = words
  const [mask = 0] = masks
  if (words.length === 1) return (address) => address.length === 1 && (((address[0] ?? 0) ^ word) & mask) === 0
  return (address) => {
    if (address.length !== words.length) return false
    for (let i = 0; i < words.length; i++) {
      if ((((address[i] ?? 0) ^ (words[i] ?? 0)) & (masks[i] ?? 0)) !== 0) return false
    }
    return true
  }
}
