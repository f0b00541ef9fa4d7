import type { LinkType } from "./facts.ts"
import { type Dissected, dataField, type Field, type Layer, type Next, next, wholeField } from "./field.ts"
import { etherType, smallestEtherType } from "./link/ether-types.ts"
import { dissectEthernet } from "./link/ethernet.ts"
import { dissectLogicalLink } from "./link/logical-link.ts"
import { dissectVlan, isTag } from "./link/vlan.ts"
import { dissectArp } from "./network/arp.ts"
import { deepestNesting, noIpText } from "./network/internet.ts"
import { dissectIpv4 } from "./network/ipv4.ts"
import { dissectIpv6 } from "./network/ipv6.ts"
import { protocolNumber } from "./network/protocol-numbers.ts"
import { printable } from "./printable.ts"
import { packetSpan, type Span, u8, within } from "./span.ts"
import { dissectTransport } from "./transport/transports.ts"

export type { Field, Layer } from "./field.ts"

const mostLayers = 16
const deepestQuote = 2 // an error about an error

/**
 * The field tree of a packet: its layers from the outermost one on, each with the bytes it stands in. Total, like
 * summarize: any bytes give a tree, in bounded time; ranges lie within their parent's and within `bytes`.
 * @param bytes the start of the packet, cut at any length
 * @param wireLength its true length in bytes
 */
export function dissect(bytes: Uint8Array, wireLength: number, link: LinkType): Layer[] {
  const packet = packetSpan(bytes, wireLength)
  return settled(follow(next(link === "ip" ? "bare-ip" : "ethernet", packet), 0), 0, bytes.length)
}

function follow(first: Next, quotes: number): Layer[] {
  const layers: Layer[] = []
  let ipHeaders = 0
  for (let here: Next | undefined = first; here !== undefined; ) {
    const isTooDeep = layers.length >= mostLayers || (isIp(here) && ++ipHeaders > deepestNesting)
    const one: Dissected = here.by === "data" || isTooDeep ? dataLayer(here.payload) : open(here)
    const { inside } = one
    const quoted = inside !== undefined && quotes < deepestQuote ? follow(inside, quotes + 1) : []
    layers.push(...withQuoted(one.layers, quoted))
    here = one.next
  }
  return quotes === 0 ? [...layers, ...trailer(first.payload, layers)] : layers
}

function open({ by, number, payload, hopLimit }: Next): Dissected {
  switch (by) {
    case "ethernet":
      return dissectEthernet(payload)
    case "bare-ip":
      return dissectBareIp(payload)
    case "ether-type":
      return dissectEtherType(number, payload)
    default:
      return dissectProtocol(number, payload, hopLimit)
  }
}

function dissectBareIp(packet: Span): Dissected {
  const version = u8(packet, 0) >> 4
  if (version === 4) return dissectIpv4(packet)
  if (version === 6) return dissectIpv6(packet)
  return { layers: [wholeField(packet, "IP", noIpText(packet))] }
}

function dissectEtherType(type: number, payload: Span): Dissected {
  if (isTag(type)) return dissectVlan(payload)
  if (type < smallestEtherType) return dissectLogicalLink(within(payload, 0, type))
  switch (type) {
    case etherType.ipv4:
      return dissectIpv4(payload)
    case etherType.ipv6:
      return dissectIpv6(payload)
    case etherType.arp:
      return dissectArp(payload)
    case etherType.bridged:
      return dissectEthernet(payload)
    default:
      return dataLayer(payload)
  }
}

function dissectProtocol(protocol: number, payload: Span, hopLimit: number): Dissected {
  if (protocol === protocolNumber.ipv4) return dissectIpv4(payload)
  if (protocol === protocolNumber.ipv6) return dissectIpv6(payload)
  return dissectTransport(payload, protocol, hopLimit)
}

function isIp({ by, number }: Next): boolean {
  if (by === "ip-protocol") return number === protocolNumber.ipv4 || number === protocolNumber.ipv6
  return by === "bare-ip" || (by === "ether-type" && (number === etherType.ipv4 || number === etherType.ipv6))
}

function dataLayer(payload: Span): Dissected {
  return { layers: dataField(payload) }
}

function withQuoted(layers: readonly Layer[], quoted: readonly Layer[]): Layer[] {
  return layers.map((layer, index) => {
    if (index < layers.length - 1 || quoted.length === 0) return layer
    return { ...layer, children: [...(layer.children ?? []), ...quoted] }
  })
}

/** What stands behind the packet within the frame: padding, mostly. */
function trailer(packet: Span, layers: readonly Layer[]): Layer[] {
  const end = layers.reduce((furthest, { start, length }) => Math.max(furthest, start + length), packet.start)
  return dataField(within(packet, end - packet.start), "Trailer")
}

function settled(fields: readonly Field[], from: number, to: number): Field[] {
  return fields.map(({ name, text, start, length, children }) => {
    const first = Math.min(Math.max(start, from), to)
    const end = Math.min(Math.max(first, start + length), to)
    const one = { name: printable(name), text: printable(text), start: first, length: end - first }
    return children === undefined ? one : { ...one, children: settled(children, first, end) }
  })
}
