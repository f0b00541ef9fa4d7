import fc from "fast-check"
import { expect, it } from "vitest"
import { addressText } from "../model/address.ts"
import { summarize } from "../packets/summarize.ts"
import { composePacket } from "./compose.ts"
import { type PacketWish, packetWish } from "./packet-wish.ts"

const port = fc.integer({ min: 0, max: 65_535 })
const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":"))
const hex = fc.uint8Array({ maxLength: 1400 }).map((bytes) => Buffer.from(bytes).toString("hex"))
const addresses = fc.constantFrom(4, 16).chain((size) => {
  const address = fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
    // An address that is told apart from IPv4-mapped ones, which the schema refuses.
    return addressText(size === 16 ? Uint8Array.of(0xfd, ...bytes.subarray(1)) : bytes)
  })
  return fc.record({ source: address, destination: address })
})
const frame = fc.record({ source: mac, destination: mac })
const between = fc
  .tuple(addresses, fc.integer({ min: 0, max: 255 }), fc.option(frame, { nil: undefined }))
  .map(([ends, hopLimit, ethernet]) => ({ ...ends, hopLimit, ...(ethernet && { ethernet }) }))
const kinds = fc.oneof(
  fc.record({
    kind: fc.constant("echo"),
    identifier: port,
    sequence: port,
    dataBytes: fc.integer({ min: 0, max: 1400 }),
  }),
  fc.record({ kind: fc.constant("udp"), sourcePort: port, destinationPort: port, data: hex }),
  fc.record({ kind: fc.constant("tcp-syn"), sourcePort: port, destinationPort: port }),
)
const wishes = fc.tuple(between, kinds).map(([ends, kind]) => packetWish.parse({ ...ends, ...kind }))

it("what is built is decoded as that: addresses, ports, and what it is", () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      if (wish.kind === "raw" || wish.kind === "arp") throw new Error("none of these is made here")
      const bytes = composePacket(wish)
      const facts = summarize(bytes, bytes.length, wish.ethernet === undefined ? "ip" : "ethernet")
      expect(facts).toMatchObject({ source: wish.source, destination: wish.destination })
      if (wish.kind === "echo") expect(facts.info).toContain("Echo (ping) request")
      else expect(facts).toMatchObject({ sourcePort: wish.sourcePort, destinationPort: wish.destinationPort })
      if (wish.kind === "tcp-syn") expect(facts.info).toContain("SYN")
    }),
  )
})

it("every checksum is right, as a receiver reckons it", () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const bytes = composePacket(wish)
      const ip = "ethernet" in wish && wish.ethernet !== undefined ? bytes.subarray(14) : bytes
      const isIpv4 = (ip[0] ?? 0) >> 4 === 4
      const [header, addressesAt] = isIpv4 ? [20, 12] : [40, 8]
      const segment = ip.subarray(header)
      const protocol = ip[isIpv4 ? 9 : 6] ?? 0
      if (isIpv4) expect(sum(ip.subarray(0, header))).toBe(0xffff)
      const pseudo = [...ip.subarray(addressesAt, header), 0, protocol, segment.length >> 8, segment.length & 255]
      expect(sum(protocol === 1 ? segment : Uint8Array.from([...pseudo, ...segment]))).toBe(0xffff)
      expect(new DataView(ip.buffer, ip.byteOffset).getUint16(isIpv4 ? 2 : 4)).toBe(ip.length - (isIpv4 ? 0 : 40))
    }),
  )
})

it("a UDP checksum of 0 would say that there is none: it is sent as its other form", () => {
  const wish = { kind: "udp", source: "10.0.0.1", destination: "10.0.0.2", destinationPort: 7 }
  const open = composePacket(packetWish.parse({ ...wish, data: "0000" }))
  const missing = Buffer.from(open.subarray(26, 28)).toString("hex")
  const bytes = composePacket(packetWish.parse({ ...wish, data: missing }))
  expect([...bytes.subarray(26, 28)]).toEqual([0xff, 0xff])
})

it("ARP asks the whole segment unless told", () => {
  const ethernet = { source: "02:00:00:00:00:01" }
  const bytes = composePacket(packetWish.parse({ kind: "arp", ethernet, source: "10.0.0.1", destination: "10.0.0.2" }))
  expect(bytes.subarray(0, 6)).toEqual(new Uint8Array(6).fill(0xff))
  const facts = summarize(bytes, bytes.length, "ethernet")
  expect(facts.protocol).toBe("ARP")
  expect(facts.info).toMatch(/who has 10\.0\.0\.2.*10\.0\.0\.1/i)
})

it("raw bytes are sent as they are", () => {
  expect([...composePacket(packetWish.parse({ kind: "raw", bytes: "45 00\n00:1F" }))]).toEqual([0x45, 0, 0, 0x1f])
})

it.each<[string, object, string]>([
  ["two IP versions", { kind: "udp", source: "10.0.0.1", destination: "fd00::1", destinationPort: 7 }, "destination"],
  ["half a byte", { kind: "raw", bytes: "450" }, "bytes"],
  ["no hex", { kind: "raw", bytes: "zz" }, "bytes"],
  ["too much", { kind: "raw", bytes: "00".repeat(65_001) }, "bytes"],
  [
    "a port beyond",
    { kind: "udp", source: "10.0.0.1", destination: "10.0.0.2", destinationPort: 65_536 },
    "destinationPort",
  ],
  ["an address that is none", { kind: "echo", source: "10.0.0.01", destination: "10.0.0.2" }, "source"],
  [
    "ARP over IPv6",
    { kind: "arp", ethernet: { source: "02:00:00:00:00:01" }, source: "fd00::1", destination: "fd00::2" },
    "destination",
  ],
])("%s is refused at its field", (_what, wish, field) => {
  expect(packetWish.safeParse(wish).error?.issues[0]?.path).toEqual([field])
})

it("knows no field but its own", () => {
  const wish: PacketWish = packetWish.parse({ kind: "raw", bytes: "45" })
  expect(packetWish.safeParse({ ...wish, source: "10.0.0.1" }).success).toBe(false)
})

function sum(bytes: Uint8Array): number {
  let total = 0
  for (let i = 0; i < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16)
  return total
}
