// From a capture's packet to one that a tun or tap interface would carry.
import type { LinkType } from "@tundeck/shared"
import type { CapturedPacket } from "./capture-file.ts"

export interface LinkedPacket {
  readonly bytes: Uint8Array
  readonly wireLength: number
  readonly link: LinkType
}

// https://www.tcpdump.org/linktypes.html
const ethernet = { linkType: 1, type: 12, payload: 14 } as const
const rawIp = new Set([12, 14, 101, 228, 229])
const withFamily = new Set([0, 108])
const families = new Set([2, 10, 24, 28, 30]) // AF_INET, and AF_INET6 of Linux and the BSDs
const familyLength = 4
const cookedLinks = [
  { linkType: 113, type: 14, payload: 16 },
  { linkType: 276, type: 0, payload: 20 },
] as const
const ipVersions = new Map([
  [0x0800, 4],
  [0x86dd, 6],
])
const tagTypes = new Set([0x8100, 0x88a8])
const tagLength = 4

/** Without the head that only captures have; undefined: nothing that a tun or tap interface would carry. */
export function linked(packet: CapturedPacket): LinkedPacket | undefined {
  const { bytes, wireLength, linkType } = packet
  if (linkType === ethernet.linkType) return { bytes, wireLength, link: "ethernet" }
  if (rawIp.has(linkType)) return { bytes, wireLength, link: "ip" }
  if (withFamily.has(linkType)) return families.has(familyOf(bytes)) ? behind(packet, familyLength) : undefined
  const cooked = cookedLinks.find((one) => one.linkType === linkType)
  return cooked !== undefined && ipVersions.has(u16(bytes, cooked.type)) ? behind(packet, cooked.payload) : undefined
}

/** In whichever byte order the host had. */
function familyOf(bytes: Uint8Array): number {
  return bytes[0] === 0 ? (bytes[3] ?? 0) : (bytes[0] ?? 0)
}

function behind({ bytes, wireLength }: CapturedPacket, head: number): LinkedPacket {
  return { bytes: bytes.subarray(head), wireLength: wireLength - head, link: "ip" }
}

/** Whether it is an IPv4 or IPv6 packet, captured whole, whose lengths fit. */
export function isWholeIp({ bytes, wireLength, link }: LinkedPacket): boolean {
  if (bytes.length < wireLength) return false
  if (link === "ip") return isWholePacket(bytes, (bytes[0] ?? 0) >> 4)
  let type: number = ethernet.type
  while (tagTypes.has(u16(bytes, type))) type += tagLength
  const version = ipVersions.get(u16(bytes, type))
  return version !== undefined && isWholePacket(bytes.subarray(type + 2), version)
}

function isWholePacket(packet: Uint8Array, version: number): boolean {
  if ((packet[0] ?? 0) >> 4 !== version) return false
  if (version === 6) return packet.length >= 40 && 40 + u16(packet, 4) <= packet.length
  const header = ((packet[0] ?? 0) & 15) * 4
  const total = u16(packet, 2)
  return version === 4 && header >= 20 && total >= header && total <= packet.length
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
