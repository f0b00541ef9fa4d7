// UDP packets through a carrier, by a program of our own: iperf3 sends one packet a call and is itself what limits.
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Namespace } from "../namespace.ts"
import { temporaryDirectory } from "../temporary.ts"
import { until } from "../wait.ts"
import { compile } from "./build.ts"

const source = join(import.meta.dirname, "udp-stream.c")
const headers = 20 + 8 // IPv4 and UDP

/** Two hosts, and where `a` is reached from `b`. */
export interface Through {
  a: Namespace
  b: Namespace
  address: string
}

export interface UdpOptions {
  seconds: number
  /** Bytes of each packet, IP header and all. */
  size: number
  /** Packets a second; as many as go when left out. */
  rate?: number
}

export interface UdpResult {
  /** Packets that arrived per second. */
  perSecond: number
  /** The share of those sent that did not. */
  lost: number
}

/** From b to a. */
export async function udp({ a, b, address }: Through, { seconds, size, rate = 0 }: UdpOptions): Promise<UdpResult> {
  const program = await compile(source)
  await using directory = await temporaryDirectory()
  const counter = a.spawn(program, ["-s", address], { logFile: join(directory.path, "counter") })
  try {
    await until(async () => (await a.exec("ss", ["-Hlun", "sport = :5202"])).stdout, { what: "the counter to listen" })
    const args = ["-c", address, "-l", `${size - headers}`, "-t", `${seconds}`, "-r", `${rate}`]
    const sender = JSON.parse((await b.exec(program, args)).stdout) as { sent: number; seconds: number }
    await sleep(500) // what is still in a queue
    counter.signal("SIGTERM")
    await until(() => counter.output().includes("}"), { what: "the counter's report" })
    const counted = JSON.parse(counter.output()) as { received: number; overflowed: number; seconds: number }
    const arrived = counted.received + counted.overflowed // what its own socket lost the carrier brought
    return { perSecond: arrived / Math.max(sender.seconds, counted.seconds), lost: 1 - arrived / sender.sent }
  } finally {
    await counter.stop()
  }
}
