import { addressBytes } from "@tundeck/shared"

const dataLength = 56 // as ping sends

/** RFC 1071: the ones' complement sum of 16-bit words. */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** An IPv4 packet with an ICMP echo request (type 8) or reply (type 0), right down to its checksums (RFC 791, RFC 792). */
export function echoPacket(echo: {
  source: string
  destination: string
  type: "request" | "reply"
  id: number
  sequence: number
}): Uint8Array {
  const packet = new Uint8Array(20 + 8 + dataLength)
  const view = new DataView(packet.buffer)
  packet[0] = 0x45 // version 4, five words of header
  view.setUint16(2, packet.length)
  view.setUint16(4, echo.sequence & 0xffff) // identification
  view.setUint16(6, 0x4000) // do not fragment
  packet[8] = 64 // time to live
  packet[9] = 1 // ICMP
  packet.set(addressBytes(echo.source), 12)
  packet.set(addressBytes(echo.destination), 16)
  view.setUint16(10, checksum(packet.subarray(0, 20)))

  packet[20] = echo.type === "request" ? 8 : 0
  view.setUint16(24, echo.id)
  view.setUint16(26, echo.sequence & 0xffff)
  for (let at = 0; at < dataLength; at++) packet[28 + at] = at
  view.setUint16(22, checksum(packet.subarray(20)))
  return packet
}

/** The same packet as a tap interface carries it: an Ethernet II frame between two locally administered addresses. */
export function inFrame(packet: Uint8Array, direction: "outbound" | "inbound"): Uint8Array {
  const ours = [0x02, 0, 0, 0, 0, 1]
  const theirs = [0x02, 0, 0, 0, 0, 2]
  const [destination, source] = direction === "outbound" ? [theirs, ours] : [ours, theirs]
  return Uint8Array.from([...destination, ...source, 0x08, 0x00, ...packet])
}
