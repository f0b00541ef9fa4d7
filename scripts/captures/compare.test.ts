import { expect, test } from "vitest"
import { ethernet, ipv4, ipv6, udp, zeros } from "../../shared/src/packets/samples/build.ts"
import type { Told } from "../../testing/tshark.ts"
import { choice } from "./choices.ts"
import { isWholeIp, linked } from "./links.ts"
import { fields, readRow } from "./told.ts"

const packet4 = Uint8Array.from(ipv4(17, udp(1, 2, [3])))
const packet6 = Uint8Array.from(ipv6(17, udp(1, 2, [3])))
const whole = (bytes: Uint8Array) => ({ bytes, wireLength: bytes.length, link: "ip" as const })
const row = (values: Readonly<Record<string, string>>) => fields.map((name) => values[name] ?? "")

test("links: the head that only captures have is taken off", () => {
  const bare = [...packet4]
  const captured = (linkType: number, head: readonly number[]) => {
    const bytes = Uint8Array.from([...head, ...bare])
    return linked({ bytes, wireLength: bytes.length, linkType })
  }
  expect(captured(101, [])).toEqual(whole(packet4))
  expect(captured(0, [2, 0, 0, 0])).toEqual(whole(packet4))
  expect(captured(108, [0, 0, 0, 2])).toEqual(whole(packet4))
  expect(captured(113, [...zeros(14), 8, 0])).toEqual(whole(packet4))
  expect(captured(276, [8, 0, ...zeros(18)])).toEqual(whole(packet4))
  expect(captured(105, [])).toBeUndefined()
  expect(captured(113, [...zeros(14), 8, 6])).toBeUndefined()
})

test("links: whole is what was captured whole, and whose lengths fit", () => {
  for (const packet of [packet4, packet6]) {
    expect(isWholeIp(whole(packet))).toBe(true)
    expect(isWholeIp(whole(packet.subarray(0, -1)))).toBe(false)
    expect(isWholeIp({ ...whole(packet), wireLength: packet.length + 1 })).toBe(false)
  }
  const tagged = Uint8Array.from(ethernet(0x8100, [0, 1, 8, 0, ...packet4]))
  expect(isWholeIp({ ...whole(tagged), link: "ethernet" })).toBe(true)
  expect(isWholeIp({ ...whole(Uint8Array.from(ethernet(0x86dd, [...packet4]))), link: "ethernet" })).toBe(false)
})

test("told: the innermost packet up to what Tundeck does not read", () => {
  const { told } = readRow(
    row({
      "frame.protocols": "eth:ethertype:ip:gre:ip:udp:gtp:ip:tcp",
      "ip.src": "1.0.0.1,2.0.0.1,3.0.0.1",
      "ip.dst": "1.0.0.2,2.0.0.2,3.0.0.2",
      "ip.len": "100,76,36",
      "udp.srcport": "5",
      "udp.dstport": "6",
      "udp.length": "56",
      "tcp.len": "4",
    }),
  )
  expect(told).toEqual({
    source: "2.0.0.1",
    destination: "2.0.0.2",
    protocol: "UDP",
    ports: "5 6",
    ipLength: "100",
    transportLength: "56",
  })
})

test("told: an application counts when its message begins here", () => {
  const segment = { "frame.protocols": "raw:ip:tcp:http", "ip.src": "1.0.0.1" }
  expect(readRow(row(segment))).toMatchObject({ told: { protocol: "TCP" }, alsoNamed: "HTTP" })
  expect(readRow(row({ ...segment, "http.request.version": "HTTP/1.1" })).told.protocol).toBe("HTTP")
})

test("told: what an error quotes is not the packet's own", () => {
  const error = { "frame.protocols": "raw:ip:icmp:ip:udp", "ip.src": "1.0.0.1,2.0.0.1", "udp.srcport": "5" }
  expect(readRow(row(error)).told).toMatchObject({ source: "1.0.0.1", protocol: "ICMP", ports: "" })
})

test("choices: other addresses, ports or lengths are never one", () => {
  const read = readRow(row({ "frame.protocols": "raw:ip:udp:dns", "_ws.malformed": "1", "dns.flags": "0x0100" }))
  const ours: Told = { ...read.told, protocol: "UDP" }
  expect(choice(ours, read)).toBe("bytes on a known port that are not its protocol")
  for (const name of ["source", "destination", "ports", "ipLength", "transportLength"] as const)
    expect(choice({ ...ours, [name]: "9" }, read)).toBeUndefined()
})
