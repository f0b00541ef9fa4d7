import { lookup } from "node:dns/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { errnoText, SyscallError } from "@tundeck/native-bindings"
import { ipFamily } from "@tundeck/shared"
import { type Command, InvalidArgumentError } from "commander"
import { openPinger, type Pinger } from "../../ping/pinger.ts"
import { integer, newCommand } from "../context.ts"
import { printLine } from "../output.ts"

interface PingOptions {
  json?: boolean
  count?: number
  giveUp?: number
  interval: number
}

const replyTimeoutMilliseconds = 1000

export function pingCommand(): Command {
  return newCommand("ping")
    .argument("<address>", "an IP address or a host name")
    .description("send ICMP echo requests and show each reply")
    .option("--count <n>", "stop after so many", integer(1))
    .option("--give-up <n>", "end with exit code 1 when so many in a row had no reply", integer(1))
    .option("--interval <seconds>", "between two requests", seconds, 1)
    .action(ping)
}

/** Exit code 1 when nothing ever answered, or when it gave up. */
async function ping(host: string, options: PingOptions): Promise<void> {
  const { json, count = Number.POSITIVE_INFINITY, giveUp = Number.POSITIVE_INFINITY, interval } = options
  const address = ipFamily(host) === undefined ? await addressOf(host) : host
  const pinger = open(address)
  const interrupted = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => interrupted.abort())
  let sent = 0
  let received = 0
  let lostInARow = 0
  while (sent < count && lostInARow < giveUp && !interrupted.signal.aborted) {
    const began = performance.now()
    const sequence = ++sent
    const time = await pinger.ping(sequence & 0xffff, replyTimeoutMilliseconds).catch((error: Error) => error)
    if (typeof time === "number") received += 1
    lostInARow = typeof time === "number" ? 0 : lostInARow + 1
    if (json) console.log(JSON.stringify({ address, sequence, timeMs: typeof time === "number" ? time : null }))
    else printLine(describe(address, sequence, time))
    if (sent === count) break
    const rest = interval * 1000 - (performance.now() - began)
    if (rest > 0) await sleep(rest, undefined, { signal: interrupted.signal }).catch(() => {})
  }
  pinger.close()
  if (!json) printLine(`${sent} sent, ${received} received`)
  if (received === 0 || lostInARow >= giveUp) process.exitCode = 1
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address
  } catch {
    throw new Error(`${JSON.stringify(host)} is no IP address, and no host of this name is known here.`)
  }
}

function open(address: string): Pinger {
  try {
    return openPinger(address)
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    throw new Error(`${address} cannot be pinged: ${errnoText(error.errno)}`)
  }
}

function describe(address: string, sequence: number, time: number | undefined | Error): string {
  if (time === undefined) return `no reply from ${address}: seq=${sequence}`
  if (time instanceof Error)
    return `cannot send to ${address}: ${time instanceof SyscallError ? errnoText(time.errno) : time.message}`
  return `reply from ${address}: seq=${sequence} time=${time.toFixed(2)} ms`
}

function seconds(text: string): number {
  const value = Number(text)
  if (!(value >= 0.01 && value <= 86_400)) throw new InvalidArgumentError("A number of seconds, at least 0.01.")
  return value
}
