import fc from "fast-check"
import { type Bytes, ethernet, ipv6, long, tcp, text, udp, word, zeros } from "../samples/build.ts"

// Messages above the transports, and those that hosts send by themselves.

const byte = fc.nat(255)
const number16 = fc.nat(0xffff)
const number32 = fc.nat(0xffff_ffff)
const some = (length: number) => fc.array(byte, { minLength: length, maxLength: length })
const upTo = (maxLength: number) => fc.array(byte, { maxLength })
/** Where no program has a port of its own that Wireshark knows. */
export const freePort = fc.integer({ min: 60_100, max: 62_900 })
export const label = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-"),
  minLength: 1,
  maxLength: 20,
})

const dhcp = fc.tuple(fc.integer({ min: 1, max: 8 }), number32, some(6)).map(([type, id, client]) => {
  const isRequest = [1, 3, 4, 7, 8].includes(type)
  const head = [isRequest ? 1 : 2, 1, 6, 0, ...long(id), ...zeros(20), ...client, ...zeros(202)]
  const message = [...head, 0x63, 0x82, 0x53, 0x63, 53, 1, type, 55, 3, 1, 3, 6, 255]
  return isRequest ? udp(68, 67, message) : udp(67, 68, message)
})
const dhcpv6 = fc.tuple(fc.integer({ min: 1, max: 11 }), some(3)).map(([type, id]) => {
  return udp(546, 547, [type, ...id, 0, 8, 0, 2, 0, 0, 0, 14, 0, 0])
})
const ntp = fc
  .tuple(fc.constantFrom(3, 4), fc.constantFrom(1, 2, 3, 4, 5), some(44), freePort)
  .map(([version, mode, times, port]) =>
    udp(mode === 4 ? 123 : port, mode === 4 ? port : 123, [(version << 3) | mode, 2, 6, 0xec, ...times]),
  )
const quic = fc
  .tuple(fc.constantFrom(0xc0, 0xe0), fc.integer({ min: 8, max: 20 }), fc.integer({ min: 0, max: 20 }), freePort)
  .map(([first, to, from, port]) => {
    const ids = [to, ...zeros(to).fill(7), from, ...zeros(from).fill(9)]
    const token = first === 0xc0 ? [0] : []
    return udp(port, 443, [first, 0, 0, 0, 1, ...ids, ...token, 0x44, 0xb0, ...zeros(1200).fill(0x55)])
  })
const wireguard = fc
  .tuple(fc.constantFrom([1, 144], [2, 88], [3, 60], [4, 28], [4, 92]), some(4), fc.constantFrom(51_820, 61_000))
  .chain(([[type = 4, length = 28], index, port]) =>
    some(length - 4).map((rest) =>
      udp(port, port, [type, 0, 0, 0, ...index, ...(type === 4 ? [...zeros(8), ...rest.slice(8)] : rest)]),
    ),
  )
const openvpn = fc.tuple(fc.constantFrom(4, 5, 7, 8), some(8), freePort).map(([opcode, session, port]) => {
  return udp(port, 1194, [opcode << 3, ...session, 0, 0, 0, 0, 0])
})

const http = fc
  .tuple(
    fc.constantFrom("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"),
    label,
    fc.constantFrom("1.0", "1.1"),
    freePort,
  )
  .map(([method, path, version, port]) =>
    tcp(port, 80, text(`${method} /${path} HTTP/${version}\r\nHost: ${path}\r\n\r\n`)),
  )
