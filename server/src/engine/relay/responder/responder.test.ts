import { createEventfd, sys } from "@tundeck/native-bindings"
import { addressBytes, composePacket, createPacketRing, packetWish, summarize } from "@tundeck/shared"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { CounterWriter, createCounters, readCounters } from "../counters.ts"
import { EpollLoop } from "../epoll-loop.ts"
import { RelayMemory } from "../memory.ts"
import type { TransportOwner } from "../ports.ts"
import { memorySize, region } from "../regions.ts"
import { Traffic } from "../traffic.ts"
import type { Answered } from "./answered-addresses.ts"
import { Responder } from "./responder.ts"

const networks = ["10.77.0.1/24", "fd77::1/64"]
const answeredOf = (isEthernet: boolean): Answered => ({ isEthernet, networks, own: networks })
const v4 = { source: "10.77.0.1", destination: "10.77.0.9" }
const v6 = { source: "fd77::1", destination: "fd77::9" }
const host = "02:00:00:00:00:01"
const neighbour4 = "02:54:0a:4d:00:09"
const neighbour6 = "02:56:00:00:00:09"

let lab: ReturnType<typeof open>
afterEach(() => lab.close())

/** A responder with a worker's memory around it. */
function open(isEthernet: boolean, answered = answeredOf(isEthernet)) {
  const memory = new RelayMemory(memorySize, true)
  const counters = createCounters(false)
  const wakeFd = createEventfd()
  const loop = new EpollLoop(wakeFd, () => {})
  const traffic = new Traffic(new CounterWriter(counters), createPacketRing(128))
  const answers: Uint8Array[] = []
  const told: unknown[] = []
  const nothing = () => {}
  const owner: TransportOwner = {
    largestPacket: 1518,
    received(batch) {
      for (let i = 0; i < batch.count; i++) {
        const at = batch.at[i] ?? 0
        answers.push(memory.bytes.slice(at, at + (batch.length[i] ?? 0)))
      }
    },
    peerChanged: (peer, remote) => told.push([peer, remote]),
    state: (state, reason) => told.push([state, reason]),
    ...{
      blocked: nothing,
      pathChanged: nothing,
      resolve: nothing,
      listening: nothing,
      fallbackChanged: nothing,
      stranger: nothing,
      wakeAt: nothing,
    },
  }
  const peers = [{ address: "", enabled: true, allowed: null, answered }]
  const responder = new Responder(peers, { loop, memory, traffic, owner, inbound: new Batch(512) })
  responder.start()
  return {
    responder,
    told,
    /** What comes back of these packets, sent in one batch. */
    ask(...packets: Uint8Array[]): Uint8Array[] {
      answers.length = 0
      const batch = new Batch(2048)
      let at: number = region.outbound.at
      for (const packet of packets) {
        memory.bytes.set(packet, at)
        batch.add(at, packet.length, 0)
        at += packet.length
      }
      responder.send(batch)
      return answers.splice(0)
    },
    verdicts() {
      const { outbound, drops } = readCounters(counters)
      return [outbound.packets, ...drops.map(({ reason, packets }) => `${packets} ${reason}`)]
    },
    close() {
      loop.close()
      memory.release()
      sys.close(wakeFd)
    },
  }
}

const made = (wish: object) => composePacket(packetWish.parse(wish))
const echo = (change: object = {}) => made({ kind: "echo", ...v4, ...change })
const udp = (change: object = {}) => made({ kind: "udp", destinationPort: 7, data: "68656c6c6f", ...v4, ...change })
const facts = (bytes: Uint8Array | undefined, link: "ip" | "ethernet" = "ip") =>
  bytes === undefined ? undefined : summarize(bytes, bytes.length, link)

function changed(packet: Uint8Array, at: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(packet)
  bytes[at] = value
  return bytes
}

/** RFC 1071, for changes that a test makes to an IPv4 header. */
function withHeaderChecksum(packet: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(packet)
  bytes.set([0, 0], 10)
  const sum = foldedSum(bytes.subarray(0, ((bytes[0] ?? 0) & 15) * 4)) ^ 0xffff
  bytes.set([sum >> 8, sum & 255], 10)
  return bytes
}

