// ICMP and ICMPv6 echo requests, as a peer driven by hand sends them.
import { addressBytes, ipFamily } from "@tundeck/shared"

export interface EchoRequest {
  from: string
  to: string
  /** Of the whole packet; 84 unless told, as ping sends. */
  length?: number
  sequence?: number
}

/** RFC 791 and 792, or RFC 8200 and 4443. */
export function echoRequest({ from, to, length = 84, sequence = 1 }: EchoRequest): Buffer {
  const packet = Buffer.alloc(length)
  const isIpv4 = ipFamily(from) === 4
  const header = isIpv4 ? 20 : 40
  const [source, destination] = [Buffer.from(addressBytes(from)), Buffer.from(addressBytes(to))]
  if (isIpv4) {
    packet.set([0x45, 0, length >> 8, length & 255, 0, 0, 0x40, 0, 64, 1])
    packet.set([...source, ...destination], 12)
    packet.writeUInt16BE(checksum(packet.subarray(0, header)), 10)
  } else {
    packet.set([0x60, 0, 0, 0, (length - header) >> 8, (length - header) & 255, 58, 64])
    packet.set([...source, ...destination], 8)
  }
  packet[header] = isIpv4 ? 8 : 128
  packet.writeUInt16BE(sequence, header + 6)
  const pseudo = Buffer.from([0, 0, (length - header) >> 8, (length - header) & 255, 0, 0, 0, 58])
  const summed = isIpv4
    ? packet.subarray(header)
    : Buffer.concat([source, destination, pseudo, packet.subarray(header)])
  packet.writeUInt16BE(checksum(summed), header + 2)
  return packet
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}
