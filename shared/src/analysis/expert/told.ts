import type { PacketKey } from "../../filter/key/key-shape.ts"
import { addressOf } from "../stream.ts"

// What a message of ARP or neighbour discovery says.
export type Told =
  /** Somebody wants the MAC address of one that he will send to. */
  | { kind: "question"; target: string }
  /** Somebody asks whether an address is free, before he uses it: RFC 5227 section 2.1, RFC 4862 section 5.4. */
  | { kind: "probe"; target: string; mac: number }
  /** An address is there, and has this MAC address, where that is said. */
  | { kind: "claim"; address: string; mac: number | undefined }

const arp = { request: 1, reply: 2 } as const // RFC 826
const neighbour = { solicitation: 135, advertisement: 136 } as const // RFC 4861

const isUnspecified = (words: readonly number[]) => words.every((word) => word === 0)

export function toldBy(key: PacketKey): Told[] {
  if (key.arp !== undefined) return toldByArp(key.arp)
  return key.neighbour === undefined ? [] : toldByNeighbour(key, key.neighbour)
}

function toldByArp({ source, target, operation, sender }: NonNullable<PacketKey["arp"]>): Told[] {
  if (operation !== arp.request && operation !== arp.reply) return []
  const wanted = addressOf(target)
  if (isUnspecified(source)) return operation === arp.request ? [{ kind: "probe", target: wanted, mac: sender }] : []
  const address = addressOf(source)
  const claim: Told = { kind: "claim", address, mac: sender }
  return operation === arp.request ? [claim, { kind: "question", target: wanted }] : [claim]
}

function toldByNeighbour(
  { ip, frame, icmpType }: PacketKey,
  { target, mac, overrides }: NonNullable<PacketKey["neighbour"]>,
): Told[] {
  const wanted = addressOf(target)
  const source = ip?.at(-1)?.source ?? []
  if (icmpType === neighbour.advertisement) {
    // A proxy, or one of several with the same anycast address, does not override.
    return [{ kind: "claim", address: wanted, mac: overrides ? mac : undefined }]
  }
  if (icmpType !== neighbour.solicitation) return []
  if (isUnspecified(source)) return frame === undefined ? [] : [{ kind: "probe", target: wanted, mac: frame.source }]
  return [
    { kind: "claim", address: addressOf(source), mac },
    { kind: "question", target: wanted },
  ]
}

/** VLANs are networks of their own. */
export function vlanOf({ frame }: PacketKey): string {
  return frame?.vlans?.join(".") ?? ""
}

/** What shows the messages about an address. */
export function aboutFilter(address: string, { frame }: PacketKey): string {
  const vlan = frame?.vlans?.map((id) => `vlan ${id} and `).join("") ?? ""
  return address.includes(":") ? `${vlan}icmp6 and info contains "${address}"` : `${vlan}arp host ${address}`
}
