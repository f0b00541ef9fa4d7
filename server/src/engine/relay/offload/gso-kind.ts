import type { PacketHeaders } from "./packet-headers.ts"
import { gsoType } from "./virtio-header.ts"

/** The GSO type of a train with these headers, without the ECN bit. */
export function gsoTypeOf(headers: PacketHeaders): number {
  if (!headers.isTcp) return gsoType.udp
  return headers.isIpv4 ? gsoType.tcp4 : gsoType.tcp6
}

/** The GSO type, given by a device or a peer, is that of a train with these headers. */
export function isGsoTypeOf(type: number, headers: PacketHeaders): boolean {
  const expected = gsoTypeOf(headers)
  return type === expected || (headers.isTcp && type === (expected | gsoType.ecnBit))
}
