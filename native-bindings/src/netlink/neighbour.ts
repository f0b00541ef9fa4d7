import { parseIpAddress } from "../address/ip-address.ts"
import { formatMacAddress } from "../address/mac-address.ts"
import { addressFamily } from "../socket/socket-address.ts"
import { attribute, concatenate, readAttributes, viewOf } from "./attributes.ts"

// linux/neighbour.h: struct ndmsg { u8 family, pad1; u16 pad2; s32 ifindex; u16 state; u8 flags, type }
const header = { family: 0, index: 4, state: 8, size: 12 } as const
const NDA = { DST: 1, LLADDR: 2 } as const // linux/neighbour.h

/** linux/neighbour.h: NUD_*, those in which the kernel itself sends to the address that it has. */
const usable = { reachable: 0x02, stale: 0x04, delay: 0x08, probe: 0x10, permanent: 0x80 } as const
const anyUsable = Object.values(usable).reduce((all, state) => all | state, 0)

/** Asks for one entry of the neighbour table. Throws RangeError on what is no address. */
export function encodeNeighbourLookup(index: number, address: string): Uint8Array {
  const destination = parseIpAddress(address)
  if (destination === undefined) throw new RangeError(`not an IP address: ${address}`)
  const bytes = new Uint8Array(header.size)
  bytes[header.family] = destination.length === 4 ? addressFamily.inet : addressFamily.inet6
  viewOf(bytes).setInt32(header.index, index, true)
  return concatenate([bytes, attribute(NDA.DST, destination)])
}

/** Its MAC address; undefined where the kernel is still asking, or asked in vain. */
export function decodeNeighbourMac(payload: Uint8Array): string | undefined {
  if (payload.length < header.size) return
  if ((viewOf(payload).getUint16(header.state, true) & anyUsable) === 0) return
  const mac = readAttributes(payload.subarray(header.size)).bytes(NDA.LLADDR)
  return mac?.length === 6 ? formatMacAddress(mac) : undefined
}
