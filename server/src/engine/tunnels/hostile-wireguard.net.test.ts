import { afterAll, beforeAll, expect, it } from "vitest"
import { until } from "../../../../testing/wait.ts"
import { seededRandom } from "../relay/faults/seeded-random.ts"
import { initiationSize, responseSize } from "../relay/wireguard/noise/messages.ts"
import { hostileMessages } from "../relay/wireguard/testing/hostile.ts"
import { type BesiegedTunnel, besiegedPort, startBesiegedTunnel } from "../testing/besieged-tunnel.ts"
import { startPingTrain } from "../testing/ping-train.ts"
import { growsAtMost, residentMemory } from "../testing/resident-memory.ts"
import { inner, outer, tunnelOf } from "../testing/tunnel-lab.ts"
import { UdpEnd } from "../testing/udp-end.ts"

// A stranger who sees all that passes, knows our public key, and sends a million messages of which none is right.

const megabyte = 1024 * 1024
/** As many as the socket's queue takes. */
const atOnce = 150
const million = 1_000_000

let besieged: BesiegedTunnel

beforeAll(async () => {
  besieged = await startBesiegedTunnel({ collectGarbage: true })
})
afterAll(async () => besieged?.[Symbol.asyncDispose]())

/** An initiation or a response, true or false. */
function isAsLongAsHandshake({ 0: type, length }: Uint8Array): boolean {
  return (type === 1 && length === initiationSize) || (type === 2 && length === responseSize)
}

it("of a million hostile messages none is taken, and the peer's packets pass meanwhile", {
  timeout: 1_200_000,
}, async () => {
  const { lab, a, b, material } = besieged
  expect(material.stale.map(([type]) => type)).toEqual(expect.arrayContaining([1, 4]))
  expect(material.reflected.map(([type]) => type)).toEqual(expect.arrayContaining([2, 4]))
  const messages = hostileMessages(material, seededRandom(7))
  const stranger = new UdpEnd(lab.b, outer.b.v4, { address: outer.a.v4, port: besiegedPort })
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
      // The peer's own handshakes are asked for cookies meanwhile, and counted, too.
      await until(async () => (await dropped()) >= sent, { what: `${sent} drops`, intervalMs: 4 })
    }
  }
  await using pings = await startPingTrain(lab.b, inner.a.v4)
  await pings.returns(3)
  // Until code is compiled and heaps have their size.
  await attack(million / 5)
  const before = await residentMemory(a.running.pid)
  await attack((million * 4) / 5)
  await growsAtMost(a.running.pid, before, 16 * megabyte)
  // Cookies, to those alone who know our key, as few as there were right requests for them.
  expect(answered.filter((bytes) => bytes[0] !== 3 || bytes.length !== 64)).toEqual([])
  expect(answered.length).toBeLessThanOrEqual(handshakes)
  await pings.returns(3)
  const sequences = pings.answered()
  expect(sequences.length).toBeGreaterThanOrEqual((sequences.at(-1) ?? 0) * 0.999)
  await pings.stop()
  expect((await tunnelOf(a)).state).toBe("up")
  const haveCome = async () => (await tunnelOf(a)).stats.inbound.packets === (await tunnelOf(b)).stats.outbound.packets
  await until(haveCome, { what: "as many packets to have come as were sent" })
  stranger[Symbol.dispose]()
})
