import { formatIpAddress, parseIpAddress } from "../address/ip-address.ts"

/** One end of an IP socket. `scopeId` is the interface index of a link-local IPv6 address. */
export type SocketAddress = { address: string; port: number; scopeId?: number }

/** linux/socket.h: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK */
export const addressFamily = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const

export type IpFamily = 4 | 6

export function familyNumber(family: IpFamily): number {
  return family === 4 ? addressFamily.inet : addressFamily.inet6
}

// linux/in.h: struct sockaddr_in. The family is in host order, the port in network order.
const inet = { family: 0, port: 2, address: 4, size: 16 } as const
// linux/in6.h: struct sockaddr_in6
const inet6 = { family: 0, port: 2, flowInfo: 4, address: 8, scopeId: 24, size: 28 } as const

/** Room for either family, as accept4 and recvmsg want it. */
export const socketAddressSize = inet6.size

/** A sockaddr_in or sockaddr_in6. A mapped address (`::ffff:10.0.0.1`) stays IPv6. Throws RangeError on bad input. */
export function encodeSocketAddress({ address, port, scopeId = 0 }: SocketAddress): Uint8Array {
  const ip = parseIpAddress(address)
  if (ip === undefined) throw new RangeError(`not an IP address: ${address}`)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`not a port: ${port}`)
  const at = ip.length === 4 ? inet : inet6
  const bytes = new Uint8Array(at.size)
  const view = new DataView(bytes.buffer)
  view.setUint16(at.family, at === inet ? addressFamily.inet : addressFamily.inet6, true)
  view.setUint16(at.port, port)
  bytes.set(ip, at.address)
  if (at === inet6) view.setUint32(inet6.scopeId, scopeId, true)
  return bytes
}

/** undefined for another family or too few bytes. */
export function decodeSocketAddress(bytes: Uint8Array): SocketAddress | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < inet.size) return
  const family = view.getUint16(inet.family, true)
  if (family === addressFamily.inet) {
    return {
      address: formatIpAddress(bytes.subarray(inet.address, inet.address + 4)),
      port: view.getUint16(inet.port),
    }
  }
  if (family !== addressFamily.inet6 || bytes.length < inet6.size) return
  const scopeId = view.getUint32(inet6.scopeId, true)
  return {
    address: formatIpAddress(bytes.subarray(inet6.address, inet6.address + 16)),
    port: view.getUint16(inet6.port),
    ...(scopeId === 0 ? {} : { scopeId }),
  }
}
