import { type RouteBody, routes, type TunnelPeerStatus } from "@tundeck/shared"
import { Command } from "commander"
import { collect, contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { type Cell, printJson, printLine, printTable } from "../output.ts"

type PeerPatch = RouteBody<typeof routes.changePeer>

interface PeerOptions extends GlobalOptions {
  name?: string
  address?: string
  allowedIp?: string[] | false
  disabled?: boolean
}

const allowedIp = ["--allowed-ip <network/length>", "a network behind it; may be given many times", collect] as const

export function tunnelPeersCommand(): Command {
  return newCommand("peers")
    .argument("<tunnel>", "its name or id")
    .description("who may be at the other end, and who is")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listPeers, { params: { id } })
      if (json) return printJson(answer)
      const head = ["NAME", "ADDRESS", "STATE", "REMOTE", "SINCE", "ROUND TRIP", "OUTBOUND", "INBOUND", "DROPPED"]
      printTable(head, answer.items.map(peerRow), "The hub has no peers yet: tundeck tunnel peer add --help")
    })
}

export function tunnelMacsCommand(): Command {
  return newCommand("macs")
    .argument("<tunnel>", "its name or id")
    .description("behind which peer a hub over tap has seen which MAC address")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listMacs, { params: { id } })
      if (json) return printJson(answer)
      const rows = answer.items.map(({ mac, peer, ageSeconds }) => [mac, peer ?? "(this host)", `${ageSeconds} s`])
      printTable(["MAC", "PEER", "SEEN BEFORE"], rows, "It has learned no address: only a running hub over tap does.")
    })
}

export function tunnelPeerCommand(): Command {
  return new Command("peer")
    .description("the peers of a hub")
    .addCommand(add())
    .addCommand(set())
    .addCommand(remove())
    .addCommand(enableOrDisable("enable", "let a peer call again"))
    .addCommand(enableOrDisable("disable", "cut a peer off, and turn it away"))
}

function add(): Command {
  return peerCommand("add")
    .argument("<address>", "the one address from which it may call")
    .description("add a peer; it may call at once")
    .option(...allowedIp)
    .option("--disabled", "turn it away until it is enabled")
    .action(async (id: string, name: string, address: string, options: PeerOptions) => {
      const { call, json } = contextOf(options)
      const allowed = options.allowedIp ? { allowedIps: options.allowedIp } : {}
      const body = { name, address, ...allowed, ...(options.disabled && { enabled: false }) }
      const view = await call(routes.addPeer, { params: { id }, body })
      if (json) printJson(view)
      else printLine(`Added ${name} to ${view.name}.`)
    })
}

function set(): Command {
  return peerCommand("set")
    .description("change what is named, and nothing else")
    .option("--name <name>", "another name")
    .option("--address <address>", "another address; a connection from the old one ends")
    .option(...allowedIp)
    .option("--no-allowed-ip", "none")
    .action((id: string, name: string, options: PeerOptions) => {
      const { name: newName, address, allowedIp: allowed } = options
      const body: PeerPatch = {
        ...(newName !== undefined && { name: newName }),
        ...(address !== undefined && { address }),
        ...(allowed !== undefined && { allowedIps: allowed === false ? null : allowed }),
      }
      return change({ id, name, options, body, done: "Changed" })
    })
}

function enableOrDisable(verb: "enable" | "disable", description: string): Command {
  return peerCommand(verb)
    .description(description)
    .action((id: string, name: string, options: PeerOptions) =>
      change({
        id,
        name,
        options,
        body: { enabled: verb === "enable" },
        done: verb === "enable" ? "Enabled" : "Disabled",
      }),
    )
}

function remove(): Command {
  return peerCommand("remove")
    .description("remove a peer: it is cut off at once")
    .action(async (id: string, name: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.removePeer, { params: { id, peer: name } })
      if (!options.json) printLine(`Removed ${name} from ${id}.`)
    })
}

function peerCommand(verb: string): Command {
  return newCommand(verb).argument("<tunnel>", "the hub's name or id").argument("<name>", "the peer's name")
}

interface Change {
  id: string
  name: string
  options: GlobalOptions
  body: PeerPatch
  done: string
}

async function change({ id, name, options, body, done }: Change): Promise<void> {
  const { call, json } = contextOf(options)
  const view = await call(routes.changePeer, { params: { id, peer: name }, body })
  if (json) printJson(view)
  else printLine(`${done} ${name} of ${view.name}.`)
}

function peerRow(peer: TunnelPeerStatus): Cell[] {
  const { name, address, remote, since, roundTripMs, outbound, inbound } = peer
  return [
    name,
    address,
    stateOf(peer),
    remote,
    since === null ? null : new Date(since).toISOString(),
    roundTripMs === null ? null : `${roundTripMs} ms`,
    `${outbound.packets} packets`,
    `${inbound.packets} packets`,
    outbound.dropped + inbound.dropped,
  ]
}

function stateOf({ enabled, connected }: TunnelPeerStatus): string {
  if (!enabled) return "disabled"
  return connected ? "connected" : "absent"
}
