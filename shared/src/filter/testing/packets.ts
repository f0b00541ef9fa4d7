import fc from "fast-check"

/** Packets for tests, from small pools, so that filters find some. Checksums are not there: nobody looks at them. */

export const addresses4 = ["10.0.0.1", "10.0.0.2", "10.1.2.3", "192.168.7.9", "224.0.0.251", "255.255.255.255"] as const
export const addresses6 = ["fd00::1", "fd00::2", "fd00:0:0:1::9", "2001:db8::7", "ff02::fb"] as const
export const macs = ["02:00:00:00:00:01", "02:00:00:00:00:02", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb"] as const
export const ports = [22, 53, 80, 443, 6000, 6010, 51820] as const

const word = (value: number) => [(value >> 8) & 0xff, value & 0xff]
const ipv4 = (text: string) => text.split(".").map(Number)
const mac = (text: string) => text.split(":").map((byte) => Number.parseInt(byte, 16))

function ipv6(text: string): number[] {
  const [head = "", tail = ""] = text.split("::").map((part) => part)
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)))
  const [first, last] = [groups(head), groups(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last].flatMap(word)
}

interface Carried {
  protocol: number
  bytes: number[]
}

const port = fc.constantFrom(...ports)
const payload = fc.integer({ min: 0, max: 60 }).map((length) => Array<number>(length).fill(0x61))

const tcp = fc
  .tuple(port, port, fc.integer({ min: 0, max: 255 }), payload)
  .map(([source, destination, flags, data]): Carried => {
    const header = [...word(source), ...word(destination), 0, 0, 0, 1, 0, 0, 0, 2, 0x50, flags, 0x20, 0, 0, 0, 0, 0]
    return { protocol: 6, bytes: [...header, ...data] }
  })
const udp = fc.tuple(port, port, payload).map(([source, destination, data]): Carried => {
  return { protocol: 17, bytes: [...word(source), ...word(destination), ...word(8 + data.length), 0, 0, ...data] }
})
const sctp = fc.tuple(port, port).map(([source, destination]): Carried => {
  return { protocol: 132, bytes: [...word(source), ...word(destination), ...Array<number>(8).fill(0)] }
})
const icmp = (protocol: number, types: readonly number[]) =>
  fc.tuple(fc.constantFrom(...types), fc.integer({ min: 0, max: 3 })).map(([type, code]): Carried => {
    return { protocol, bytes: [type, code, 0, 0, 0, 1, 0, 2, 1, 2, 3, 4] }
  })
const other = fc.constantFrom(2, 47, 50, 103, 112).map((protocol): Carried => {
  return { protocol, bytes: Array<number>(16).fill(0) }
})
const carried4 = fc.oneof(tcp, tcp, udp, sctp, icmp(1, [0, 3, 8, 11]), other)
const carried6 = fc.oneof(tcp, tcp, udp, sctp, icmp(58, [128, 129, 135, 136]), other)

/** Fragments: none, the first, a later one. */
const fragment = fc.constantFrom(0, 0, 0, 0x2000, 0x2004, 0x0010)
const hopLimit = fc.constantFrom(1, 64, 255)

const packet4 = fc
  .tuple(fc.constantFrom(...addresses4), fc.constantFrom(...addresses4), carried4, fragment, hopLimit, fc.boolean())
  .map(([source, destination, { protocol, bytes }, part, ttl, hasOptions]) => {
    const options = hasOptions ? [1, 1, 1, 0] : []
    const length = 20 + options.length + bytes.length
    const first = [0x45 + options.length / 4, 0, ...word(length), 0, 7, ...word(part), ttl, protocol, 0, 0]
    return [...first, ...ipv4(source), ...ipv4(destination), ...options, ...bytes]
  })

export function packet6Of(source: string, destination: string, next: number, hops: number, rest: number[]): number[] {
  return [0x60, 0, 0, 0, ...word(rest.length), next, hops, ...ipv6(source), ...ipv6(destination), ...rest]
}

const ends6 = fc.tuple(fc.constantFrom(...addresses6), fc.constantFrom(...addresses6))

const packet6 = fc
  .tuple(ends6, carried6, fc.constantFrom(false, false, false, true), hopLimit)
  .map(([[source, destination], { protocol, bytes }, isLater, hops]) => {
    const later = [protocol, 0, ...word(0x0010), 0, 0, 0, 9, ...bytes]
    return packet6Of(source, destination, isLater ? 44 : protocol, hops, isLater ? later : bytes)
  })

/** Behind hop-by-hop, destination or routing headers, or as a first fragment. */
export const extended6 = fc
  .tuple(ends6, carried6, fc.array(fc.constantFrom(0, 43, 44, 60), { minLength: 1, maxLength: 4 }), hopLimit)
  .map(([[source, destination], { protocol, bytes }, headers, hops]) => {
    const rest = headers.flatMap((header, index) => {
      const next = headers[index + 1] ?? protocol
      return header === 44 ? [next, 0, 0, 1, 0, 0, 0, 9] : [next, 0, 1, 4, 0, 0, 0, 0]
    })
    return packet6Of(source, destination, headers[0] ?? protocol, hops, [...rest, ...bytes])
  })

export const ipPacket = fc.oneof(packet4, packet4, packet6)

const arp = fc
  .tuple(fc.constantFrom(...addresses4), fc.constantFrom(...addresses4), fc.constantFrom(0x0806, 0x0806, 0x8035))
  .map(([sender, target, type]) => {
    const bytes = [0, 1, 8, 0, 6, 4, 0, 1, ...mac(macs[0]), ...ipv4(sender), ...mac(macs[1]), ...ipv4(target)]
    return { type, bytes }
  })
const unknown = fc.constantFrom(0x88cc, 0x9000).map((type) => ({ type, bytes: Array<number>(46).fill(1) }))
const ipInFrame = ipPacket.map((bytes) => ({ type: (bytes[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd, bytes }))

/** With these VLAN tags. */
export function frame(tags: fc.Arbitrary<number[]>): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      fc.constantFrom(...macs),
      fc.constantFrom(...macs),
      tags,
      fc.oneof(ipInFrame, ipInFrame, ipInFrame, arp, unknown),
    )
    .map(([source, destination, ids, { type, bytes }]) => [
      ...mac(destination),
      ...mac(source),
      ...ids.flatMap((id) => [0x81, 0, ...word(0x6000 | id)]),
      ...word(type),
      ...bytes,
    ])
}
