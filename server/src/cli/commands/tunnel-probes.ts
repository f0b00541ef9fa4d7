import { type PathMtuResult, type PingResult, routes, type TraceResult } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"
import { pathMtuLines, pingLines, traceLines } from "../tunnel/probe-text.ts"

interface PingOptions extends GlobalOptions {
  count?: number
  interval?: number
  dataBytes?: number
}

interface TraceOptions extends GlobalOptions {
  hops?: number
}

/** Exit code 1 when the destination did not answer. */

export function tunnelPingCommand(): Command {
  return probeCommand("ping")
    .description("ping a host through a running tunnel, from the host that Tundeck runs on")
    .option("--count <n>", "so many, 4 unless told", integer(1))
    .option("--interval <ms>", "between two, 250 unless told", integer(20))
    .option("--data-bytes <n>", "in each, 56 unless told", integer(0))
    .action(async (id: string, destination: string, options: PingOptions) => {
      const { count, interval: intervalMs, dataBytes } = options
      const body = { destination, ...(count && { count }), ...(intervalMs && { intervalMs }), ...bytesOf(dataBytes) }
      const result = await contextOf(options).call(routes.pingTunnel, { params: { id }, body })
      show(options, result, pingLines(result), result.received > 0)
    })
}

export function tunnelTraceCommand(): Command {
  return probeCommand("trace")
    .description("which routers are on the way to a host behind a running tunnel")
    .option("--hops <n>", "no farther than that, 16 unless told", integer(1))
    .action(async (id: string, destination: string, options: TraceOptions) => {
      const { hops } = options
      const body = { destination, ...(hops && { hops }) }
      const result = await contextOf(options).call(routes.traceTunnel, { params: { id }, body })
      show(options, result, traceLines(result), result.reached)
    })
}

export function tunnelPathMtuCommand(): Command {
  return probeCommand("path-mtu")
    .description("how large a packet gets through a running tunnel to a host, and back")
    .action(async (id: string, destination: string, options: GlobalOptions) => {
      const result = await contextOf(options).call(routes.probePathMtu, { params: { id }, body: { destination } })
      show(options, result, pathMtuLines(result), result.pathMtu !== null)
    })
}

function probeCommand(name: string): Command {
  return newCommand(name)
    .argument("<tunnel>", "its name or id")
    .argument("<address>", "reached over the tunnel's interface")
}

function bytesOf(dataBytes: number | undefined): { dataBytes?: number } {
  return dataBytes === undefined ? {} : { dataBytes }
}

type Result = PingResult | TraceResult | PathMtuResult

function show(options: GlobalOptions, result: Result, lines: string[], isAnswered: boolean): void {
  if (options.json) printJson(result)
  else for (const line of lines) printLine(line)
  if (!isAnswered) process.exitCode = 1
}