const status = fc.tuple(fc.integer({ min: 200, max: 504 }), label, freePort).map(([code, reason, port]) => {
  return tcp(80, port, text(`HTTP/1.1 ${code} ${reason}\r\nServer: ${reason}\r\n\r\n`))
})
const ssh = fc.tuple(label, freePort, fc.boolean()).map(([name, port, back]) => {
  const banner = text(`SSH-2.0-${name}\r\n`)
  return back ? tcp(22, port, banner) : tcp(port, 22, banner)
})
const record = (type: number, fragment: Bytes) => [type, 3, 3, ...word(fragment.length), ...fragment]
const clientHello = fc.tuple(label, some(32), fc.boolean()).map(([name, random, isNew]) => {
  const host = text(`${name}.example`)
  const serverName = [0, 0, ...word(host.length + 5), ...word(host.length + 3), 0, ...word(host.length), ...host]
  const versions = isNew ? [0, 43, 0, 3, 2, 3, 4] : []
  const extensions = [...serverName, ...versions]
  const body = [3, 3, ...random, 0, 0, 2, 0x13, 1, 1, 0, ...word(extensions.length), ...extensions]
  return record(22, [1, 0, ...word(body.length), ...body])
})
const tls = fc
  .tuple(
    fc.oneof(
      clientHello,
      some(40).map((data) => record(23, data)),
      fc.constant(record(21, [2, 40])),
    ),
    freePort,
  )
  .map(([message, port]) => tcp(port, 443, message))

/** Of those that stand in a TCP segment or a UDP datagram. */
export const overTcp: readonly (readonly [name: string, segment: fc.Arbitrary<Bytes>])[] = [
  ["HTTP", http],
  ["HTTP status", status],
  ["SSH", ssh],
  ["TLS", tls],
]
export const overUdp: readonly (readonly [name: string, datagram: fc.Arbitrary<Bytes>])[] = [
  ["NTP", ntp],
  ["QUIC", quic],
  ["WireGuard", wireguard],
  ["OpenVPN", openvpn],
]
/** Each of one IP version alone. */
export const dhcpMessages = { dhcp, dhcpv6 }

const local = (last: number) => [0xfe, 0x80, ...zeros(13), last]
const linkOption = (kind: number, mac: Bytes) => [kind, 1, ...mac]
const prefixOption = [3, 4, 64, 0xc0, ...long(600), ...long(300), 0, 0, 0, 0, 0xfd, ...zeros(15)]

/** Neighbour discovery and multicast listener discovery. */
export const discovery: fc.Arbitrary<Bytes> = fc
  .tuple(fc.constantFrom(133, 134, 135, 136, 130, 131, 132, 143), byte, some(6), number16)
  .map(([type, last, mac, delay]) => {
    const bodies: Record<number, Bytes> = {
      133: [...zeros(4), ...linkOption(1, mac)],
      134: [64, 0, ...word(1800), ...zeros(8), ...linkOption(1, mac), 5, 1, 0, 0, ...long(1400), ...prefixOption],
      135: [...zeros(4), ...local(last), ...linkOption(1, mac)],
      136: [0x60, 0, 0, 0, ...local(last), ...linkOption(2, mac)],
      130: [...word(delay), 0, 0, ...zeros(16)],
      131: [0, 0, 0, 0, 0xff, 2, ...zeros(13), last],
      132: [0, 0, 0, 0, 0xff, 2, ...zeros(13), last],
      143: [0, 0, 0, 1, 4, 0, 0, 0, 0xff, 2, ...zeros(13), last],
    }
    return ipv6(58, [type, 0, 0, 0, ...(bodies[type] ?? [])], {
      source: local(1),
      destination: [0xff, 2, ...zeros(13), 1],
      hopLimit: 255,
    })
  })

export const igmp: fc.Arbitrary<Bytes> = fc
  .tuple(fc.constantFrom(0x11, 0x12, 0x16, 0x17, 0x22), byte, upTo(0))
  .map(([type, last]) =>
    type === 0x22
      ? [type, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 239, 1, 2, last]
      : [type, type === 0x11 ? 100 : 0, 0, 0, 239, 1, 2, last],
  )

export const arp: fc.Arbitrary<Bytes> = fc
  .tuple(fc.constantFrom(1, 2), some(6), byte, byte)
  .map(([operation, mac, from, to]) => {
    const sizes = [0, 1, 8, 0, 6, 4, 0, operation]
    return ethernet(0x0806, [...sizes, ...mac, 10, 0, 0, from, ...zeros(6), 10, 0, 0, to])
  })
