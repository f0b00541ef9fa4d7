import { addressBytes, dropNumber, parsePrefix, passed, prefixContains } from "@tundeck/shared"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { checkEthernetFrame, checkIpPacket } from "./inner-packet.ts"
import { InnerSource } from "./inner-source.ts"

const bad = dropNumber("bad-packet")
const refused = dropNumber("source-not-allowed")
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function ip(source: string, length = 40): Uint8Array {
  const bytes = new Uint8Array(Math.max(40, length))
  const address = addressBytes(source)
  if (address.length === 4) bytes.set([0x45, 0, 0, length], 0)
  else bytes.set([0x60, 0, 0, 0, 0, length - 40], 0)
  bytes.set(address, address.length === 4 ? 12 : 8)
  return bytes
}

describe("checkIpPacket", () => {
  it.each([
    ["a whole IPv4 packet", ip("10.0.0.1"), 40, passed],
    ["one with bytes behind its end", ip("10.0.0.1", 30), 40, passed],
    ["one cut short", ip("10.0.0.1", 40), 39, bad],
    ["a header above the packet", Uint8Array.from([0x4f, 0, 0, 24, ...new Array(36).fill(0)]), 40, bad],
    ["a header below 20 bytes", Uint8Array.from([0x44, 0, 0, 40, ...new Array(36).fill(0)]), 40, bad],
    ["19 bytes", ip("10.0.0.1"), 19, bad],
    ["a whole IPv6 packet", ip("fd00::1"), 40, passed],
    ["IPv6 in 39 bytes", ip("fd00::1"), 39, bad],
    ["IPv6 with a payload that is not there", ip("fd00::1", 41), 40, bad],
    ["version 0", new Uint8Array(40), 40, bad],
    ["version 15", new Uint8Array(40).fill(0xff), 40, bad],
  ])("%s", (_, bytes, length, verdict) => expect(checkIpPacket(view(bytes), 0, length)).toBe(verdict))
})

it("a frame from a group address, or below 14 bytes, is none", () => {
  const frame = new Uint8Array(14)
  expect(checkEthernetFrame(view(frame), 0, 14)).toBe(passed)
  expect(checkEthernetFrame(view(frame), 0, 13)).toBe(bad)
  frame[6] = 1
  expect(checkEthernetFrame(view(frame), 0, 14)).toBe(bad)
})

describe("InnerSource", () => {
  it("agrees with the plain reading of the networks, for any source", () => {
    const network4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([a, n]) => `${a}/${n}`)
    fc.assert(
      fc.property(fc.array(network4, { maxLength: 5 }), fc.ipV4(), (networks, source) => {
        const allowed = networks.some((text) => {
          const prefix = parsePrefix(text)
          return prefix !== undefined && prefixContains(prefix, source)
        })
        expect(new InnerSource(networks).checkIp(view(ip(source)), 0)).toBe(allowed ? passed : refused)
      }),
    )
  })

  it("agrees for IPv6 prefixes of every length", () => {
    for (let length = 0; length <= 128; length++) {
      const prefix = parsePrefix(`fd12:3456:789a:bcde:f012:3456:789a:bcde/${length}`)
      if (prefix === undefined) throw new Error("no prefix")
      for (const source of [
        "fd12:3456:789a:bcde:f012:3456:789a:bcde",
        "fd12:3456:789a:bcde:f012:3456:789a:bcdf",
        "fd12:3457::1",
        "2001:db8::1",
      ]) {
        const verdict = new InnerSource([`${prefix.address}/${length}`]).checkIp(view(ip(source)), 0)
        expect(verdict, `${source} in /${length}`).toBe(prefixContains(prefix, source) ? passed : refused)
      }
    }
  })

  it.each([
    ["fe80::1", passed],
    ["febf::1", passed],
    ["fec0::1", refused],
    ["::", passed],
    ["::1", refused],
  ])("%s needs no network of its own", (source, verdict) =>
    expect(new InnerSource(["10.0.0.0/8"]).checkIp(view(ip(source)), 0)).toBe(verdict),
  )

  it("null lets every source pass; no network lets none", () => {
    expect(new InnerSource(null).checkIp(view(ip("8.8.8.8")), 0)).toBe(passed)
    expect(new InnerSource([]).checkIp(view(ip("10.0.0.1")), 0)).toBe(refused)
  })

  it("on Ethernet looks into IPv4, ARP and IPv6, also behind a VLAN tag", () => {
    const source = new InnerSource(["10.0.0.0/24", "fd00::/64"])
    const frame = (type: number[], payload: Uint8Array) =>
      Uint8Array.from([...new Array(12).fill(2), ...type, ...payload])
    const check = (bytes: Uint8Array) => source.checkEthernet(view(bytes), 0, bytes.length)
    const arp = (address: string) =>
      Uint8Array.from([...new Array(14).fill(0), ...addressBytes(address), ...new Array(10).fill(0)])
    expect(check(frame([8, 0], ip("10.0.0.7")))).toBe(passed)
    expect(check(frame([8, 0], ip("10.0.1.7")))).toBe(refused)
    expect(check(frame([0x81, 0, 0, 5, 8, 0], ip("10.0.1.7")))).toBe(refused)
    expect(check(frame([0x86, 0xdd], ip("fd00:0:0:1::1")))).toBe(refused)
    expect(check(frame([8, 6], arp("10.0.0.7")))).toBe(passed)
    expect(check(frame([8, 6], arp("10.0.1.7")))).toBe(refused)
    expect(check(frame([8, 6], arp("0.0.0.0")))).toBe(passed)
    expect(check(frame([8, 0], new Uint8Array(19)))).toBe(refused)
    expect(check(frame([0x88, 0xcc], new Uint8Array(2)))).toBe(passed)
  })
})
