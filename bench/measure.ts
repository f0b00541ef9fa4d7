// What is measured of a carrier. Absolute figures: the report turns them into ratios within one run.
import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import type { Carrier, Lab } from "./lab.ts"

export interface Figures {
  /** TCP goodput from b to a, and back, in Gb/s. */
  oneStream: number
  oneStreamBack: number
  eightStreams: number
  /** CPU seconds of both ends per gigabyte carried, over the three above; null for the bare wire. */
  cpuPerGigabyte: number | null
  /** 100-byte UDP packets that arrive per second of 50,000 sent, and the share lost. */
  smallPackets: number
  smallPacketsLost: number
  /** Milliseconds, from 200 pings. */
  roundTripMedian: number
  roundTrip99: number
  /** Likewise while one TCP stream runs at full speed. */
  loadedMedian: number
  loaded99: number
  /** Megabytes resident, both ends together. */
  memory: number
}

const clockTicks = 100 // sysconf(_SC_CLK_TCK), which Linux fixes at 100 towards user space
const pageSize = 4096

export async function measure(lab: Lab, carrier: Carrier, seconds: number): Promise<Figures> {
  const before = await cpuSeconds(carrier.pids)
  const one = await iperf(lab, carrier.address, ["-t", `${seconds}`])
  const back = await iperf(lab, carrier.address, ["-t", `${seconds}`, "-R"])
  const eight = await iperf(lab, carrier.address, ["-t", `${seconds}`, "-P", "8"])
  const cpu = (await cpuSeconds(carrier.pids)) - before
  const gigabytes = (one.bytes + back.bytes + eight.bytes) / 1e9
  const small = await iperf(lab, carrier.address, ["-t", `${seconds}`, "-u", "-l", "72", "-b", `${50_000 * 72 * 8}`])
  const idle = await pings(lab, carrier.address, 0.01)
  const load = iperf(lab, carrier.address, ["-t", "5"])
  await sleep(500)
  const loaded = await pings(lab, carrier.address, 0.02)
  await load
  return {
    oneStream: one.gigabits,
    oneStreamBack: back.gigabits,
    eightStreams: eight.gigabits,
    cpuPerGigabyte: carrier.pids.length === 0 ? null : cpu / gigabytes,
    smallPackets: small.packetsPerSecond,
    smallPacketsLost: small.lost,
    roundTripMedian: percentile(idle, 0.5),
    roundTrip99: percentile(idle, 0.99),
    loadedMedian: percentile(loaded, 0.5),
    loaded99: percentile(loaded, 0.99),
    memory: await residentMegabytes(carrier.pids),
  }
}

interface IperfResult {
  gigabits: number
  bytes: number
  packetsPerSecond: number
  lost: number
}

async function iperf({ a, b }: Lab, address: string, args: string[]): Promise<IperfResult> {
  const server = a.spawn("iperf3", ["-s", "-1", "-B", address])
  try {
    await sleep(300)
    const { stdout } = await b.exec("iperf3", ["-J", "-c", address, ...args])
    const { end } = JSON.parse(stdout)
    const isUdp = args.includes("-u")
    const sum = isUdp ? end.sum : end.sum_received
    const arrived = isUdp ? sum.packets - sum.lost_packets : 0
    return {
      gigabits: sum.bits_per_second / 1e9,
      bytes: sum.bytes,
      packetsPerSecond: arrived / sum.seconds,
      lost: isUdp ? sum.lost_packets / sum.packets : 0,
    }
  } finally {
    await server.stop()
  }
}

async function pings({ b }: Lab, address: string, interval: number): Promise<number[]> {
  const { stdout } = await b.exec("ping", ["-c", "200", "-i", `${interval}`, "-W", "2", address], { mayFail: true })
  return [...stdout.matchAll(/time=([\d.]+) ms/g)].map((match) => Number(match[1])).sort((x, y) => x - y)
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** User and system time of the processes so far, all their threads. */
async function cpuSeconds(pids: number[]): Promise<number> {
  const each = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8")))
  // proc_pid_stat(5): fields 14 and 15, counted behind the command in parentheses.
  return each.reduce((sum, text) => {
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
    return sum + (Number(fields[11]) + Number(fields[12])) / clockTicks
  }, 0)
}

async function residentMegabytes(pids: number[]): Promise<number> {
  const each = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/statm`, "utf8")))
  return each.reduce((sum, text) => sum + (Number(text.split(" ")[1]) * pageSize) / 1e6, 0)
}
