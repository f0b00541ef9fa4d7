import type { LinkType, PacketFacts } from "./facts.ts"
import { describeEthernet } from "./link/ethernet.ts"
import { describeBareIp } from "./network/internet.ts"
import { printable } from "./printable.ts"
import { packetSpan } from "./span.ts"

export type { LinkType, PacketFacts } from "./facts.ts"

/**
 * One packet in one line. Total: any bytes give facts, in bounded time.
 * @param bytes the start of the packet, cut at any length
 * @param wireLength its true length in bytes
 */
export function summarize(bytes: Uint8Array, wireLength: number, link: LinkType): PacketFacts {
  const facts: PacketFacts = { protocol: link === "ip" ? "IP" : "Ethernet", info: "" }
  const packet = packetSpan(bytes, wireLength)
  if (link === "ip") describeBareIp(packet, facts)
  else describeEthernet(packet, facts)
  facts.info = printable(facts.info)
  return facts
}
