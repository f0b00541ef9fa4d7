import type { RelayMemory } from "../memory.ts"
import { ipv4At, ipv6At, protocol } from "./header-fields.ts"
import { swap } from "./ones-complement.ts"
import type { PacketHeaders } from "./packet-headers.ts"

/**
 * The pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1) but for its length, as a sum to be folded. `network` is
 * the offset of the IP header. Of plain headers: with a source route the destination may be another.
 */
export function sumPseudoHeader(memory: RelayMemory, network: number, headers: PacketHeaders): number {
  const addresses = headers.isIpv4 ? memory.sum(network + ipv4At.source, 8) : memory.sum(network + ipv6At.source, 32)
  return addresses + swap(headers.isTcp ? protocol.tcp : protocol.udp)
}
