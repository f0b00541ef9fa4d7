import fc from "fast-check"
import { afterEach, beforeEach, expect, it } from "vitest"
import {
  changed,
  echo,
  facts,
  hexOf,
  host,
  isSoundIp,
  made,
  neighbour4,
  neighbour6,
  openResponder,
  solicitation,
  v4,
  v6,
} from "./testing/responder-lab.ts"

let lab: ReturnType<typeof openResponder>
beforeEach(() => {
  lab = openResponder(true)
})
afterEach(() => lab.close())

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
  ["a solicitation to another's group", () => solicitation({ destination: "ff02::1:ff00:8", to: "33:33:ff:00:00:08" })],
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
