import fc from "fast-check"
import type { LinkType } from "../facts.ts"
import { type Bytes, ethernet, ipv4, ipv6, long, tcp, text, udp, word, zeros } from "../samples/build.ts"
import { bytesOf, type Sample } from "../samples/sample.ts"
import { samples } from "../samples/samples.ts"
import { arp, dhcpMessages, discovery, freePort, igmp, label, overTcp, overUdp } from "./random-applications.ts"

// Whole packets of every protocol that is decoded, each with its fields by chance.

export interface RandomPacket {
  readonly name: string
  readonly link: LinkType
  readonly bytes: Uint8Array
}

const byte = fc.nat(255)
const number16 = fc.nat(0xffff)
const number32 = fc.nat(0xffff_ffff)
const payload = (maxLength: number, minLength = 0) => fc.array(byte, { minLength, maxLength })
const host4 = fc.tuple(fc.constantFrom(10, 172, 192), byte, byte, fc.integer({ min: 1, max: 254 }))
const host6 = fc.array(byte, { minLength: 15, maxLength: 15 }).map((rest) => [0xfd, ...rest])

/** A transport's bytes in an IP packet of either version. */
const inIp = (name: string, protocol4: number, protocol6: number, body: fc.Arbitrary<Bytes>) =>
  fc.oneof(
    fc
      .record({ body, source: host4, destination: host4, ttl: fc.integer({ min: 1, max: 255 }), id: number16 })
      .map((one) => ({
        name,
        packet: ipv4(protocol4, one.body, one),
      })),
    fc.record({ body, source: host6, destination: host6, hopLimit: fc.integer({ min: 1, max: 255 }) }).map((one) => ({
      name,
      packet: ipv6(protocol6, one.body, one),
    })),
  )

const tcpOptions = fc.constantFrom<Bytes>(
  [],
  [2, 4, 5, 180, 4, 2, 8, 10, ...long(77), ...long(0), 1, 3, 3, 7],
  [1, 1, 8, 10, ...long(77), ...long(78)],
  [1, 1, 5, 10, ...long(500), ...long(900)],
)
const segment = fc
  .record({
    from: freePort,
    to: freePort,
    flags: fc.constantFrom(0x02, 0x10, 0x11, 0x12, 0x14, 0x18, 0x04, 0xc2),
    sequence: number32,
    acknowledgment: number32,
    window: number16,
    options: tcpOptions,
    data: payload(60).map((bytes) => bytes.map((one) => one | 0x80)),
  })
  .map(({ from, to, data, ...parts }) => tcp(from, to, parts.flags & 0x06 ? [] : data, parts))
const datagram = fc.tuple(freePort, freePort, payload(60)).map(([from, to, data]) => udp(from, to, [0xff, ...data]))

const echo = (types: readonly number[]) =>
  fc.tuple(fc.constantFrom(...types), number16, number16, payload(80)).map(([type, id, sequence, data]) => {
    return [type, 0, 0, 0, ...word(id), ...word(sequence), ...data]
  })
const quoted = fc.tuple(fc.oneof(segment, datagram), host4, host4).map(([body, source, destination]) => {
  return ipv4((body[12] ?? 0) >> 4 === 5 && body.length > 20 ? 6 : 17, body, { source, destination }).slice(0, 28)
})
const error4 = fc
  .tuple(fc.constantFrom([3, 0], [3, 1], [3, 3], [3, 4], [3, 13], [11, 0], [11, 1], [12, 0], [5, 1]), quoted)
  .map(([kind, packet]) => [...kind, 0, 0, 0, 0, 5, 0, ...packet])

const question = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 28, 15, 16, 33, 65, 255))
  .map(([labels, type]) => [...labels.flatMap((one) => [one.length, ...text(one)]), 0, ...word(type), 0, 1])