function foldedSum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

/** An answer's checksums, as its receiver reckons them. */
function isSoundIp(ip: Uint8Array): boolean {
  const isIpv4 = (ip[0] ?? 0) >> 4 === 4
  const [header, addressesAt] = isIpv4 ? [20, 12] : [40, 8]
  const protocol = ip[isIpv4 ? 9 : 6] ?? 0
  const segment = ip.subarray(header)
  const pseudo = [...ip.subarray(addressesAt, header), 0, protocol, segment.length >> 8, segment.length & 255]
  const summed = foldedSum(protocol === 1 ? segment : Uint8Array.from([...pseudo, ...segment]))
  return summed === 0xffff && (!isIpv4 || foldedSum(ip.subarray(0, 20)) === 0xffff)
}

describe("over tun", () => {
  beforeEach(() => {
    lab = open(false)
  })

  it("is up from the beginning, and gone when it is stopped", () => {
    expect(lab.told).toEqual([
      [0, "responder"],
      ["up", null],
    ])
    lab.responder.stop()
    lab.responder.stop()
    expect(lab.told.slice(2)).toEqual([[0, null]])
  })

  it.each([
    ["ping", echo({ identifier: 5, sequence: 6 })],
    ["ping over IPv6", echo({ ...v6, identifier: 5, sequence: 6 })],
    ["a ping without data", echo({ dataBytes: 0 })],
    ["a ping of an odd length", echo({ ...v6, dataBytes: 33 })],
    ["the largest ping", echo({ dataBytes: 65_000 })],
    ["UDP echo", udp()],
    ["UDP echo over IPv6", udp(v6)],
    ["UDP echo of nothing", udp({ data: "" })],
    ["UDP echo without a checksum, which IPv4 may leave out", changed(changed(udp(), 26, 0), 27, 0)],
  ])("%s is answered with the same data, and right checksums", (_what, asked) => {
    const [answer, ...more] = lab.ask(asked)
    if (answer === undefined) throw new Error("no answer")
    expect(more).toEqual([])
    const [before, after] = [facts(asked), facts(answer)]
    expect([after?.source, after?.destination]).toEqual([before?.destination, before?.source])
    expect(answer.length).toBe(asked.length)
    const header = (asked[0] ?? 0) >> 4 === 4 ? 20 : 40
    expect(Buffer.from(answer.subarray(header + 8))).toEqual(Buffer.from(asked.subarray(header + 8)))
    const isUnchecked = asked[26] === 0 && asked[27] === 0
    if (!isUnchecked) expect(isSoundIp(answer)).toBe(true)
    expect(lab.verdicts()).toEqual([1])
  })

  it("an answer has the asker's identifier, sequence and class of service", () => {
    const asked = withHeaderChecksum(changed(echo({ identifier: 0x1234, sequence: 0x5678 }), 1, 0xb8))
    const [answer] = lab.ask(asked)
    expect(facts(answer)?.info).toContain("reply")
    expect(answer?.[1]).toBe(0xb8)
    expect([...(answer?.subarray(24, 28) ?? [])]).toEqual([0x12, 0x34, 0x56, 0x78])
  })

  it("a packet with options is answered without them", () => {
    const plain = echo()
    const options = [7, 4, 4, 0] // record route, with room for none
    const asked = withHeaderChecksum(
      Uint8Array.from([0x46, 0, 0, plain.length + 4, ...plain.subarray(4, 20), ...options, ...plain.subarray(20)]),
    )
    expect(lab.ask(asked)[0]?.length).toBe(plain.length)
  })

  it.each([
    ["this host's own address", echo({ destination: "10.77.0.1" })],
    ["its own address of IPv6", echo({ ...v6, destination: "fd77::1" })],
    ["the network's broadcast address", echo({ destination: "10.77.0.255" })],
    ["the network itself", echo({ destination: "10.77.0.0" })],
    ["everybody", echo({ destination: "255.255.255.255" })],
    ["a group", echo({ destination: "224.0.0.1" })],
    ["a group of IPv6", echo({ ...v6, destination: "ff02::1" })],
    ["any router", echo({ ...v6, destination: "fd77::" })],
    ["another network", echo({ destination: "10.78.0.9" })],
    ["another network of IPv6", echo({ ...v6, destination: "fd78::9" })],
    ["an asker who is nobody", echo({ source: "0.0.0.0" })],
    ["an asker who is everybody", echo({ source: "10.77.0.255" })],
    ["an asker who is a group", echo({ source: "239.1.1.1" })],
    ["an asker who is nobody of IPv6", echo({ ...v6, source: "::" })],
    ["an asker who is a group of IPv6", echo({ ...v6, source: "ff02::1" })],
    ["an asker on loopback", echo({ source: "127.0.0.1" })],
    ["a fragment", withHeaderChecksum(changed(echo(), 6, 0x20))],
    ["another UDP port", udp({ destinationPort: 53 })],
    ["a UDP server, which would answer the answer", udp({ sourcePort: 7 })],
    ["TCP", made({ kind: "tcp-syn", ...v4, destinationPort: 80 })],
    ["an unknown protocol", withHeaderChecksum(changed(echo(), 9, 200))],
  ])("%s is not answered", (_what, asked) => {
    expect(lab.ask(asked)).toEqual([])
    expect(lab.verdicts()).toEqual([0, "1 not-answered"])
  })

  it("its own answers are not answered", () => {
    const replies = lab.ask(echo(), echo(v6), udp())
    expect(lab.ask(...replies)).toEqual([])
  })

  it.each([
    ["a wrong header checksum", changed(echo(), 8, 63)],
    ["a wrong ICMP checksum", changed(echo(), 40, 1)],
    ["a wrong ICMPv6 checksum", changed(echo(v6), 60, 1)],
    ["a wrong UDP checksum", changed(udp(), 30, 1)],
    ["no UDP checksum over IPv6", changed(changed(udp(v6), 46, 0), 47, 0)],
    ["a UDP length above the packet's", changed(udp(), 25, 200)],
    ["a UDP length below its header's", changed(udp(), 25, 7)],
    ["a length above what is there", withHeaderChecksum(changed(echo(), 2, 0xff))],
    ["half a header", echo().subarray(0, 19)],
    ["half an ICMP header", withHeaderChecksum(changed(echo().subarray(0, 24), 3, 24))],
    ["version 0", changed(echo(), 0, 0x05)],
    ["nothing", new Uint8Array(0)],
  ])("%s is a bad packet", (_what, asked) => {
    expect(lab.ask(asked)).toEqual([])
    expect(lab.verdicts()).toEqual([0, "1 bad-packet"])
  })

  it("2,000 packets in one batch are answered in their order, also where they fill its memory", () => {
    const many = Array.from({ length: 2000 }, (_, sequence) => echo({ sequence, dataBytes: 900 }))
    const answers = lab.ask(...many)
    expect(answers.map((bytes) => new DataView(bytes.buffer).getUint16(26))).toEqual(many.map((_, i) => i))
  })

  it("what it answers for may change, and may be nothing", () => {
    lab.responder.setPeers([
      { address: "", enabled: true, allowed: null, answered: { ...answeredOf(false), own: ["10.77.0.9/24"] } },
    ])
    expect(lab.ask(echo())).toEqual([])
    expect(lab.ask(echo({ destination: "10.77.0.1", source: "10.77.0.9" }))).toHaveLength(1)
    lab.responder.setPeers([])
    expect(lab.ask(echo({ destination: "10.77.0.8" }))).toEqual([])
  })

  it.each<[string, string, string, boolean]>([
    ["both hosts of a network of two", "10.0.0.0/31", "10.0.0.0", true],
    ["the one host of a network of one", "10.0.0.5/32", "10.0.0.5", true],
    ["both of IPv6", "fd00::/127", "fd00::", true],
    ["anybody of a network of all", "0.0.0.0/0", "192.0.2.7", true],
    ["a group within one of all", "0.0.0.0/0", "224.0.0.251", false],
    ["loopback within one of all", "0.0.0.0/0", "127.0.0.1", false],
  ])("%s: %s, %s", (_what, network, destination, isAnswered) => {
    lab.responder.setPeers([
      { address: "", enabled: true, allowed: null, answered: { isEthernet: false, networks: [network], own: [] } },
    ])
    const source = destination.includes(":") ? "fd99::1" : "172.16.0.1"
    expect(lab.ask(echo({ source, destination }))).toHaveLength(isAnswered ? 1 : 0)
  })

  it("no bytes whatever make it throw, and every packet has one verdict", () => {
    let sent = 0
    const flipped = fc
      .tuple(fc.constantFrom(echo(), echo(v6), udp(), udp(v6)), fc.nat(), fc.nat(255), fc.nat(100))
      .map(([packet, at, value, cut]) =>
        changed(packet, at % packet.length, value).subarray(0, packet.length - (cut % packet.length)),
      )
    fc.assert(
      fc.property(fc.oneof(flipped, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        for (const answer of lab.ask(bytes)) expect(foldedSum(answer)).toBeGreaterThan(0)
        sent += 1
      }),
      { numRuns: 2000 },
    )
    const [passed, ...drops] = lab.verdicts()
    const dropped = drops.reduce<number>((sum, text) => sum + Number.parseInt(String(text), 10), 0)
    expect(Number(passed) + dropped).toBe(sent)
  })
})

