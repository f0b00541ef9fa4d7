import { addressBytes, type IpFamily, ipFamily } from "../model/address.ts"
import type { PacketWish } from "./packet-wish.ts"

/** Bytes of a packet that was made up: the inverse of what `packets/` reads. */

type Between = Extract<PacketWish, { kind: "echo" | "udp" | "tcp-syn" }>
type Arp = Extract<PacketWish, { kind: "arp" }>

const protocols = { echo: { 4: 1, 6: 58 }, udp: { 4: 17, 6: 17 }, "tcp-syn": { 4: 6, 6: 6 } } as const
const echoRequest = { 4: 8, 6: 128 } as const
const checksumAt = { echo: 2, udp: 6, "tcp-syn": 16 } as const
const nobody = "00:00:00:00:00:00"
const etherType = { 4: 0x0800, 6: 0x86dd, arp: 0x0806 } as const

/** With an Ethernet header where the wish says both of its ends. At most 65,575 bytes. */
export function composePacket(wish: PacketWish): Uint8Array {
  if (wish.kind === "raw") return hexBytes(wish.bytes)
  const family = ipFamily(wish.source) ?? 4
  const [packet, type] =
    wish.kind === "arp" ? [arpPacket(wish), etherType.arp] : [ipPacket(wish, family), etherType[family]]
  const { source, destination } = wish.ethernet ?? {}
  return source === undefined || destination === undefined ? packet : inFrame(packet, type, { source, destination })
}

/** RFC 791 or RFC 8200, without options. */
function ipPacket(wish: Between, family: IpFamily): Uint8Array {
  const addresses = Uint8Array.of(...addressBytes(wish.source), ...addressBytes(wish.destination))
  const protocol = protocols[wish.kind][family]
  const segment = segmentOf(wish, family)
  const isSummedAlong = family === 6 || wish.kind !== "echo"
  const pseudo = isSummedAlong ? Uint8Array.of(...addresses, 0, protocol, ...u16(segment.length)) : Uint8Array.of()
  const sum = checksum(pseudo, segment)
  // RFC 768: 0 would say that there is none.
  put16(segment, checksumAt[wish.kind], sum === 0 && wish.kind === "udp" ? 0xffff : sum)
  if (family === 6) {
    return join([0x60, 0, 0, 0, ...u16(segment.length), protocol, wish.hopLimit], addresses, segment)
  }
  const header = Uint8Array.of(0x45, 0, ...u16(20 + segment.length), 0, 0, 0x40, 0, wish.hopLimit, protocol, 0, 0)
  put16(header, 10, checksum(header, addresses))
  return join(header, addresses, segment)
}

/** What stands behind the IP header, its checksum 0. */
function segmentOf(wish: Between, family: IpFamily): Uint8Array {
  switch (wish.kind) {
    case "echo": {
      const data = Uint8Array.from({ length: wish.dataBytes }, (_, i) => i)
      return join([echoRequest[family], 0, 0, 0, ...u16(wish.identifier), ...u16(wish.sequence)], data)
    }
    case "udp": {
      const data = hexBytes(wish.data)
      return join([...u16(wish.sourcePort), ...u16(wish.destinationPort), ...u16(8 + data.length), 0, 0], data)
    }
    case "tcp-syn": {
      // RFC 9293: sequence 1, five words of header and one with the segment size, a window of 64,240.
      const segmentSize = family === 4 ? 1460 : 1440
      const ports = [...u16(wish.sourcePort), ...u16(wish.destinationPort)]
      return Uint8Array.of(
        ...ports,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0x60,
        0x02,
        0xfa,
        0xf0,
        0,
        0,
        0,
        0,
        2,
        4,
        ...u16(segmentSize),
      )
    }
  }
}

/** RFC 826: a request of Ethernet and IPv4. */
function arpPacket({ ethernet, source, destination }: Arp): Uint8Array {
  const head = [0, 1, 8, 0, 6, 4, 0, 1]
  return join(
    head,
    macBytes(ethernet.source ?? nobody),
    addressBytes(source),
    [0, 0, 0, 0, 0, 0],
    addressBytes(destination),
  )
}

function inFrame(packet: Uint8Array, type: number, { source, destination }: { source: string; destination: string }) {
  return join(macBytes(destination), macBytes(source), u16(type), packet)
}

const u16 = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff]

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes.set(u16(value), at)
}

function join(...parts: ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** RFC 1071, over parts that stand one behind the other; all but the last are of even length. */
function checksum(...parts: Uint8Array[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += ((part[i] ?? 0) << 8) | (part[i + 1] ?? 0)
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return ~sum & 0xffff
}

const macBytes = (mac: string): number[] => mac.split(":").map((pair) => Number.parseInt(pair, 16))

function hexBytes(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}