const answer = fc.oneof(
  fc.tuple(byte, byte).map(([a, b]) => [0xc0, 12, 0, 1, 0, 1, ...long(60), 0, 4, 10, 0, a, b]),
  byte.map((last) => [0xc0, 12, 0, 28, 0, 1, ...long(60), 0, 16, 0xfd, ...zeros(14), last]),
  label.map((one) => [0xc0, 12, 0, 5, 0, 1, ...long(60), ...word(one.length + 3), one.length, ...text(one), 0xc0, 12]),
)
const dnsMessage = fc.tuple(number16, question, fc.array(answer, { maxLength: 8 })).map(([id, asked, answers]) => {
  const flags = answers.length > 0 ? 0x8180 : 0x0100
  return [...word(id), ...word(flags), 0, 1, ...word(answers.length), 0, 0, 0, 0, ...asked, ...answers.flat()]
})
const dns = fc
  .tuple(freePort, dnsMessage, fc.boolean(), fc.constantFrom(53, 5353, 5355))
  .map(([port, message, back, at]) => {
    return back ? udp(at, port, message) : udp(port, at, message)
  })

const fragment4 = fc
  .tuple(fc.constantFrom(6, 17, 1), fc.integer({ min: 1, max: 0x1fff }), fc.boolean(), payload(60, 1), host4)
  .map(([protocol, offset, more, data, source]) => {
    return { name: "fragment", packet: ipv4(protocol, data, { fragment: (more ? 0x2000 : 0) | offset, source }) }
  })
const fragment6 = fc
  .tuple(fc.constantFrom(6, 17, 58), fc.integer({ min: 1, max: 0x1fff }), fc.boolean(), payload(60, 1), host6)
  .map(([protocol, offset, more, data, source]) => {
    const header = [protocol, 0, ...word((offset << 3) | (more ? 1 : 0)), ...long(offset)]
    return { name: "fragment", packet: ipv6(44, [...header, ...data], { source }) }
  })
const extension = fc.constantFrom(0, 60, 43)
const chain = fc
  .tuple(fc.array(extension, { minLength: 1, maxLength: 3 }), datagram, host6)
  .map(([kinds, body, source]) => {
    const headers = kinds.flatMap((kind, index) => {
      const following = kinds[index + 1] ?? 17
      return kind === 43 ? [following, 0, 253, 0, 0, 0, 0, 0] : [following, 0, 1, 4, 0, 0, 0, 0]
    })
    return { name: "extension headers", packet: ipv6(kinds[0] ?? 17, [...headers, ...body], { source }) }
  })
const nested = fc
  .tuple(inIp("inner", 17, 17, datagram), host4, fc.constantFrom("IP", "GRE"))
  .map(([{ packet }, source, how]) => {
    const is4 = (packet[0] ?? 0) >> 4 === 4
    const gre = [0, 0, ...(is4 ? [8, 0] : [0x86, 0xdd]), ...packet]
    return { name: how, packet: how === "GRE" ? ipv4(47, gre, { source }) : ipv4(is4 ? 4 : 41, packet, { source }) }
  })
const optioned = fc
  .tuple(datagram, fc.constantFrom<Bytes>([148, 4, 0, 0], [1, 1, 1, 0], [7, 7, 4, 0, 0, 0, 0, 0]))
  .map(([body, options]) => ({ name: "options", packet: ipv4(17, body, { options }) }))
const chunk = fc
  .tuple(fc.constantFrom(1, 2, 3, 4, 6, 7), fc.integer({ min: 16, max: 40 }))
  .map(([type, length]) => [type, 0, ...word(length), ...zeros((length - 4 + 3) & ~3)])
const sctp = fc
  .tuple(freePort, freePort, number32, fc.array(chunk, { minLength: 1, maxLength: 3 }))
  .map(([from, to, tag, chunks]) => [...word(from), ...word(to), ...long(tag), ...long(0), ...chunks.flat()])
const esp = fc
  .tuple(number32, number32, payload(80))
  .map(([index, sequence, data]) => [...long(index + 1), ...long(sequence), ...zeros(16), ...data])

