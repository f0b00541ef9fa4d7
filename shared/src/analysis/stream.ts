import type { PacketKey } from "../filter/key/key-shape.ts"
import { networkText } from "../filter/language/network.ts"
import { endpointText } from "../packets/address-text.ts"
import { protocolNumber } from "../packets/network/protocol-numbers.ts"
import type { AnalysedRow } from "./row.ts"

export interface Endpoint {
  address: string
  port?: number
}

/** Between whom a row passed, and over what. */
export interface Stream {
  source: Endpoint
  destination: Endpoint
  /** TCP, UDP or SCTP between two ports; else the protocol that the row names, between two addresses. */
  over: string
  /** The same for both directions. */
  key: string
  /** Whether the source is the end that stands first in the key. */
  isForth: boolean
}

const portedOver = new Map<number, string>([
  [protocolNumber.tcp, "TCP"],
  [protocolNumber.udp, "UDP"],
  [protocolNumber.sctp, "SCTP"],
])

/** undefined: the row has no addresses. */
export function streamOf(row: AnalysedRow): Stream | undefined {
  const { source, destination, sourcePort, destinationPort, protocol, key } = row
  if (source === undefined || destination === undefined) return undefined
  const carried = carriedProtocol(key)
  if (carried === protocolNumber.gre) return greStream(key)
  const over = carried === undefined ? undefined : portedOver.get(carried)
  if (over === undefined || sourcePort === undefined || destinationPort === undefined) {
    return streamBetween({ address: source }, { address: destination }, protocol)
  }
  return streamBetween({ address: source, port: sourcePort }, { address: destination, port: destinationPort }, over)
}

/** The protocol that the innermost IP header carries. */
export function carriedProtocol({ ip }: PacketKey): number | undefined {
  return ip?.at(-1)?.protocols.at(-1)
}

/** A row names who speaks within GRE, a filter knows the tunnel's ends only. */
function greStream({ ip }: PacketKey): Stream | undefined {
  const header = ip?.at(-1)
  if (header === undefined) return undefined
  return streamBetween({ address: addressOf(header.source) }, { address: addressOf(header.destination) }, "GRE")
}

export function addressOf(words: readonly number[]): string {
  return networkText({ words, prefix: words.length * 32 })
}

function streamBetween(source: Endpoint, destination: Endpoint, over: string): Stream {
  const from = nameOf(source)
  const to = nameOf(destination)
  const isForth = from <= to
  return { source, destination, over, key: `${over} ${isForth ? from : to} ${isForth ? to : from}`, isForth }
}

/** `10.0.0.1:443`, `[fd00::1]:443`, `10.0.0.1`, `02:00:00:00:00:01` */
export function nameOf({ address, port }: Endpoint): string {
  return port === undefined ? address : endpointText(address, port)
}