describe("over tap", () => {
  beforeEach(() => {
    lab = open(true)
  })

  const framed = (source: string, destination: string) => ({ ethernet: { source, destination } })
  const arp = (change: object = {}) => made({ kind: "arp", ...framed(host, "ff:ff:ff:ff:ff:ff"), ...v4, ...change })

  it("ARP is answered with an address for each neighbour, and pings to it are", () => {
    const [reply] = lab.ask(arp())
    expect(facts(reply, "ethernet")).toMatchObject({ protocol: "ARP" })
    expect(facts(reply, "ethernet")?.info).toContain(`10.77.0.9 is at ${neighbour4}`)
    expect(hexOf(reply, 0, 12)).toBe((host + neighbour4).replaceAll(":", ""))
    expect(hexOf(reply, 32, 42)).toBe(`${host.replaceAll(":", "")}0a4d0001`)
    const [pong] = lab.ask(echo(framed(host, neighbour4)))
    expect(facts(pong, "ethernet")?.info).toContain("reply")
    expect(hexOf(pong, 0, 12)).toBe((host + neighbour4).replaceAll(":", ""))
    expect(pong && isSoundIp(pong.subarray(14))).toBe(true)
  })

  it("asked whether it is still there, a neighbour says so", () => {
    expect(lab.ask(arp(framed(host, neighbour4)))).toHaveLength(1)
    expect(lab.ask(arp(framed(host, "02:54:0a:4d:00:0a")))).toEqual([])
  })

  it("a neighbour solicitation is answered, and pings over IPv6 are", () => {
    const [advertised] = lab.ask(solicitation())
    expect(facts(advertised, "ethernet")).toMatchObject({ source: "fd77::9", destination: "fd77::1" })
    expect(facts(advertised, "ethernet")?.info).toMatch(/advertisement/i)
    expect(hexOf(advertised, 0, 12)).toBe((host + neighbour6).replaceAll(":", ""))
    expect(hexOf(advertised, 78, 86)).toBe(`0201${neighbour6.replaceAll(":", "")}`)
    expect(advertised?.[14 + 7]).toBe(255)
    expect(advertised && isSoundIp(advertised.subarray(14))).toBe(true)
    expect(lab.ask(solicitation({ destination: "fd77::9", to: neighbour6 }))).toHaveLength(1)
    const [pong] = lab.ask(echo({ ...v6, ...framed(host, neighbour6) }))
    expect(pong && isSoundIp(pong.subarray(14))).toBe(true)
  })

  it.each<[string, () => Uint8Array]>([
    ["ARP for this host's own address", () => arp({ destination: "10.77.0.1", source: "10.77.0.5" })],
    ["an ARP probe, whether an address is free", () => arp({ source: "0.0.0.0" })],
    ["an ARP announcement", () => arp({ source: "10.77.0.9" })],
    ["ARP for another network", () => arp({ destination: "10.78.0.9" })],
    ["an ARP reply", () => changed(arp(), 21, 2)],
    ["a look whether an address is free", () => solicitation({ source: "::" })],
    ["a solicitation of its own address", () => solicitation({ target: "fd77::1" })],
    [
      "a solicitation to another's group",
      () => solicitation({ destination: "ff02::1:ff00:8", to: "33:33:ff:00:00:08" }),
    ],
    ["a ping to everybody's MAC address", () => echo(framed(host, "ff:ff:ff:ff:ff:ff"))],
    ["a ping to another's MAC address", () => echo(framed(host, "02:54:0a:4d:00:0a"))],
    ["a frame of another kind", () => changed(echo(framed(host, neighbour4)), 12, 0x88)],
  ])("%s is not answered", (_what, asked) => {
    expect(lab.ask(asked())).toEqual([])
    expect(lab.verdicts()).toEqual([0, "1 not-answered"])
  })

  it.each<[string, () => Uint8Array]>([
    ["half an ARP request", () => arp().subarray(0, 41)],
    ["ARP of other addresses", () => changed(arp(), 18, 8)],
    ["ARP in another's name", () => changed(arp(), 27, 9)],
    ["a solicitation from beyond a router", () => solicitation({ hops: 254 })],
    ["a solicitation with a wrong checksum", () => changed(solicitation(), 60, 1)],
    ["a solicitation with an option of length 0", () => solicitation({ option: [1, 0, 0, 0, 0, 0, 0, 0] })],
    ["half a solicitation", () => solicitation({ option: [] }).subarray(0, 70)],
    ["IPv6 that says IPv4", () => changed(changed(echo({ ...v6, ...framed(host, neighbour6) }), 12, 8), 13, 0)],
    ["half an Ethernet header", () => arp().subarray(0, 13)],
  ])("%s is a bad packet", (_what, asked) => {
    expect(lab.ask(asked())).toEqual([])
    expect(lab.verdicts().slice(1)).toEqual(["1 bad-packet"])
  })

  it("no bytes whatever make it throw", () => {
    const flipped = fc
      .tuple(fc.constantFrom(arp(), solicitation(), echo(framed(host, neighbour4))), fc.nat(), fc.nat(255), fc.nat(60))
      .map(([packet, at, value, cut]) =>
        changed(packet, at % packet.length, value).subarray(0, packet.length - (cut % packet.length)),
      )
    fc.assert(
      fc.property(flipped, (bytes) => {
        lab.ask(bytes)
      }),
      { numRuns: 2000 },
    )
  })
})

