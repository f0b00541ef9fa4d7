import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, it } from "vitest"
import { startDatagrams } from "../../../../testing/peers/datagrams.ts"
import { until } from "../../../../testing/wait.ts"
import { seededRandom } from "../relay/faults/seeded-random.ts"
import { hostileMessages } from "../relay/wireguard/testing/hostile.ts"
import { strayInitiations } from "../relay/wireguard/testing/stray-initiations.ts"
import { type BesiegedTunnel, besiegedPort, startBesiegedTunnel } from "../testing/besieged-tunnel.ts"
import { iperf, median } from "../testing/traffic.ts"
import { inner, outer, tunnelOf } from "../testing/tunnel-lab.ts"
import { UdpEnd } from "../testing/udp-end.ts"

// What a fast flow notices of a stranger. The machine may be slow or busy: only ratios say something.

const timeout = 120_000
/** Of each kind: less than the socket's queue takes. */
const eachStep = 80
const target = { address: outer.a.v4, port: besiegedPort }
let besieged: BesiegedTunnel

beforeAll(async () => {
  besieged = await startBesiegedTunnel()
})
afterAll(async () => besieged?.[Symbol.asyncDispose]())

// In step, so that it does not matter how fast the machine is: no queue ever holds more than one step.
it("of 100,000 packets at full speed at most 0.1 % are lost between 100,000 hostile messages", {
  timeout,
}, async () => {
  const { lab, a, material } = besieged
  const messages = hostileMessages(material, seededRandom(11))
  using stranger = new UdpEnd(lab.b, outer.b.v4, target)
  using sender = new UdpEnd(lab.b, inner.b.v4, { address: inner.a.v4, port: 7_300 }, 7_301)
  using receiver = new UdpEnd(lab.a, inner.a.v4, { address: inner.b.v4, port: 7_301 }, 7_300)
  const packet = new Uint8Array(1_000)
  const most = 100_000
  const before = (await tunnelOf(a)).stats.inbound.dropped
  const [began, counts] = [performance.now(), { sent: 0, lost: 0, hostile: 0 }]
  while (counts.sent < most && counts.lost <= most / 1_000) {
    for (let i = 0; i < eachStep; i++) {
      const { bytes } = messages.next().value
      if (bytes.length > 0 && stranger.send(bytes)) counts.hostile += 1
      expect(sender.send(packet)).toBe(true)
    }
    counts.sent += eachStep
    counts.lost += eachStep - (await arrivals(receiver, eachStep))
  }
  const perSecond = (counts.sent * 1_000) / (performance.now() - began)
  console.log(`${counts.lost} of ${counts.sent} lost, at ${perSecond.toFixed(0)} a second`)
  expect(counts.lost).toBeLessThanOrEqual(most / 1_000)
  expect(counts.hostile).toBeGreaterThan(most * 0.95)
  const areDropped = async () => (await tunnelOf(a)).stats.inbound.dropped - before === counts.hostile
  await until(areDropped, { what: `${counts.hostile} drops` })
})

/** How many came of those that should; it waits for them as long as a lost one deserves. */
async function arrivals(receiver: UdpEnd, count: number): Promise<number> {
  let arrived = 0
  for (const end = performance.now() + 2_000; arrived < count && performance.now() < end; ) {
    arrived += receiver.received().length
    if (arrived < count) await sleep(1)
  }
  return arrived
}

it("20,000 initiations a second leave it its goodput", { timeout }, async () => {
  const { lab, material } = besieged
  const datagrams = strayInitiations(material.target, 1_000)
  const flow = () => iperf({ from: lab.b, to: lab.a, host: inner.a.v4, seconds: 2 })
  const shares: number[] = []
  let after = await flow()
  for (let turn = 0; turn < 3; turn++) {
    const before = after
    const flood = await startDatagrams(lab.b, { ...target, perSecond: 20_000, datagrams })
    const flooded = await flow()
    const { sent, answers, seconds } = await flood.stop()
    after = await flow()
    // A slow machine sends fewer, but many more than are answered.
    expect(sent).toBeGreaterThan(2 * answers)
    expect(answers / seconds).toBeLessThan(2_300)
    shares.push((2 * flooded) / (before + after))
  }
  console.log(`it keeps ${shares.map((share) => share.toFixed(2)).join(", ")}`)
  // Without cookies it keeps nothing at all. How much it keeps is judged where nothing else runs: 0.7 (npm run bench).
  expect(median(shares)).toBeGreaterThanOrEqual(0.1)
})
