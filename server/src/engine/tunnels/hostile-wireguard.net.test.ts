import type { TunnelConfig } from "@tundeck/shared"
import { afterAll, beforeAll, expect, it } from "vitest"
import { PacketSocket } from "../../../../native-bindings/src/testing/packet-socket.ts"
import { until } from "../../../../testing/wait.ts"
import { seededRandom } from "../relay/faults/seeded-random.ts"
import { StaticKey } from "../relay/wireguard/noise/keys.ts"
import { initiationSize, responseSize } from "../relay/wireguard/noise/messages.ts"
import { type HostileMaterial, hostileMessages } from "../relay/wireguard/testing/hostile.ts"
import { type EngineProcess, startEngineProcess } from "../testing/engine-process.ts"
import { inside } from "../testing/icmp-lab.ts"
import { startPingTrain } from "../testing/ping-train.ts"
import { residentMemory } from "../testing/resident-memory.ts"
import {
  answers,
  createTunnelLab,
  inner,
  makeInterface,
  outer,
  reaches,
  type TunnelLab,
  tunnelOf,
} from "../testing/tunnel-lab.ts"
import { UdpEnd } from "../testing/udp-end.ts"
import { createKeyPair, type KeyPair } from "../testing/wireguard-keys.ts"

// A stranger who sees all that passes, knows our public key, and sends a million messages of which none is right.

const port = 51_820
const megabyte = 1024 * 1024
/** As many as the socket's queue takes. */
const atOnce = 150
const million = 1_000_000

const keys = { a: createKeyPair(), b: createKeyPair() }
let lab: TunnelLab
let a: EngineProcess
let b: EngineProcess
let overheard: { toUs: Uint8Array[]; fromUs: Uint8Array[] }

beforeAll(async () => {
  lab = await createTunnelLab()
  a = await startEngineProcess(lab.a, { collectGarbage: true })
  b = await startEngineProcess(lab.b)
  await makeInterface(a, "a", { mtu: 1420 })
  await makeInterface(b, "b", { mtu: 1420 })
  const [link] = await lab.a.ip("link", "show", "veth0")
  const ear = inside(lab.a, () => new PacketSocket(Number(link?.ifindex)))
  await a.call("tunnel.start", tunnel(keys.a, keys.b, inner.b.v4))
  await b.call("tunnel.start", tunnel(keys.b, keys.a, inner.a.v4, `${outer.a.v4}:${port}`))
  await reaches(b, "up")
  await answers(lab.b, inner.a.v4)
  overheard = overhear(ear)
})
afterAll(async () => {
  await a?.stop()
  await b?.stop()
  await lab?.[Symbol.asyncDispose]()
})

function tunnel(own: KeyPair, other: KeyPair, host: string, endpoint?: string): TunnelConfig {
  const peer = { name: "other", publicKey: other.publicKey, allowedIps: [`${host}/32`], keepaliveSeconds: 0 }
  return {
    ...{ id: "t", name: "t", interface: "tun0", autostart: false },
    transport: { kind: "udp", listen: `0.0.0.0:${port}` },
    security: {
      kind: "wireguard",
      privateKey: own.privateKey,
      peers: [{ ...peer, enabled: true, ...(endpoint && { endpoint }) }],
    },
  }
}

/** The messages on the wire so far. */
function overhear(ear: PacketSocket): typeof overheard {
  const [virtio, ethernet, ip, udp] = [10, 14, 20, 8]
  const all: typeof overheard = { toUs: [], fromUs: [] }
  for (let next = ear.receive(); next !== undefined; next = ear.receive()) {
    const { headerAndPacket: bytes, etherType } = next
    if (etherType !== 0x0800) continue
    const packet = bytes.subarray(virtio + ethernet)
    if (packet[9] !== 17) continue // RFC 768: UDP
    const isToUs = packet.subarray(16, 20).join(".") === outer.a.v4
    all[isToUs ? "toUs" : "fromUs"].push(packet.slice(ip + udp))
  }
  ear.close()
  return all
}

/** An initiation or a response, true or false. */
function isAsLongAsHandshake({ 0: type, length }: Uint8Array): boolean {
  return (type === 1 && length === initiationSize) || (type === 2 && length === responseSize)
}

it("of a million hostile messages none is taken, and the peer's packets pass meanwhile", {
  timeout: 600_000,
}, async () => {
  const material: HostileMaterial = {
    target: new StaticKey(Buffer.from(keys.a.publicKey, "base64")),
    fresh: [],
    stale: overheard.toUs,
    reflected: overheard.fromUs,
  }
  expect(material.stale.map(([type]) => type)).toEqual(expect.arrayContaining([1, 4]))
  expect(material.reflected.map(([type]) => type)).toEqual(expect.arrayContaining([2, 4]))
  const messages = hostileMessages(material, seededRandom(7))
  const stranger = new UdpEnd(lab.b, outer.b.v4, { address: outer.a.v4, port })
  const dropped = async () => (await tunnelOf(a)).stats.inbound.dropped
  const answered: Buffer[] = []
  let sent = 0
  let handshakes = 0
  const attack = async (count: number) => {
    for (const end = sent + count; sent < end; ) {
      for (let i = 0; i < atOnce && sent < end; i++) {
        const { bytes } = messages.next().value
        if (bytes.length === 0 || !stranger.send(bytes)) continue
        sent += 1
        if (isAsLongAsHandshake(bytes)) handshakes += 1
      }
      answered.push(...stranger.received())
      await until(async () => (await dropped()) === sent, { what: `${sent} drops`, intervalMs: 4 })
    }
  }
  await using pings = await startPingTrain(lab.b, inner.a.v4)
  await pings.returns(3)
  // Until code is compiled and heaps have their size.
  await attack(million / 5)
  const before = await residentMemory(a.running.pid)
  await attack((million * 4) / 5)
  expect((await residentMemory(a.running.pid)) - before).toBeLessThan(16 * megabyte)
  // Cookies, to those alone who know our key, as few as there were right requests for them.
  expect(answered.filter((bytes) => bytes[0] !== 3 || bytes.length !== 64)).toEqual([])
  expect(answered.length).toBeLessThanOrEqual(handshakes)
  await pings.returns(3)
  const sequences = pings.answered()
  expect(sequences.length).toBeGreaterThanOrEqual((sequences.at(-1) ?? 0) * 0.999)
  const { stats, state } = await tunnelOf(a)
  expect(state).toBe("up")
  expect(stats.inbound.packets).toBe((await tunnelOf(b)).stats.outbound.packets)
  stranger[Symbol.dispose]()
})
