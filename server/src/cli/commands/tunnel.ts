import { routes } from "@tundeck/shared"
import { Command } from "commander"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printFields, printJson, printLine, printTable } from "../output.ts"
import { tunnelBody, tunnelPatch } from "../tunnel/body.ts"
import { addChangeOptions, addCreateOptions, type TunnelOptions } from "../tunnel/options.ts"
import { stateText, tunnelFields, tunnelHead, tunnelRow } from "../tunnel/text.ts"
import { tunnelFaultsCommand } from "./tunnel-faults.ts"
import { tunnelExportCommand, tunnelImportCommand, tunnelRotateKeyCommand } from "./tunnel-files.ts"
import {
  tunnelAcceptCommand,
  tunnelInviteCommand,
  tunnelInvitesCommand,
  tunnelUninviteCommand,
} from "./tunnel-invites.ts"
import { tunnelPeerCommand } from "./tunnel-peer.ts"
import { tunnelMacsCommand, tunnelPeersCommand } from "./tunnel-peers.ts"
import { tunnelPathMtuCommand, tunnelPingCommand, tunnelTraceCommand } from "./tunnel-probes.ts"

export function tunnelCommand(): Command {
  return new Command("tunnel")
    .description("tunnels: a relay between an interface and its peers")
    .addCommand(list())
    .addCommand(create())
    .addCommand(show())
    .addCommand(set())
    .addCommand(startOrStop("start", "start; it goes on to connect by itself"))
    .addCommand(startOrStop("stop", "stop"))
    .addCommand(remove())
    .addCommand(tunnelFaultsCommand())
    .addCommand(tunnelPingCommand())
    .addCommand(tunnelTraceCommand())
    .addCommand(tunnelPathMtuCommand())
    .addCommand(tunnelPeersCommand())
    .addCommand(tunnelPeerCommand())
    .addCommand(tunnelMacsCommand())
    .addCommand(tunnelInviteCommand())
    .addCommand(tunnelInvitesCommand())
    .addCommand(tunnelUninviteCommand())
    .addCommand(tunnelAcceptCommand())
    .addCommand(tunnelImportCommand())
    .addCommand(tunnelExportCommand())
    .addCommand(tunnelRotateKeyCommand())
}

function list(): Command {
  return newCommand("list")
    .description("all tunnels with state and counters")
    .action(async (options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listTunnels, {})
      if (json) return printJson(answer)
      printTable(tunnelHead, answer.items.map(tunnelRow), "There is no tunnel yet: tundeck tunnel create --help")
    })
}

function create(): Command {
  return addCreateOptions(newCommand("create"))
    .description("save a tunnel; it starts at once when it has autostart")
    .action(async (options: GlobalOptions & TunnelOptions) => {
      const { call, json } = contextOf(options)
      const made = await call(routes.createTunnel, { body: tunnelBody(options) })
      if (json) return printJson(made)
      printLine(`Created ${made.name} (${stateText(made)}).`)
      if (made.security.kind === "wireguard") printLine(`public key  ${made.security.publicKey}`)
    })
}

function set(): Command {
  return addChangeOptions(newCommand("set"))
    .argument("<tunnel>", "its name or id")
    .description("change what is named, and nothing else; a running tunnel changes while it runs, its transport, too")
    .action(async (id: string, options: GlobalOptions & TunnelOptions) => {
      const { call, json } = contextOf(options)
      const before = await call(routes.readTunnel, { params: { id } })
      const body = tunnelPatch(before, options)
      const isSame = Object.keys(body).length === 0
      const view = isSame ? before : await call(routes.changeTunnel, { params: { id }, body })
      if (json) return printJson(view)
      printLine(isSame ? `${view.name} is so already.` : `Changed ${view.name} (${stateText(view)}).`)
      if (view.swap !== null && view.swap.time !== before.swap?.time) {
        const { from, to } = view.swap
        printLine(`It went from ${from} to ${to} while it runs: tundeck tunnel show ${view.name} compares the two.`)
      }
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
      else printFields(tunnelFields(view))
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
