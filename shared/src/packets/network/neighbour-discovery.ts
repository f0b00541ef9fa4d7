import { ipv6Text, macText } from "../address-text.ts"
import { type Field, type FieldTable, field, missing, readFields } from "../field.ts"
import { counted, decimal, flags, hexadecimal, ipv6, mac, nameText, rawBytes } from "../readers.ts"
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
const routerAt = { hopLimit: 4, flags: 5, lifetime: 6, reachable: 8, retransmit: 12, options: 16 } as const
const neighbourAt = { flags: 4, target: 8, options: 24 } as const
const redirectAt = { target: 8, destination: 24, options: 40 } as const

const optionAt = { type: 0, length: 1, value: 2 } as const // RFC 4861 section 4.6
const option = { sourceLinkAddress: 1, targetLinkAddress: 2, prefix: 3, mtu: 5 } as const
const prefixAt = { length: 2, flags: 3, valid: 4, preferred: 8, prefix: 16, end: 32 } as const
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
        `Neighbor Advertisement ${ipv6Text(span, neighbourAt.target)}${flagsText(span)}`,
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
  let options = ""
  const ended = eachOption(within(span, optionsAt), (option, length) => {
    options += optionText(option, length)
  })
  return text + options + (ended === "" ? "" : ` ${ended}`) + end
}

function flagsText(span: Span): string {
  const set = flagNames.filter(([bit]) => (u8(span, neighbourAt.flags) & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? "" : ` (${set.join(", ")})`
}

/** Why it ended early; "" when it did not. */
function eachOption(options: Span, visit: (option: Span, length: number) => void): string {
  for (let count = 0; count < mostOptions && seenLength(options) >= optionAt.value; count++) {
    const length = u8(options, optionAt.length) * 8
    if (length === 0) return "[malformed]"
    if (!holds(options, length)) return shortfall(options, length)
    visit(options, length)
    options = within(options, length)
  }
  return ""
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

const routerFields: FieldTable = [
  ["Current hop limit", routerAt.hopLimit, 1, decimal],
  [
    "Flags",
    routerAt.flags,
    1,
    flags([
      [0x80, "managed addresses"],
      [0x40, "other configuration"],
    ]),
  ],
  ["Router lifetime", routerAt.lifetime, 2, counted("s")],
  ["Reachable time", routerAt.reachable, 4, counted("ms")],
  ["Retransmit timer", routerAt.retransmit, 4, counted("ms")],
]
const solicitationFields: FieldTable = [["Target Address", neighbourAt.target, 16, ipv6]]
const advertisementFields: FieldTable = [
  [
    "Flags",
    neighbourAt.flags,
    1,
    flags([
      [0x80, "router"],
      [0x40, "solicited"],
      [0x20, "override"],
    ]),
  ],
  ...solicitationFields,
]
const redirectFields: FieldTable = [
  ["Target Address", redirectAt.target, 16, ipv6],
  ["Destination Address", redirectAt.destination, 16, ipv6],
]

/** What stands behind the checksum; undefined when the message is none of neighbour discovery. */
export function neighbourDiscoveryFields(kind: number, span: Span): Field[] | undefined {
  switch (kind) {
    case type.routerSolicitation:
      return optionFields(within(span, solicitationAt.options))
    case type.routerAdvertisement:
      return [...readFields(span, routerFields), ...optionFields(within(span, routerAt.options))]
    case type.neighbourSolicitation:
      return [...readFields(span, solicitationFields), ...optionFields(within(span, neighbourAt.options))]
    case type.neighbourAdvertisement:
      return [...readFields(span, advertisementFields), ...optionFields(within(span, neighbourAt.options))]
    case type.redirect:
      return [...readFields(span, redirectFields), ...optionFields(within(span, redirectAt.options))]
    default:
      return undefined
  }
}

const optionNames = new Map<number, string>([
  [1, "Source link-layer address"],
  [2, "Target link-layer address"],
  [3, "Prefix information"],
  [4, "Redirected header"],
  [5, "MTU"],
  [14, "Nonce"],
  [24, "Route information"],
  [25, "Recursive DNS Server"],
  [31, "DNS Search List"],
])
const linkAddressFields: FieldTable = [["Link-layer address", optionAt.value, 6, mac]]
const optionTables = new Map<number, FieldTable>([
  [option.sourceLinkAddress, linkAddressFields],
  [option.targetLinkAddress, linkAddressFields],
  [option.mtu, [["MTU", mtuAt.mtu, 4, decimal]]],
  [
    option.prefix,
    [
      ["Prefix Length", prefixAt.length, 1, decimal],
      ["Flags", prefixAt.flags, 1, hexadecimal],
      ["Valid Lifetime", prefixAt.valid, 4, counted("s")],
      ["Preferred Lifetime", prefixAt.preferred, 4, counted("s")],
      ["Prefix", prefixAt.prefix, 16, ipv6],
    ],
  ],
])

function optionFields(options: Span): Field[] {
  const found: Field[] = []
  const ended = eachOption(options, (one, length) => {
    const kind = u8(one, optionAt.type)
    const whole = within(one, 0, length)
    const table = optionTables.get(kind)
    const text = table === undefined ? rawBytes(one, optionAt.value, length - optionAt.value) : `${length} bytes`
    const children = table === undefined ? [] : readFields(whole, table)
    found.push(field(one, "Option", 0, length, `${nameText(optionNames, kind)}: ${text}`, children))
  })
  return ended === "" ? found : [...found, missing(options)]
}
