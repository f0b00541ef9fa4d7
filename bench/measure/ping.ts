// Round trips through a carrier, by ping.

import type { Through } from "../../testing/peers/udp-stream.ts"
import { percentile } from "../report/statistics.ts"

export interface RoundTrips {
  /** Milliseconds. */
  median: number
  p99: number
  /** The share of pings that had no answer within a second. */
  lost: number
}

/** The first of a run, which find caches cold, do not count. */
const discarded = 20

/** `count` pings from b to a, one every `intervalSeconds`. */
export async function roundTrips(
  { b, address }: Through,
  { count, intervalSeconds }: { count: number; intervalSeconds: number },
): Promise<RoundTrips> {
  const args = ["-n", "-c", `${count + discarded}`, "-i", `${intervalSeconds}`, "-W", "1", address]
  const { stdout } = await b.exec("ping", args, { mayFail: true })
  const answers = [...stdout.matchAll(/icmp_seq=(\d+) .*time=([\d.]+) ms/g)]
  const times = answers.filter(([, sequence]) => Number(sequence) > discarded).map(([, , time]) => Number(time))
  return { median: percentile(times, 0.5), p99: percentile(times, 0.99), lost: 1 - times.length / count }
}
