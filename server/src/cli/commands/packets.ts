import { type LiveReply, type LiveRequest, liveReply, type PacketSummary, Problem } from "@tundeck/shared"
import type { Command } from "commander"
import { WebSocket } from "ws"
import { checkFilter } from "../check-filter.ts"
import { Unreachable } from "../client.ts"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { printLine } from "../output.ts"

interface PacketsOptions extends GlobalOptions {
  count?: number
  filter?: string
}

export function packetsCommand(): Command {
  return newCommand("packets")
    .argument("<tunnel>", "its name or id")
    .description("the packets of a running tunnel as they pass, until Ctrl-C")
    .option(
      "--filter <f>",
      'only what it finds: "icmp", "host 10.0.0.1 and tcp port 443", "dropped"; see docs/filters.md',
    )
    .option("--count <n>", "stop after so many", integer(1))
    .action(follow)
}

async function follow(tunnel: string, options: PacketsOptions): Promise<void> {
  const { server, json } = contextOf(options)
  const { filter } = options
  if (filter !== undefined) checkFilter(filter)
  let left = options.count ?? Number.POSITIVE_INFINITY
  const url = new URL("/api/v1/live", server.url)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  const headers = server.token === null ? {} : { authorization: `Bearer ${server.token}` }
  const socket = new WebSocket(url, { headers, maxPayload: 16 << 20, handshakeTimeout: 10_000 })

  const ended = new Promise<void>((resolve, reject) => {
    const request: LiveRequest = {
      type: "subscribe",
      topic: "packets",
      tunnel,
      ...(filter !== undefined && { filter }),
    }
    socket.on("open", () => socket.send(JSON.stringify(request)))
    socket.on("message", (data) => {
      try {
        for (const line of linesOf(liveReply.parse(JSON.parse(String(data))), json)) {
          if (left <= 0) break
          if (line.isPacket) left -= 1
          if (json) console.log(line.text)
          else printLine(line.text)
        }
        if (left <= 0) resolve()
      } catch (error) {
        reject(error)
      }
    })
    socket.on("unexpected-response", (_, response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => reject(problemOf(Buffer.concat(chunks).toString(), response.statusCode)))
    })
    socket.on("error", (error) => reject(new Unreachable(`No Tundeck answers at ${server.url} (${error.message}).`)))
    socket.on("close", (code) => reject(new Unreachable(`The server closed the stream (${code}).`)))
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => resolve())
  })
  await ended.finally(() => socket.terminate())
}

interface Line {
  text: string
  isPacket: boolean
}

function linesOf(reply: LiveReply, json: boolean): Line[] {
  if (reply.type === "error") throw new Problem(reply.code, reply.detail, reply.errors)
  if (reply.type === "gap") {
    const text = json ? JSON.stringify(reply) : `… ${reply.dropped} packets passed that are not shown`
    return [{ text, isPacket: false }]
  }
  if (reply.type !== "packets") return []
  return reply.items.map((item) => ({ text: json ? JSON.stringify(item) : packetLine(item), isPacket: true }))
}

/** `12:00:00.123 outbound   84 ICMP 10.0.0.1 → 10.0.0.2 Echo (ping) request … [sent +60 B 38 µs]` */
export function packetLine(packet: PacketSummary): string {
  const time = new Date(packet.time).toISOString().slice(11, 23)
  const from = end(packet.source, packet.sourcePort)
  const to = end(packet.destination, packet.destinationPort)
  const ends = from === "" && to === "" ? "" : ` ${from} → ${to}`
  const why = [packet.reason, packet.errno].filter(Boolean).join(" ")
  const overhead = packet.overhead === undefined ? "" : ` +${packet.overhead} B`
  const verdict =
    why === "" ? `${packet.verdict}${overhead} ${packet.insideMicroseconds} µs` : `${packet.verdict} (${why})`
  const train = packet.packets === undefined ? "" : ` in ${packet.packets} packets`
  const length = `${String(packet.length).padStart(5)}${train}`
  return `${time} ${packet.direction.padEnd(8)} ${length} ${packet.protocol}${ends} ${packet.info} [${verdict}]`
}

function end(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return ""
  if (port === undefined) return address
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
}

function problemOf(text: string, status: number | undefined): Error {
  try {
    return Problem.fromDocument(JSON.parse(text))
  } catch {
    return new Unreachable(`The server refused the stream (status ${status}).`)
  }
}
