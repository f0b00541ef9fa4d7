import type { LinkType } from "../../packets/facts.ts"
import { etherType } from "../../packets/link/ether-types.ts"
import { holds, packetSpan, type Span, u8, u16, u32, within } from "../../packets/span.ts"
import { readIpKeys } from "./ip-keys.ts"
import type { PacketKey } from "./key-shape.ts"
import { macAt } from "./mac-at.ts"

const at = { destination: 0, source: 6, type: 12, payload: 14 } as const // IEEE 802.3 clause 3
const tagAt = { control: 0, type: 2, payload: 4 } as const // IEEE 802.1Q clause 9.6
const arpAt = { sizes: 4, operation: 6, senderMac: 8, senderIp: 14, targetIp: 24, end: 28 } as const // RFC 826
const reverseArp = 0x8035
const ethernetAndIpv4 = 0x0604 // sizes of their addresses
const vlanIdMask = 0x0fff
const mostTags = 4

/**
 * What a filter can ask of a packet. Total, as summarize() is, and cheap: it is made for every packet that is shown.
 * @param bytes the start of the packet, cut at any length
 * @param wireLength its true length in bytes
 */
export function packetKeyOf(bytes: Uint8Array, wireLength: number, link: LinkType): PacketKey {
  const key: PacketKey = {}
  const packet = packetSpan(bytes, wireLength)
  if (link === "ip") readIpKeys(packet, u8(packet, 0) >> 4, key)
  else if (holds(packet, at.payload)) readFrame(packet, key)
  return key
}

function readFrame(frame: Span, key: PacketKey): void {
  let type = u16(frame, at.type)
  let payload = within(frame, at.payload)
  let vlans: number[] | undefined
  while ((type === etherType.vlan || type === etherType.serviceVlan) && holds(payload, tagAt.payload)) {
    vlans ??= []
    if (vlans.length === mostTags) break
    vlans.push(u16(payload, tagAt.control) & vlanIdMask)
    type = u16(payload, tagAt.type)
    payload = within(payload, tagAt.payload)
  }
  key.frame = { source: macAt(frame, at.source), destination: macAt(frame, at.destination), type }
  if (vlans !== undefined) key.frame.vlans = vlans
  if (type === etherType.ipv4) readIpKeys(payload, 4, key)
  else if (type === etherType.ipv6) readIpKeys(payload, 6, key)
  else if (type === etherType.arp || type === reverseArp) readArp(payload, key)
}

function readArp(span: Span, key: PacketKey): void {
  if (!holds(span, arpAt.end) || u16(span, arpAt.sizes) !== ethernetAndIpv4) return
  key.arp = {
    source: [u32(span, arpAt.senderIp)],
    target: [u32(span, arpAt.targetIp)],
    operation: u16(span, arpAt.operation),
    sender: macAt(span, arpAt.senderMac),
  }
}
