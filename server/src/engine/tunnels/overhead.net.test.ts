import type { TunnelConfig } from "@tundeck/shared"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { PacketSocket } from "../../../../native-bindings/src/testing/packet-socket.ts"
import { until } from "../../../../testing/wait.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { inside } from "../testing/icmp-lab.ts"
import { watchPackets } from "../testing/packet-watch.ts"
import {
  answers,
  createTunnelLab,
  inner,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
} from "../testing/tunnel-lab.ts"
import { createKeyPair } from "../testing/wireguard-keys.ts"

// What a packet is said to have cost on the wire, beside what the wire carried.

const sides = ["a", "b"] as const
type Side = (typeof sides)[number]
const other = { a: "b", b: "a" } as const
const keys = { a: createKeyPair(), b: createKeyPair() }
const mtu = 1380
const port = 51_820
const sizes = [0, 1, 15, 16, 17, 500, 1000, mtu - 28]

let lab: TunnelLab
let engines: Record<Side, EngineProcess>
beforeAll(async () => {
  lab = await createTunnelLab()
  engines = { a: await startEngineProcess(lab.a), b: await startEngineProcess(lab.b) }
})
afterAll(async () => {
  for (const side of sides) await engines?.[side].stop()
  await lab?.[Symbol.asyncDispose]()
})

interface Way {
  kind: "udp" | "tcp" | "icmp"
  family: "v4" | "v6"
  link: "tun" | "tap"
  security: "none" | "wireguard"
  framing?: "trains"
}

function tunnel(side: Side, { kind, family, security, framing }: Way): TunnelConfig {
  const there = outer[other[side]][family]
  const end = (host: string) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`)
  const way = side === "a" ? { connect: end(there) } : { listen: end(outer.b[family]), peer: there }
  const named = { id: "t", name: "t", interface: "net0", autostart: false }
  if (security === "none")
    return { ...named, transport: { kind, ...(framing && { framing }), ...way }, security: { kind: "none" } }
  const peer = {
    ...{ name: "other", publicKey: keys[other[side]].publicKey, keepaliveSeconds: 0, enabled: true },
    allowedIps: [`${inner[other[side]].v4}/32`],
    ...(side === "a" && { endpoint: end(there) }),
  }
  return {
    ...named,
    transport: { kind, listen: end(outer[side][family]) },
    security: { kind: "wireguard", privateKey: keys[side].privateKey, peers: [peer] },
  }
}

/** Of what leaves `a`: datagrams' whole lengths, and of segments what the stream carries. */
function lengthsOnWire(ear: PacketSocket): number[] {
  const [virtio, ethernet] = [10, 14]
  const lengths: number[] = []
  for (let next = ear.receive(); next !== undefined; next = ear.receive()) {
    const packet = Buffer.from(next.headerAndPacket.subarray(virtio + ethernet))
    const isIpv6 = next.etherType === 0x86dd
    if (!isIpv6 && next.etherType !== 0x0800) continue
    const whole = isIpv6 ? 40 + packet.readUInt16BE(4) : packet.readUInt16BE(2)
    const [protocol, header] = isIpv6 ? [packet[6], 40] : [packet[9], 20]
    const isTcp = protocol === 6
    lengths.push(isTcp ? whole - header - ((packet[header + 12] ?? 0) >> 4) * 4 : whole)
  }
  return lengths
}

const ways: Way[] = [
  ...(["v4", "v6"] as const).flatMap((family): Way[] => [
    { kind: "udp", family, link: "tun", security: "none" },
    { kind: "icmp", family, link: "tun", security: "none" },
    { kind: "udp", family, link: "tun", security: "wireguard" },
    { kind: "icmp", family, link: "tun", security: "wireguard" },
  ]),
  { kind: "tcp", family: "v4", link: "tun", security: "none" },
  { kind: "tcp", family: "v4", link: "tun", security: "none", framing: "trains" },
  { kind: "tcp", family: "v4", link: "tun", security: "wireguard" },
  { kind: "udp", family: "v4", link: "tap", security: "none" },
  { kind: "udp", family: "v4", link: "tap", security: "wireguard" },
]

const nameOf = (way: Way) => [way.security, way.kind, way.family, way.link, way.framing].join(" ").trim()

describe.each(ways.map((way) => [nameOf(way), way] as const))("%s", (_, way) => {
  it("each packet's length and overhead are the message's on the wire", { timeout: 60_000 }, async () => {
    for (const side of ["b", "a"] as const) {
      await makeInterface(engines[side], side, { kind: way.link, mtu, name: "net0" })
      await engines[side].call("tunnel.start", tunnel(side, way))
    }
    try {
      for (const side of sides) await reaches(engines[side], "up")
      await answers(lab.a, inner.b.v4)
      const [veth] = await lab.a.ip("link", "show", "veth0")
      await using panel = await watchPackets(engines.a)
      await engines.a.call("tunnel.watch", { id: "t", watched: true })
      const ear = inside(lab.a, () => new PacketSocket(Number(veth?.ifindex)))
      const wire: number[] = []
      for (const size of sizes) {
        await lab.a.exec("ping", ["-c", "1", "-W", "2", "-s", String(size), inner.b.v4])
        wire.push(...lengthsOnWire(ear))
      }
      ear.close()
      const ethernet = way.link === "tap" ? 14 : 0
      const requests = sizes.map((size) => size + 28 + ethernet)
      const records = () =>
        panel.records().filter(({ direction, bytes }) => direction === "outbound" && bytes.length > 0)
      const request = (length: number) => records().findLast(({ wireLength }) => wireLength === length)
      await until(() => requests.every((length) => request(length) !== undefined), { what: "all requests to be shown" })
      for (const length of requests) {
        const shown = request(length)
        expect(shown).toMatchObject({ peer: way.security === "none" ? "t" : "other", batch: 1, packets: 1 })
        expect(shown?.inside).toBeGreaterThan(0)
        expect(wire, `${length} bytes`).toContain(length + (shown?.overhead ?? Number.NaN))
      }
    } finally {
      for (const side of sides) {
        await engines[side].call("tunnel.stop", { id: "t" })
        await engines[side].call("interface.delete", { name: "net0" })
      }
    }
  })
})
