import { holds, type Span, u8, u16, u32, within } from "../../packets/span.ts"
import type { PacketKey } from "./key-shape.ts"
import { macAt } from "./mac-at.ts"

const fragmentationNeeded = { type: 3, code: 4 } as const
const mtuAt = { mtu: 6, end: 8 } as const // RFC 1191 section 4
const packetTooBig = 2
const mtu6At = { mtu: 4, end: 8 } as const // RFC 4443 section 3.2
const neighbour = { solicitation: 135, advertisement: 136 } as const
const neighbourAt = { flags: 4, target: 8, options: 24 } as const // RFC 4861 sections 4.3 and 4.4
const overrides = 0x20
const optionAt = { type: 0, length: 1, mac: 2, end: 8 } as const // RFC 4861 section 4.6.1
const option = { sourceMac: 1, targetMac: 2 } as const
const mostOptions = 16

export function readIcmp(span: Span, key: PacketKey): void {
  const isTooBig = key.icmpType === fragmentationNeeded.type && key.icmpCode === fragmentationNeeded.code
  if (isTooBig && holds(span, mtuAt.end)) key.mtu = u16(span, mtuAt.mtu)
}

export function readIcmp6(span: Span, key: PacketKey): void {
  if (key.icmpType === packetTooBig && holds(span, mtu6At.end)) key.mtu = u32(span, mtu6At.mtu)
  const isAdvertisement = key.icmpType === neighbour.advertisement
  if ((!isAdvertisement && key.icmpType !== neighbour.solicitation) || !holds(span, neighbourAt.options)) return
  const mac = macOption(within(span, neighbourAt.options), isAdvertisement ? option.targetMac : option.sourceMac)
  key.neighbour = {
    target: wordsAt(span, neighbourAt.target),
    ...(mac !== undefined && { mac }),
    overrides: isAdvertisement && (u8(span, neighbourAt.flags) & overrides) !== 0,
  }
}

function macOption(options: Span, wanted: number): number | undefined {
  for (let count = 0; count < mostOptions && holds(options, optionAt.end); count++) {
    const length = u8(options, optionAt.length) * 8
    if (length === optionAt.end && u8(options, optionAt.type) === wanted) return macAt(options, optionAt.mac)
    if (length === 0) return undefined
    options = within(options, length)
  }
  return undefined
}

/** An IPv6 address. */
export function wordsAt(span: Span, offset: number): number[] {
  return [u32(span, offset), u32(span, offset + 4), u32(span, offset + 8), u32(span, offset + 12)]
}
