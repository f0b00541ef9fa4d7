import { type FieldTable, type Layer, missing, readFields, wholeField } from "../field.ts"
import { bits, decimal, hexadecimal, ipv6, rawBytes } from "../readers.ts"
import { holds, type Span, shortfall, u8, u16, u32, wireLength, within } from "../span.ts"
import { optionFields } from "./extension-options.ts"
import type { Fragment } from "./ip-packet.ts"
import { protocolName, protocolNumber, protocolText } from "./protocol-numbers.ts"

const at = { nextHeader: 0, length: 1, smallest: 8 } as const // RFC 8200 section 4
const fragmentAt = { offset: 2, id: 4 } as const // RFC 8200 section 4.5
const longestChain = 16
const authenticationAt = { index: 4, sequence: 8, check: 12 } as const // RFC 4302 section 2
const routingAt = { type: 2, left: 3, addresses: 8 } as const // RFC 8200 section 4.4
const mostAddresses = 16

const fragmentFields: FieldTable = [
  ["Next Header", at.nextHeader, 1, protocolText],
  ["Fragment Offset", fragmentAt.offset, 2, bits(3, 13, (units) => `${units * 8} bytes`)],
  ["More Fragments", fragmentAt.offset, 2, bits(0, 1, (more) => (more === 0 ? "no" : "yes"))],
  ["Identification", fragmentAt.id, 4, hexadecimal],
]
const sizedFields: FieldTable = [
  ["Next Header", at.nextHeader, 1, protocolText],
  ["Length", at.length, 1, (span) => `${wireLength(span)} bytes`],
]
const authenticationFields: FieldTable = [
  ...sizedFields,
  ["SPI", authenticationAt.index, 4, hexadecimal],
  ["Sequence", authenticationAt.sequence, 4, decimal],
]
const routingFields: FieldTable = [
  ...sizedFields,
  ["Type", routingAt.type, 1, decimal],
  ["Segments Left", routingAt.left, 1, decimal],
]

export interface HeaderChain {
  /** undefined: cut within the chain, or longer than anything sane. */
  readonly protocol: number | undefined
  readonly payload: Span
  readonly fragment: Fragment | undefined
}

/** Steps over extension headers to the first protocol that is none; stops at a fragment that does not hold the rest of the chain. */
export function followHeaders(
  protocol: number,
  payload: Span,
  visit?: (protocol: number, header: Span) => void,
): HeaderChain {
  let fragment: Fragment | undefined
  for (let count = 0; isExtension(protocol); count++) {
    if (count === longestChain || !holds(payload, at.smallest)) return { protocol: undefined, payload, fragment }
    const length = headerLength(protocol, payload)
    visit?.(protocol, within(payload, 0, length))
    if (protocol === protocolNumber.fragment) fragment = readFragment(payload)
    protocol = u8(payload, at.nextHeader)
    payload = within(payload, length)
    if (fragment !== undefined && fragment.offset > 0) break
  }
  return { protocol, payload, fragment }
}

export function isExtension(protocol: number): boolean {
  switch (protocol) {
    case protocolNumber.hopByHop:
    case protocolNumber.routing:
    case protocolNumber.fragment:
    case protocolNumber.authentication:
    case protocolNumber.destinationOptions:
    case protocolNumber.mobility:
    case protocolNumber.hostIdentity:
    case protocolNumber.shim6:
      return true
    default:
      return false
  }
}

/** Bytes of the extension header `header`, by what it says itself. */
export function headerLength(protocol: number, header: Span): number {
  if (protocol === protocolNumber.fragment) return at.smallest
  const units = u8(header, at.length)
  return protocol === protocolNumber.authentication ? (units + 2) * 4 : (units + 1) * 8 // RFC 4302 section 2.2
}

function readFragment(header: Span): Fragment {
  const field = u16(header, fragmentAt.offset)
  return { offset: field & 0xfff8, more: (field & 1) !== 0, id: u32(header, fragmentAt.id) }
}

/** The chain's headers, a layer each. */
export function headerLayers(protocol: number, payload: Span): Layer[] {
  const layers: Layer[] = []
  const chain = followHeaders(protocol, payload, (kind, header) => layers.push(headerLayer(kind, header)))
  if (chain.protocol !== undefined) return layers
  return [
    ...layers,
    wholeField(chain.payload, "Extension Header", shortfall(chain.payload), [missing(chain.payload, 0)]),
  ]
}

function headerLayer(protocol: number, header: Span): Layer {
  const name = protocolName(protocol) ?? `Extension Header ${protocol}`
  const text = `${wireLength(header)} bytes`
  switch (protocol) {
    case protocolNumber.fragment: {
      const { offset, id } = readFragment(header)
      return wholeField(header, name, `offset ${offset}, id 0x${id.toString(16)}`, readFields(header, fragmentFields))
    }
    case protocolNumber.authentication: {
      const length = wireLength(header) - authenticationAt.check
      const check: FieldTable = length > 0 ? [["Integrity Check Value", authenticationAt.check, length, rawBytes]] : []
      return wholeField(header, name, text, readFields(header, [...authenticationFields, ...check]))
    }
    case protocolNumber.routing: {
      const count = Math.min(mostAddresses, Math.floor((wireLength(header) - routingAt.addresses) / 16))
      const addresses = Array.from({ length: Math.max(0, count) }, (_, index) => {
        return ["Address", routingAt.addresses + index * 16, 16, ipv6] as const
      })
      return wholeField(header, name, text, readFields(header, [...routingFields, ...addresses]))
    }
    case protocolNumber.hopByHop:
    case protocolNumber.destinationOptions:
      return wholeField(header, name, text, [...readFields(header, sizedFields), ...optionFields(within(header, 2))])
    default:
      return wholeField(header, name, text, readFields(header, sizedFields))
  }
}

const congestion = ["not capable", "ECT(1)", "ECT(0)", "congestion experienced"] as const // RFC 3168 section 5

export function ecnText(value: number): string {
  return `${congestion[value]} (${value})`
}
