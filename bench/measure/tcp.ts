// TCP through a carrier, by iperf3.

import type { Through } from "../../testing/peers/udp-stream.ts"
import { until } from "../../testing/wait.ts"

export interface TcpOptions {
  seconds: number
  streams?: number
  /** From a to b. */
  back?: boolean
}

export interface TcpResult {
  /** What arrived. */
  gigabits: number
  bytes: number
}

interface IperfReport {
  end: { sum_received: { bits_per_second: number; bytes: number } }
}

export async function tcp({ a, b, address }: Through, options: TcpOptions): Promise<TcpResult> {
  const { seconds, streams = 1, back = false } = options
  const server = a.spawn("iperf3", ["-s", "-1", "-B", address])
  try {
    const listening = async () => (await a.exec("ss", ["-Hltn", "sport = :5201"])).stdout
    await until(listening, { what: "iperf3 to listen" })
    const args = ["-J", "-c", address, "-t", `${seconds}`, "-P", `${streams}`, ...(back ? ["-R"] : [])]
    const { stdout } = await b.exec("iperf3", args, { timeoutMs: (seconds + 20) * 1000 })
    const { end } = JSON.parse(stdout) as IperfReport // iperf3 -J
    return { gigabits: end.sum_received.bits_per_second / 1e9, bytes: end.sum_received.bytes }
  } finally {
    await server.stop()
  }
}
