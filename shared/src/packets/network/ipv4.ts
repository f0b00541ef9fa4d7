import { ipv4Text } from "../address-text.ts"
import { type Dissected, type FieldTable, field, readFields, wholeField } from "../field.ts"
import { bits, counted, decimal, flags, hexadecimal, ipv4 } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, wireLength, within } from "../span.ts"
import { ecnText, followHeaders, headerLayers } from "./extension-headers.ts"
import { addressesText, behindIp, type Fragment, firstOfDatagram, type IpPacket } from "./ip-packet.ts"
import { ipv4OptionFields } from "./ipv4-options.ts"
import { protocolNumber, protocolText } from "./protocol-numbers.ts"

// RFC 791 section 3.1
const at = {
  version: 0,
  service: 1,
  totalLength: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
} as const
export const smallestIpv4Header = 20
const moreFragments = 0x2000
const offsetMask = 0x1fff

const fields: FieldTable = [
  ["Version", at.version, 1, bits(4, 4)],
  ["Header Length", at.version, 1, bits(0, 4, (words) => `${words * 4} bytes`)],
  ["Differentiated Services Codepoint", at.service, 1, bits(2, 6)],
  ["Explicit Congestion Notification", at.service, 1, bits(0, 2, ecnText)],
  ["Total Length", at.totalLength, 2, counted("bytes")],
  ["Identification", at.id, 2, hexadecimal],
  [
    "Flags",
    at.fragment,
    1,
    flags(
      [
        [0x40, "Don't fragment"],
        [0x20, "More fragments"],
      ],
      0xe0,
    ),
  ],
  ["Fragment Offset", at.fragment, 2, bits(0, 13, (units) => `${units * 8} bytes`)],
  ["Time to Live", at.ttl, 1, decimal],
  ["Protocol", at.protocol, 1, protocolText],
  ["Header Checksum", at.checksum, 2, hexadecimal],
  ["Source Address", at.source, 4, ipv4],
  ["Destination Address", at.destination, 4, ipv4],
]

export function viewIpv4(span: Span): IpPacket | undefined {
  if (!holds(span, smallestIpv4Header)) return undefined
  const headerLength = lengthOfHeader(span)
  if (u8(span, at.version) >> 4 !== 4 || headerLength < smallestIpv4Header || headerLength > wireLength(span))
    return undefined
  // A segment train too long for 16 bits says 0: its length is that of what was read (RFC 9293 over Linux BIG TCP).
  const totalLength = u16(span, at.totalLength) || wireLength(span)
  if (totalLength < headerLength) return undefined
  const fragment = readFragment(span)
  const payload = within(span, headerLength, totalLength - headerLength)
  const protocol = u8(span, at.protocol)
  const behind =
    protocol === protocolNumber.authentication && !fragment?.offset ? followHeaders(protocol, payload) : undefined
  return {
    version: 4,
    source: ipv4Text(span, at.source),
    destination: ipv4Text(span, at.destination),
    hopLimit: u8(span, at.ttl),
    protocol: behind === undefined ? protocol : behind.protocol,
    fragment,
    payload: firstOfDatagram(protocol, fragment, behind?.payload ?? payload),
    lengthBeyondPacket: totalLength > wireLength(span),
  }
}

function lengthOfHeader(span: Span): number {
  return (u8(span, at.version) & 0x0f) * 4
}

function readFragment(span: Span): Fragment | undefined {
  const field = u16(span, at.fragment)
  if ((field & (moreFragments | offsetMask)) === 0) return undefined
  return { offset: (field & offsetMask) * 8, more: (field & moreFragments) !== 0, id: u16(span, at.id) }
}

export function dissectIpv4(span: Span): Dissected {
  const name = "Internet Protocol Version 4"
  const packet = viewIpv4(span)
  const children = readFields(span, fields)
  if (packet === undefined) return { layers: [wholeField(span, name, shortfall(span, smallestIpv4Header), children)] }
  const headerLength = lengthOfHeader(span)
  const options = within(span, smallestIpv4Header, headerLength - smallestIpv4Header)
  const layer = field(span, name, 0, headerLength, addressesText(packet), [...children, ...ipv4OptionFields(options)])
  const protocol = u8(span, at.protocol)
  const behind = within(span, headerLength, (u16(span, at.totalLength) || wireLength(span)) - headerLength)
  const isChain = protocol === protocolNumber.authentication && !packet.fragment?.offset
  return { layers: isChain ? [layer, ...headerLayers(protocol, behind)] : [layer], next: behindIp(packet) }
}
