import { parseIpAddress } from "@tundeck/native-bindings"
import type { PacketRecord, TunnelConfig } from "@tundeck/shared"
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
  // On the tunnel nothing but our own packets: no router solicitations.
  for (const side of sides) await lab[side].exec("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
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

interface OuterPacket {
  source: string
  protocol: number
  /** IPv6 header or IPv4's, 20 bytes, with all behind it. */
  length: number
  payload: Buffer
}

/** What passed the veth since the last call. */
function heard(ear: PacketSocket): OuterPacket[] {
  const [virtio, ethernet] = [10, 14]
  const packets: OuterPacket[] = []
  for (let next = ear.receive(); next !== undefined; next = ear.receive()) {
    const packet = Buffer.from(next.headerAndPacket.subarray(virtio + ethernet))
    const isIpv6 = next.etherType === 0x86dd
    if (!isIpv6 && next.etherType !== 0x0800) continue
    packets.push({
      source: packet.toString("hex", isIpv6 ? 8 : 12, isIpv6 ? 24 : 16),
      protocol: packet[isIpv6 ? 6 : 9] ?? 0,
      length: isIpv6 ? 40 + packet.readUInt16BE(4) : packet.readUInt16BE(2),
      payload: packet.subarray(isIpv6 ? 40 : 20),
    })
  }
  return packets
}

/** Datagrams' whole lengths, and of segments what the stream carries. */
function lengthsOnWire(ear: PacketSocket): number[] {
  return heard(ear).map(({ protocol, length, payload }) => {
    return protocol === 6 ? payload.length - ((payload[12] ?? 0) >> 4) * 4 : length
  })
}

const echoTypes = { v4: [8, 0], v6: [128, 129] }
/** Headers and a probe: what is no longer has no packet of the tunnel in it. */
const longestBare = 16 + 12

/** Of all echo messages of `a` that carry packets. */
function echoedBytes(ear: PacketSocket, family: Way["family"]): number {
  const from = Buffer.from(parseIpAddress(outer.a[family]) ?? []).toString("hex")
  return heard(ear)
    .filter(({ source, payload }) => source === from && echoTypes[family].includes(payload[0] ?? 0))
    .filter(({ payload }) => payload.length > longestBare)
    .reduce((sum, { length }) => sum + length, 0)
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

/** Both sides up, `run` with what `a` tells of its packets, and both sides as before. */
async function over(way: Way, run: (panel: Awaited<ReturnType<typeof watchPackets>>) => Promise<void>) {
  for (const side of ["b", "a"] as const) {
    await makeInterface(engines[side], side, { kind: way.link, mtu, name: "net0", addresses: [`${inner[side].v4}/24`] })
    await engines[side].call("tunnel.start", tunnel(side, way))
  }
  try {
    for (const side of sides) await reaches(engines[side], "up")
    await answers(lab.a, inner.b.v4)
    await using panel = await watchPackets(engines.a)
    await engines.a.call("tunnel.watch", { id: "t", watch: "live" })
    await run(panel)
  } finally {
    for (const side of sides) {
      await engines[side].call("tunnel.stop", { id: "t" })
      await engines[side].call("interface.delete", { name: "net0" })
    }
  }
}

/** What leaves `a` by its veth from here on. */
async function listen(): Promise<PacketSocket> {
  const [veth] = await lab.a.ip("link", "show", "veth0")
  return inside(lab.a, () => new PacketSocket(Number(veth?.ifindex)))
}

describe.each(ways.map((way) => [nameOf(way), way] as const))("%s", (_, way) => {
  it("each packet's length and overhead are the message's on the wire", { timeout: 60_000 }, async () => {
    await over(way, async (panel) => {
      const ear = await listen()
      const wire: number[] = []
      for (const size of sizes) {
        await lab.a.exec("ping", ["-c", "1", "-W", "10", "-s", String(size), inner.b.v4])
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
    })
  })
})

const echoed = ways.filter(({ kind }) => kind === "icmp").map((way) => [nameOf(way), way] as const)

describe.each(echoed)("%s, packets that share a message", (_, way) => {
  it("each says with how many, and what all of them say is what the wire carried", { timeout: 60_000 }, async () => {
    await over(way, async (panel) => {
      const requests = () => panel.records().filter(isRequest)
      const told = () => requests().length
      for (let tries = 0; tries < 20 && !requests().some(({ bundle }) => bundle > 1); tries++) {
        const before = told()
        const ear = await listen()
        await lab.a.exec("ping", ["-q", "-c", "20", "-l", "20", "-W", "2", "-s", "40", inner.b.v4])
        await until(() => told() === before + 20, { what: "all requests to be shown" })
        const wire = echoedBytes(ear, way.family)
        ear.close()
        const said = requests().slice(before)
        const sum = said.reduce((all, { wireLength, overhead = Number.NaN }) => all + wireLength + overhead, 0)
        expect(Math.abs(sum - wire), `${sum} told, ${wire} on the wire`).toBeLessThanOrEqual(said.length / 2)
      }
      const bundles = requests().map(({ bundle }) => bundle)
      expect(Math.max(...bundles)).toBeGreaterThan(1)
      const replies = () => panel.records().filter(isReply)
      await until(() => replies().length === requests().length, { what: "all replies to be shown" })
      for (const { bundle, overhead } of replies()) expect(bundle > 0 && overhead !== undefined).toBe(true)
      for (const bundle of new Set(bundles)) expect(bundles.filter((one) => one === bundle).length % bundle).toBe(0)
    })
  })
})

const isRequest = ({ direction, wireLength, bytes }: PacketRecord) =>
  direction === "outbound" && wireLength === 68 && bytes[9] === 1

const isReply = ({ direction, wireLength, bytes }: PacketRecord) =>
  direction === "inbound" && wireLength === 68 && bytes[9] === 1
