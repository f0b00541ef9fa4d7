import { routes, type TunnelStats, type TunnelView } from "@tundeck/shared"
import { Command, Option } from "commander"
import { collect, contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printFields, printJson, printLine, printTable } from "../output.ts"
import { type TunnelOptions, tunnelBody } from "../tunnel-body.ts"

export function tunnelCommand(): Command {
  return new Command("tunnel")
    .description("tunnels: a relay between an interface and a peer")
    .addCommand(list())
    .addCommand(create())
    .addCommand(show())
    .addCommand(startOrStop("start", "start; it goes on to connect by itself"))
    .addCommand(startOrStop("stop", "stop"))
    .addCommand(remove())
}

function list(): Command {
  return newCommand("list")
    .description("all tunnels with state and counters")
    .action(async (options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listTunnels, {})
      if (json) return printJson(answer)
      const head = ["NAME", "INTERFACE", "TRANSPORT", "SECURITY", "STATE", "OUTBOUND", "INBOUND", "DROPPED", "REASON"]
      printTable(head, answer.items.map(row), "There is no tunnel yet: tundeck tunnel create --help")
    })
}

function create(): Command {
  return newCommand("create")
    .description("save a tunnel; it starts at once when it has autostart")
    .requiredOption("--name <name>", "lower-case letters, digits and dashes")
    .requiredOption("--interface <name>", "an interface of this host")
    .option("--listen <host:port>", "wait for the peer here")
    .option("--connect <host:port>", "call the peer there")
    .option("--peer <address>", "with --listen: the one address that may connect")
    .option("--allow-public-peer", "clear text to an address of the Internet")
    .addOption(
      new Option("--security <kind>", "none is clear text: whoever sits between the hosts reads and writes along")
        .choices(["none"])
        .makeOptionMandatory(),
    )
    .option("--allowed-ip <network/length>", "an inner source that the peer may use; may be given many times", collect)
    .option("--autostart", "start it now, and with Tundeck")
    .action(async (options: GlobalOptions & TunnelOptions) => {
      const { call, json } = contextOf(options)
      const made = await call(routes.createTunnel, { body: tunnelBody(options) })
      if (json) return printJson(made)
      printLine(`Created ${made.name} (${stateText(made)}).`)
    })
}

function show(): Command {
  return newCommand("show")
    .argument("<tunnel>", "its name or id")
    .description("one tunnel")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const view = await call(routes.readTunnel, { params: { id } })
      if (json) printJson(view)
      else printView(view)
    })
}

function startOrStop(verb: "start" | "stop", description: string): Command {
  return newCommand(verb)
    .argument("<tunnel>", "its name or id")
    .description(description)
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const view = await call(verb === "start" ? routes.startTunnel : routes.stopTunnel, { params: { id } })
      if (json) return printJson(view)
      printLine(`${view.name} is ${stateText(view)}.`)
    })
}

function remove(): Command {
  return newCommand("delete")
    .argument("<tunnel>", "its name or id")
    .description("stop and forget a tunnel")
    .action(async (id: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.deleteTunnel, { params: { id } })
      if (!options.json) printLine(`Deleted ${id}.`)
    })
}

function row(view: TunnelView) {
  const { outbound, inbound } = view.stats
  return [
    view.name,
    view.interface,
    transportText(view),
    securityText(view),
    view.state,
    `${outbound.packets} packets`,
    `${inbound.packets} packets`,
    outbound.dropped + inbound.dropped,
    view.reason?.code,
  ]
}

function printView(view: TunnelView): void {
  const { stats } = view
  printFields([
    ["name", view.name],
    ["id", view.id],
    ["interface", view.interface],
    ["transport", transportText(view)],
    ["security", securityText(view)],
    ["autostart", view.autostart ? "yes" : "no"],
    ["state", `${view.state} since ${new Date(view.since).toISOString()}`],
    ["reason", view.reason?.detail],
    ["remote", view.remote],
    ["outbound", directionText(stats.outbound)],
    ["inbound", directionText(stats.inbound)],
    ["drops", dropTexts(stats)],
    ["reconnects", stats.reconnects],
    ["round trip", stats.roundTripMs === null ? null : `${stats.roundTripMs} ms`],
  ])
}

function transportText({ transport }: TunnelView): string {
  if (transport.connect !== undefined) return `${transport.kind} to ${transport.connect}`
  return `${transport.kind} on ${transport.listen} from ${transport.peer}`
}

function securityText(view: TunnelView): string {
  return view.insecure ? `${view.security.kind} (insecure)` : view.security.kind
}

function stateText(view: TunnelView): string {
  return view.reason === null ? view.state : `${view.state}: ${view.reason.detail}`
}

function directionText({ packets, bytes, dropped }: TunnelStats["outbound"]): string {
  return `${packets} packets, ${bytes} bytes, ${dropped} dropped`
}

function dropTexts({ drops }: TunnelStats): string[] {
  if (drops.length === 0) return ["-"]
  return drops.map(({ direction, reason, packets }) => `${packets} ${direction}: ${reason}`)
}
