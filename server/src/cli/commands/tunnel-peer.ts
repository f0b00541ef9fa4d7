import { type RouteBody, routes, type TunnelView } from "@tundeck/shared"
import { Command, Option } from "commander"
import { newPresharedKey } from "../../wireguard/keys.ts"
import { collect, contextOf, type GlobalOptions, integer, newCommand } from "../context.ts"
import { moment } from "../moment.ts"
import { printJson, printLine } from "../output.ts"
import { readKeyFile } from "../tunnel/key-file.ts"

type Peer = RouteBody<typeof routes.addPeer>
type PeerPatch = RouteBody<typeof routes.changePeer>

/** As commander gives them; false takes away what was set. */
interface PeerOptions extends GlobalOptions {
  name?: string
  address?: string
  publicKey?: string
  presharedKey?: string | false
  newPresharedKey?: boolean
  endpoint?: string | false
  keepalive?: number
  expires?: number | false
  allowedIp?: string[] | false
  disabled?: boolean
}

export function tunnelPeerCommand(): Command {
  return new Command("peer")
    .description("the peers of a wireguard tunnel or a clear-text hub")
    .addCommand(add())
    .addCommand(set())
    .addCommand(remove())
    .addCommand(enableOrDisable("enable", "let a peer in again"))
    .addCommand(enableOrDisable("disable", "cut a peer off, and turn it away"))
}

function addKeyOptions(command: Command): Command {
  return command
    .option("--public-key <key>", "wireguard: who it is")
    .addOption(
      new Option("--preshared-key <file>", "wireguard: a file with a second secret of both sides, - is standard input")
        .argParser(readKeyFile)
        .conflicts("newPresharedKey"),
    )
    .option("--new-preshared-key", "wireguard: make one, and print it once for the other side")
    .option("--endpoint <host:port>", "wireguard: where it is called first")
    .option("--keepalive <seconds>", "wireguard: send something at least so often", integer(0))
    .option("--expires <when>", "wireguard: 30m, 12h, 7d or a date; from then on it is not let in", moment)
    .option("--allowed-ip <network/length>", "a network behind it; may be given many times", collect)
}

function add(): Command {
  return addKeyOptions(peerCommand("add"))
    .argument("[address]", "clear text: the one address from which it may call")
    .description("add a peer; it may connect at once")
    .option("--disabled", "turn it away until it is enabled")
    .action(async (id: string, name: string, address: string | undefined, options: PeerOptions) => {
      const { publicKey } = options
      if ((address === undefined) === (publicKey === undefined)) {
        throw new Error("Give --public-key for a wireguard tunnel, or the address of a clear-text peer.")
      }
      const { fields, presharedKey } = fieldsOf(options)
      const common = { name, ...fields, ...(options.disabled && { enabled: false }) }
      // The server says which of the fields a peer of this tunnel does not have.
      const body = { ...common, ...(address !== undefined && { address }) } as Peer
      const view = await contextOf(options).call(routes.addPeer, { params: { id }, body })
      tell(options, view, `Added ${name} to ${view.name}.`, presharedKey)
    })
}

function set(): Command {
  return addKeyOptions(peerCommand("set"))
    .description("change what is named, and nothing else")
    .option("--name <name>", "another name")
    .option("--address <address>", "clear text: another address; a connection from the old one ends")
    .option("--no-preshared-key", "none")
    .option("--no-endpoint", "it calls")
    .option("--no-expires", "never")
    .option("--no-allowed-ip", "none")
    .action(async (id: string, peer: string, options: PeerOptions) => {
      const { name, address } = options
      const { fields, presharedKey } = fieldsOf(options)
      const body = { ...fields, ...(name !== undefined && { name }), ...(address !== undefined && { address }) }
      const view = await contextOf(options).call(routes.changePeer, { params: { id, peer }, body: body as PeerPatch })
      tell(options, view, `Changed ${peer} of ${view.name}.`, presharedKey)
    })
}

/** The fields that were said, null for those taken away; and a preshared key that was made for it. */
function fieldsOf(options: PeerOptions): { fields: object; presharedKey: string | undefined } {
  const { publicKey, keepalive: keepaliveSeconds, endpoint, expires, allowedIp } = options
  const made = options.newPresharedKey ? newPresharedKey() : undefined
  const given = { endpoint, expiresAt: expires, allowedIps: allowedIp, presharedKey: made ?? options.presharedKey }
  const fields = Object.entries({ publicKey, keepaliveSeconds, ...given }).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value === false ? null : value]],
  )
  return { fields: Object.fromEntries(fields), presharedKey: made }
}

function tell(options: GlobalOptions, view: TunnelView, done: string, presharedKey: string | undefined): void {
  if (options.json) return printJson(presharedKey === undefined ? view : { ...view, presharedKey })
  printLine(done)
  for (const { network, from, to } of view.moved ?? []) printLine(`${network} moved from ${from} to ${to}.`)
  if (presharedKey !== undefined) printLine(`Preshared key, for the other side: ${presharedKey}`)
}

function enableOrDisable(verb: "enable" | "disable", description: string): Command {
  return peerCommand(verb)
    .description(description)
    .action(async (id: string, peer: string, options: GlobalOptions) => {
      const body = { enabled: verb === "enable" }
      const view = await contextOf(options).call(routes.changePeer, { params: { id, peer }, body })
      tell(options, view, `${verb === "enable" ? "Enabled" : "Disabled"} ${peer} of ${view.name}.`, undefined)
    })
}

function remove(): Command {
  return peerCommand("remove")
    .description("remove a peer: it is cut off at once")
    .action(async (id: string, peer: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.removePeer, { params: { id, peer } })
      if (!options.json) printLine(`Removed ${peer} from ${id}.`)
    })
}

function peerCommand(verb: string): Command {
  return newCommand(verb)
    .argument("<tunnel>", "the tunnel's name or id")
    .argument("<name>", "the peer's name, or its public key")
}