function hexOf(bytes: Uint8Array | undefined, from: number, to: number): string {
  return Buffer.from(bytes?.subarray(from, to) ?? []).toString("hex")
}

/** RFC 4861 section 4.3. */
function solicitation(
  change: {
    source?: string
    destination?: string
    to?: string
    target?: string
    hops?: number
    option?: number[]
  } = {},
): Uint8Array {
  const {
    source = "fd77::1",
    destination = "ff02::1:ff00:9",
    to = "33:33:ff:00:00:09",
    target = "fd77::9",
    hops = 255,
  } = change
  const { option = [1, 1, 2, 0, 0, 0, 0, 1] } = change
  const mac = (text: string) => text.split(":").map((pair) => Number.parseInt(pair, 16))
  const message = [135, 0, 0, 0, 0, 0, 0, 0, ...addressBytes(target), ...option]
  const addresses = [...addressBytes(source), ...addressBytes(destination)]
  const sum = foldedSum(Uint8Array.from([...addresses, 0, 58, 0, message.length, ...message])) ^ 0xffff
  message.splice(2, 2, sum >> 8, sum & 255)
  return Uint8Array.from([
    ...mac(to),
    ...mac(host),
    0x86,
    0xdd,
    0x60,
    0,
    0,
    0,
    0,
    message.length,
    58,
    hops,
    ...addresses,
    ...message,
  ])
}
