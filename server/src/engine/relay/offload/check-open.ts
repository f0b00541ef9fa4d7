import type { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { isGsoTypeOf } from "./gso-kind.ts"
import { udpAt } from "./header-fields.ts"
import { PacketHeaders } from "./packet-headers.ts"

/** The least that Linux sends in a TCP segment that is not the last: TCP_MIN_SND_MSS, 48, less 40 of options. */
const leastTcpGsoSize = 8
const mostTcpSegments = 2048
/** UDP_MAX_SEGMENTS of Linux. */
const mostUdpSegments = 128

const headers = new PacketHeaders()

/**
 * May entry `i`, whose train and checksum fields came from a peer, go to the device? Only when they say what the packet's
 * own headers say, so that the kernel does with it what it would do with one of its own. An entry that is complete may.
 */
export function checkOpen(memory: RelayMemory, batch: Batch, i: number, isEthernet: boolean, mtu: number): boolean {
  const at = batch.at[i] ?? 0
  const length = batch.length[i] ?? 0
  const type = batch.gsoType[i] ?? 0
  const gsoSize = batch.gsoSize[i] ?? 0
  const start = batch.checksumStart[i] ?? 0
  const offset = batch.checksumOffset[i] ?? 0
  if (type === 0 && gsoSize === 0 && start === 0 && offset === 0) return true
  if (!headers.read(memory.view, at, length, isEthernet)) return false
  if (headers.ipLength !== length - headers.link) return false
  if (start !== headers.transportAt || offset !== headers.checksumOffset) return false
  if (!headers.isTcp && memory.view.getUint16(at + start + udpAt.length) !== length - start) return false
  if (type === 0) return gsoSize === 0 && length - headers.link <= mtu
  if (!isGsoTypeOf(type, headers)) return false
  const payload = length - headers.size
  const least = headers.isTcp ? leastTcpGsoSize : 1
  const most = headers.isTcp ? mostTcpSegments : mostUdpSegments
  if (gsoSize < least || payload === 0 || payload > gsoSize * most) return false
  return headers.size - headers.link + gsoSize <= mtu
}
