import { ipv6Text, macText } from "../address-text.ts"
import { holds, type Span, seenLength, shortfall, u8, u16, u32, within } from "../span.ts"

const type = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
} as const

// RFC 4861 section 4.1 to 4.5: where each message's options begin
const solicitationAt = { options: 8 } as const
const routerAt = { lifetime: 6, options: 16 } as const
const neighbourAt = { flags: 4, target: 8, options: 24 } as const
const redirectAt = { target: 8, destination: 24, options: 40 } as const

const optionAt = { type: 0, length: 1, value: 2 } as const // RFC 4861 section 4.6
const option = { sourceLinkAddress: 1, targetLinkAddress: 2, prefix: 3, mtu: 5 } as const
const prefixAt = { length: 2, prefix: 16, end: 32 } as const
const mtuAt = { mtu: 4, end: 8 } as const
const mostOptions = 16

const flagNames = [
  [0x80, "rtr"],
  [0x40, "sol"],
  [0x20, "ovr"],
] as const

/** undefined when the message is none of neighbour discovery. */
export function neighbourDiscoveryInfo(kind: number, span: Span): string | undefined {
  switch (kind) {
    case type.routerSolicitation:
      return withOptions("Router Solicitation", span, solicitationAt.options)
    case type.routerAdvertisement:
      return withOptions("Router Advertisement", span, routerAt.options, ` lifetime=${u16(span, routerAt.lifetime)}`)
    case type.neighbourSolicitation:
      return withOptions(`Neighbor Solicitation for ${ipv6Text(span, neighbourAt.target)}`, span, neighbourAt.options)
    case type.neighbourAdvertisement:
      return withOptions(
        `Neighbor Advertisement ${ipv6Text(span, neighbourAt.target)}${flags(span)}`,
        span,
        neighbourAt.options,
      )
    case type.redirect: {
      const hops = `${ipv6Text(span, redirectAt.destination)} via ${ipv6Text(span, redirectAt.target)}`
      return withOptions(`Redirect ${hops}`, span, redirectAt.options)
    }
    default:
      return undefined
  }
}

function withOptions(text: string, span: Span, optionsAt: number, end = ""): string {
  if (!holds(span, optionsAt)) return shortfall(span, optionsAt)
  return text + optionsText(within(span, optionsAt)) + end
}

function flags(span: Span): string {
  const set = flagNames.filter(([bit]) => (u8(span, neighbourAt.flags) & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? "" : ` (${set.join(", ")})`
}

function optionsText(options: Span): string {
  let text = ""
  for (let count = 0; count < mostOptions && seenLength(options) >= optionAt.value; count++) {
    const length = u8(options, optionAt.length) * 8
    if (length === 0) return `${text} [malformed]`
    if (!holds(options, length)) return `${text} ${shortfall(options, length)}`
    text += optionText(options, length)
    options = within(options, length)
  }
  return text
}

function optionText(span: Span, length: number): string {
  switch (u8(span, optionAt.type)) {
    case option.sourceLinkAddress:
      return ` from ${macText(span, optionAt.value)}`
    case option.targetLinkAddress:
      return ` is at ${macText(span, optionAt.value)}`
    case option.prefix:
      return length < prefixAt.end ? "" : ` prefix=${ipv6Text(span, prefixAt.prefix)}/${u8(span, prefixAt.length)}`
    case option.mtu:
      return length < mtuAt.end ? "" : ` mtu=${u32(span, mtuAt.mtu)}`
    default:
      return ""
  }
}
