// Traffic through a tunnel, measured by iperf3.
import type { Namespace } from "../../../../testing/namespace.ts"
import { until } from "../../../../testing/wait.ts"

export interface IperfOptions {
  from: Namespace
  to: Namespace
  /** Of `to`. */
  host: string
  seconds?: number
  /** From `to` to `from`. */
  reverse?: boolean
  args?: readonly string[]
}

interface IperfReport {
  end: { sum_received: { bits_per_second: number; bytes: number } }
}

/** One run; answers what arrived, in bits per second. */
export async function iperf({
  from,
  to,
  host,
  seconds = 2,
  reverse = false,
  args = [],
}: IperfOptions): Promise<number> {
  const server = to.spawn("iperf3", ["-s", "-1", "-B", host])
  try {
    const listening = async () => (await to.exec("ss", ["-Hltn", "sport = :5201"])).stdout
    await until(listening, { what: "iperf3 to listen", timeoutMs: 30_000 })
    const options = ["-J", "-c", host, "-t", `${seconds}`, ...(reverse ? ["-R"] : []), ...args]
    const { stdout } = await from.exec("iperf3", options, { timeoutMs: (seconds + 20) * 1000 })
    const { end } = JSON.parse(stdout) as IperfReport // iperf3 -J
    return end.sum_received.bits_per_second
  } finally {
    await server.stop()
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1] ?? Number.NaN
}