const packet = fc.oneof(
  { weight: 3, arbitrary: inIp("TCP", 6, 6, segment) },
  { weight: 3, arbitrary: inIp("UDP", 17, 17, datagram) },
  { weight: 3, arbitrary: inIp("DNS", 17, 17, dns) },
  { arbitrary: echo([8, 0, 13, 14]).map((body) => ({ name: "ICMP", packet: ipv4(1, body) })), weight: 1 },
  { arbitrary: echo([128, 129]).map((body) => ({ name: "ICMPv6", packet: ipv6(58, body) })), weight: 1 },
  { arbitrary: error4.map((body) => ({ name: "ICMP error", packet: ipv4(1, body) })), weight: 1 },
  { weight: 1, arbitrary: inIp("SCTP", 132, 132, sctp) },
  { weight: 1, arbitrary: inIp("ESP", 50, 50, esp) },
  { weight: 1, arbitrary: fragment4 },
  { weight: 1, arbitrary: fragment6 },
  { weight: 1, arbitrary: chain },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: optioned },
  ...overTcp.map(([name, segment]) => ({ weight: 1, arbitrary: inIp(name, 6, 6, segment) })),
  ...overUdp.map(([name, datagram]) => ({ weight: 1, arbitrary: inIp(name, 17, 17, datagram) })),
  { weight: 1, arbitrary: dhcpMessages.dhcp.map((body) => ({ name: "DHCP", packet: ipv4(17, body) })) },
  { weight: 1, arbitrary: dhcpMessages.dhcpv6.map((body) => ({ name: "DHCPv6", packet: ipv6(17, body) })) },
  { weight: 1, arbitrary: discovery.map((packet) => ({ name: "discovery", packet })) },
  { weight: 1, arbitrary: igmp.map((body) => ({ name: "IGMP", packet: ipv4(2, body, { ttl: 1 }) })) },
)

const tags = fc.oneof(fc.constant([]), fc.array(fc.nat(4094), { maxLength: 2 }))
const built: fc.Arbitrary<RandomPacket> = fc.tuple(packet, fc.option(tags)).map(([{ name, packet: bytes }, tagged]) => {
  if (tagged === null) return { name, link: "ip", bytes: Uint8Array.from(bytes) }
  const type = (bytes[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd
  return { name, link: "ethernet", bytes: Uint8Array.from(ethernet(type, bytes, tagged)) }
})

const frame: fc.Arbitrary<RandomPacket> = arp.map((bytes) => ({
  name: "ARP",
  link: "ethernet",
  bytes: Uint8Array.from(bytes),
}))

/** A sample between other hosts, and from another ephemeral port. */
const changed: fc.Arbitrary<RandomPacket> = fc
  .tuple(fc.constantFrom(...samples), byte, fc.integer({ min: 1, max: 255 }), freePort)
  .map(([sample, host, ttl, port]) => ({
    name: sample.name,
    link: sample.link,
    bytes: changedSample(sample, host, ttl, port),
  }))

function changedSample({ hex, link, facts }: Sample, host: number, ttl: number, port: number): Uint8Array {
  const bytes = bytesOf(hex)
  if (link === "ethernet") {
    bytes[11] = host // the source's MAC address
    return bytes
  }
  const is4 = (bytes[0] ?? 0) >> 4 === 4
  bytes[is4 ? 8 : 7] = is4 || facts.protocol !== "ICMPv6" ? ttl : 255
  bytes[is4 ? 14 : 22] = host
  const [source, destination] = [facts.sourcePort ?? 0, facts.destinationPort ?? 0]
  const ephemeral = Math.max(source, destination)
  const headerLength = is4 ? ((bytes[0] ?? 0) & 15) * 4 : 40
  if (ephemeral < 40_000 || source === destination) return bytes
  const at = headerLength + (source === ephemeral ? 0 : 2)
  if ((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) === ephemeral && ephemeral !== 55_555 && ephemeral !== 51_820)
    bytes.set(word(port), at)
  return bytes
}

/** The same for the same seed. */
export function randomPackets(count: number, seed: number): RandomPacket[] {
  return fc.sample(
    fc.oneof({ weight: 10, arbitrary: changed }, { weight: 20, arbitrary: built }, { weight: 1, arbitrary: frame }),
    {
      numRuns: count,
      seed,
    },
  )
}
