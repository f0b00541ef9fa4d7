import { dropReasons, type Injected, packetWish, parsedBy, routes } from "@tundeck/shared"
import { type Command, Option } from "commander"
import { contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"

const kinds = ["echo", "udp", "tcp-syn", "arp", "raw"] as const

interface InjectOptions extends GlobalOptions {
  direction: "outbound" | "inbound"
  peer?: string
  kind: (typeof kinds)[number]
  source?: string
  destination?: string
  sourcePort?: number
  destinationPort?: number
  hopLimit?: number
  data?: string
  dataBytes?: number
  bytes?: string
  sourceMac?: string
  destinationMac?: string
}

export function injectCommand(): Command {
  return newCommand("inject")
    .argument("<tunnel>", "its name or id")
    .description("send a packet that is made up through a running tunnel, and say what became of it")
    .addOption(
      new Option("--direction <direction>", "outbound: towards the peer; inbound: into the device")
        .choices(["outbound", "inbound"])
        .default("outbound"),
    )
    .option("--peer <name>", "inbound, of a hub: whose packet it shall be")
    .addOption(
      new Option("--kind <kind>", "what to send; checksums and lengths are filled in").choices(kinds).default("echo"),
    )
    .option("--source <address>", "from")
    .option("--destination <address>", "to; with arp the address that is asked for")
    .option("--source-port <port>", "udp, tcp-syn", integer(0))
    .option("--destination-port <port>", "udp, tcp-syn", integer(0))
    .option("--hop-limit <n>", "time to live, 64 unless told", integer(0))
    .option("--data <hex>", "udp: what is in it")
    .option("--data-bytes <n>", "echo: how much is in it, 56 unless told", integer(0))
    .option("--bytes <hex>", "raw: the packet as it is; of a tap from its Ethernet header on")
    .option("--source-mac <mac>", "tap: who sends the frame; filled in where it is known")
    .option("--destination-mac <mac>", "tap: to whom; filled in where it is known, with arp everybody")
    .action(inject)
}

async function inject(id: string, options: InjectOptions): Promise<void> {
  const { call, json } = contextOf(options)
  const { direction, peer } = options
  const packet = parsedBy(packetWish, wishOf(options))
  const answer = await call(routes.injectPacket, { params: { id }, body: { direction, packet, ...(peer && { peer }) } })
  if (json) return printJson(answer)
  for (const line of fateLines(answer, direction)) printLine(line)
}

/** What became of it, and where that needs words, what it means. */
export function fateLines({ length, verdict, reason }: Injected, direction: string): string[] {
  const fate = `${length} bytes ${direction}: ${verdict}`
  if (verdict === "waiting")
    return [fate, "  A fault injector, or a transport that takes no more now, keeps it for later."]
  const why = dropReasons.find(({ code }) => code === reason)
  return why === undefined ? [fate] : [`${fate} (${why.code})`, `  ${why.title}. ${why.remedy}`]
}

/** What was said, by the fields' names; what is wrong about it the schema says. */
function wishOf({ kind, source, destination, sourceMac, destinationMac, ...rest }: InjectOptions): object {
  const { sourcePort, destinationPort, hopLimit, data, dataBytes, bytes } = rest
  const mac = { source: sourceMac, destination: destinationMac }
  const ethernet = sourceMac === undefined && destinationMac === undefined ? undefined : said(mac)
  const fields = { source, destination, sourcePort, destinationPort, hopLimit, data, dataBytes, bytes, ethernet }
  return { kind, ...said(fields) }
}

function said(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
