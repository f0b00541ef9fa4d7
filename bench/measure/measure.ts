// All that is measured of a carrier in one turn, in an order that leaves the code warm when that counts.
import { setTimeout as sleep } from "node:timers/promises"
import { udp } from "../../testing/peers/udp-stream.ts"
import type { Figures } from "../figures.ts"
import type { Carrier, Lab } from "../lab.ts"
import { roundTrips } from "./ping.ts"
import { cpuSeconds, residentMegabytes } from "./processes.ts"
import { tcp } from "./tcp.ts"

export const paced = { size: 100, rate: 100_000 } as const

export async function measure(lab: Lab, carrier: Carrier, seconds: number): Promise<Figures> {
  const through = { ...lab, address: carrier.address }
  const cold = await roundTrips(through, { count: 200, intervalSeconds: 0.01 })
  await tcp(through, { seconds: 1 }) // compilers and congestion windows warm up
  const before = await cpuSeconds(carrier.pids)
  const one = await tcp(through, { seconds })
  const oneBack = await tcp(through, { seconds, back: true })
  const eight = await tcp(through, { seconds, streams: 8 })
  const eightBack = await tcp(through, { seconds, streams: 8, back: true })
  const cpu = (await cpuSeconds(carrier.pids)) - before
  const gigabytes = (one.bytes + oneBack.bytes + eight.bytes + eightBack.bytes) / 1e9
  const small = await udp(through, { seconds, size: 64 })
  const middle = await udp(through, { seconds, size: 512 })
  const large = await udp(through, { seconds, size: 1400 })
  const atPace = await udp(through, { seconds, ...paced })
  const idle = await roundTrips(through, { count: 300, intervalSeconds: 0.01 })
  const load = tcp(through, { seconds: 5.5 })
  await sleep(700)
  const loaded = await roundTrips(through, { count: 200, intervalSeconds: 0.02 })
  await load
  return {
    oneStream: one.gigabits,
    oneStreamBack: oneBack.gigabits,
    eightStreams: eight.gigabits,
    eightStreamsBack: eightBack.gigabits,
    cpuPerGigabyte: carrier.pids.length === 0 ? null : cpu / gigabytes,
    packets64: small.perSecond,
    lost64: small.lost,
    packets512: middle.perSecond,
    lost512: middle.lost,
    packets1400: large.perSecond,
    lost1400: large.lost,
    paced: atPace.perSecond,
    pacedLost: atPace.lost,
    coldMedian: cold.median,
    cold99: cold.p99,
    idleMedian: idle.median,
    idle99: idle.p99,
    loadedMedian: loaded.median,
    loaded99: loaded.p99,
    loadedLost: loaded.lost,
    memory: await residentMegabytes(carrier.pids),
  }
}
