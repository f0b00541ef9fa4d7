import { type PacketSummary, routes } from "@tundeck/shared"
import type { Command } from "commander"
import { analysePackets, analysisViews } from "../analyse-packets.ts"
import { checkFilter } from "../check-filter.ts"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { escapeControls, printLine } from "../output.ts"
import { followPackets, type PacketsReply } from "../packet-stream.ts"
import { stopSignal } from "../save-file.ts"

interface PacketsOptions extends GlobalOptions {
  count?: number
  filter?: string
  seconds?: number
  conversations?: boolean
  talkers?: boolean
  protocols?: boolean
  drops?: boolean
  expert?: boolean
}

/** How long packets are watched before they are summed up, when it is not said. */
const defaultSeconds = 10
const mostSeconds = 86_400

export function packetsCommand(): Command {
  return newCommand("packets")
    .argument("<tunnel>", "its name or id")
    .description(
      "the packets of a running tunnel as they pass, until Ctrl-C; or what those of some seconds are together",
    )
    .option(
      "--filter <f>",
      'only what it finds: "icmp", "host 10.0.0.1 and tcp port 443", "dropped"; see docs/filters.md',
    )
    .option("--count <n>", "stop after so many", integer(1))
    .option("--seconds <n>", `stop after so long; ${defaultSeconds} with one of those below`, integer(1))
    .option("--conversations", "who speaks with whom, how much")
    .option("--talkers", "what each address sent and was sent")
    .option("--protocols", "what passes, by protocol")
    .option("--drops", "what was dropped, by reason, and what to do about it")
    .option("--expert", "what looks wrong, and what to try; see docs/expert.md")
    .action(packets)
}

async function packets(tunnel: string, options: PacketsOptions): Promise<void> {
  const { filter } = options
  if (filter !== undefined) checkFilter(filter)
  const wanted = analysisViews.filter((view) => options[view])
  const seconds = options.seconds ?? (wanted.length > 0 ? defaultSeconds : undefined)
  const stopped = stopSignal()
  const [view, ...others] = wanted
  await sayIfStopped(tunnel, options)
  const signal = seconds === undefined ? stopped : AbortSignal.any([stopped, timeout(seconds)])
  if (view === undefined) return follow(tunnel, options, signal)
  if (others.length > 0) throw new Error(`One at a time: --${view} or --${others.join(" or --")}.`)
  if (view === "expert" && filter !== undefined) {
    throw new Error("The expert must see both sides of everything: leave --filter out.")
  }
  await analysePackets(contextOf(options), { tunnel, filter, count: options.count }, view, signal)
}

/** Packets of a stopped tunnel may be waited for, but not unknowingly. */
async function sayIfStopped(id: string, options: GlobalOptions): Promise<void> {
  const { name, state } = await contextOf(options).call(routes.readTunnel, { params: { id } })
  if (state === "stopped") console.error(`${escapeControls(name)} is stopped: packets come when it runs.`)
}

function timeout(seconds: number): AbortSignal {
  return AbortSignal.timeout(Math.min(seconds, mostSeconds) * 1000)
}

async function follow(tunnel: string, { count, filter, ...options }: PacketsOptions, signal: AbortSignal) {
  const { server, json } = contextOf(options)
  let left = count ?? Number.POSITIVE_INFINITY
  const take = (reply: PacketsReply) => {
    for (const line of linesOf(reply, json)) {
      if (left <= 0) break
      if (line.isPacket) left -= 1
      if (json) console.log(line.text)
      else printLine(line.text)
    }
    return left <= 0 ? "enough" : "more"
  }
  await followPackets(server, { tunnel, filter }, take, signal)
}

interface Line {
  text: string
  isPacket: boolean
}

function linesOf(reply: PacketsReply, json: boolean): Line[] {
  if (reply.type === "gap") {
    const text = json ? JSON.stringify(reply) : `… ${reply.dropped} packets passed that are not shown`
    return [{ text, isPacket: false }]
  }
  return reply.items.map((item) => ({ text: json ? JSON.stringify(item) : packetLine(item), isPacket: true }))
}

/** `    17 12:00:00.123 outbound   84 ICMP 10.0.0.1 → 10.0.0.2 Echo (ping) request … [sent +60 B 38 µs]` */
function packetLine(packet: PacketSummary): string {
  const time = new Date(packet.time).toISOString().slice(11, 23)
  const from = end(packet.source, packet.sourcePort)
  const to = end(packet.destination, packet.destinationPort)
  const ends = from === "" && to === "" ? "" : ` ${from} → ${to}`
  const why = [packet.reason, packet.errno].filter(Boolean).join(" ")
  const overhead = packet.overhead === undefined ? "" : ` +${packet.overhead} B`
  const verdict =
    why === "" ? `${packet.verdict}${overhead} ${packet.insideMicroseconds} µs` : `${packet.verdict} (${why})`
  const train = packet.packets === undefined ? "" : ` in ${packet.packets} packets`
  const bundle = packet.bundle === undefined ? "" : ` of ${packet.bundle} in a message`
  const length = `${String(packet.length).padStart(5)}${train}${bundle}`
  return `${String(packet.number).padStart(6)} ${time} ${packet.direction.padEnd(8)} ${length} ${packet.protocol}${ends} ${packet.info} [${verdict}]`
}

function end(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return ""
  if (port === undefined) return address
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
}
