// RFC 792, RFC 4443: an echo message is type, code, checksum, identifier, sequence number, then data that comes back.
const at = { type: 0, code: 1, checksum: 2, identifier: 4, sequence: 6, data: 8 } as const
const types = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const

/** As much as `ping` sends: 64 bytes with the header. */
export const dataBytes = 56

export interface Echo {
  identifier: number
  sequence: number
}

/** A request of `data` bytes, a rising count. Over IPv6 the kernel fills in the checksum, which covers the addresses too. */
export function encodeEchoRequest(family: 4 | 6, { identifier, sequence }: Echo, data = dataBytes): Uint8Array {
  const bytes = new Uint8Array(at.data + data)
  for (let i = 0; i < data; i++) bytes[at.data + i] = i
  const view = new DataView(bytes.buffer)
  view.setUint8(at.type, types[family].request)
  view.setUint16(at.identifier, identifier)
  view.setUint16(at.sequence, sequence)
  if (family === 4) view.setUint16(at.checksum, checksum(bytes))
  return bytes
}

/** undefined for anything but an echo reply. A raw IPv4 socket hands over the IP header too. */
export function decodeEchoReply(family: 4 | 6, bytes: Uint8Array, hasIpHeader: boolean): Echo | undefined {
  const start = hasIpHeader ? ((bytes[0] ?? 0) & 0x0f) * 4 : 0 // IHL counts words of 4 bytes
  if (bytes.length < start + at.data) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start)
  if (view.getUint8(at.type) !== types[family].reply || view.getUint8(at.code) !== 0) return undefined
  return { identifier: view.getUint16(at.identifier), sequence: view.getUint16(at.sequence) }
}

/** RFC 1071: the ones' complement of the ones' complement sum of all 16-bit words. */
function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
