import { formatIpAddress, parseIpAddress } from "../address/ip-address.ts"
import { addressFamily, type IpFamily } from "../socket/socket-address.ts"
import { attribute, concatenate, optional, readAttributes, u32Attribute, viewOf } from "./attributes.ts"

// linux/if_addr.h: struct ifaddrmsg { u8 family; u8 prefixlen; u8 flags; u8 scope; u32 index }
const header = { family: 0, prefixLength: 1, flags: 2, scope: 3, index: 4, size: 8 } as const
const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4, FLAGS: 8 } as const // linux/if_addr.h

/** linux/if_addr.h: IFA_F_* */
export const addressFlags = {
  secondary: 0x01,
  noDuplicateDetection: 0x02,
  optimistic: 0x04,
  duplicateDetectionFailed: 0x08,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  noPrefixRoute: 0x200,
} as const

/** An address on an interface. `scope` is one of `routeScope`, `flags` are bits of `addressFlags`. */
export type InterfaceAddress = {
  index: number
  family: IpFamily
  address: string
  prefixLength: number
  /** The other end of a point-to-point address; the prefix length is then the peer's. */
  peer: string | undefined
  broadcast: string | undefined
  scope: number
  flags: number
}

export type AddressRequest = {
  index: number
  address: string
  prefixLength: number
  peer?: string | undefined
  broadcast?: string | undefined
  scope?: number
  flags?: number
}

export function decodeAddress(payload: Uint8Array): InterfaceAddress | undefined {
  if (payload.length < header.size) return
  const view = viewOf(payload)
  const family = view.getUint8(header.family)
  if (family !== addressFamily.inet && family !== addressFamily.inet6) return
  const attributes = readAttributes(payload.subarray(header.size))
  const size = family === addressFamily.inet ? 4 : 16
  const ip = (type: number) => {
    const bytes = attributes.bytes(type)
    return bytes?.length === size ? formatIpAddress(bytes) : undefined
  }
  // IFA_ADDRESS is the peer's where there is one, else our own; IPv6 leaves IFA_LOCAL out then.
  const other = ip(IFA.ADDRESS)
  const address = ip(IFA.LOCAL) ?? other
  if (address === undefined) return
  return {
    index: view.getUint32(header.index, true),
    family: family === addressFamily.inet ? 4 : 6,
    address,
    prefixLength: view.getUint8(header.prefixLength),
    peer: other === address ? undefined : other,
    broadcast: ip(IFA.BROADCAST),
    scope: view.getUint8(header.scope),
    flags: attributes.u32(IFA.FLAGS) ?? view.getUint8(header.flags),
  }
}

/** For RTM_NEWADDR and RTM_DELADDR. Throws RangeError on what is no address. */
export function encodeAddress(request: AddressRequest): Uint8Array {
  const local = bytesOf(request.address)
  const bytes = new Uint8Array(header.size)
  const view = viewOf(bytes)
  view.setUint8(header.family, local.length === 4 ? addressFamily.inet : addressFamily.inet6)
  view.setUint8(header.prefixLength, request.prefixLength)
  view.setUint8(header.scope, request.scope ?? 0)
  view.setUint32(header.index, request.index, true)
  return concatenate([
    bytes,
    attribute(IFA.LOCAL, local),
    attribute(IFA.ADDRESS, request.peer === undefined ? local : bytesOf(request.peer)),
    optional(request.broadcast, (broadcast) => attribute(IFA.BROADCAST, bytesOf(broadcast))),
    optional(request.flags, (flags) => u32Attribute(IFA.FLAGS, flags)),
  ])
}

/** For a dump of both families; 0: of all interfaces. */
export function encodeAddressDump(index: number): Uint8Array {
  const bytes = new Uint8Array(header.size)
  viewOf(bytes).setUint32(header.index, index, true)
  return bytes
}

function bytesOf(text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new RangeError(`not an IP address: ${text}`)
  return bytes
}
