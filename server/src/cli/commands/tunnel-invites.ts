import { type InviteView, routes } from "@tundeck/shared"
import { type Command, Option } from "commander"
import { collect, contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { duration } from "../moment.ts"
import { type Cell, printJson, printLine, printTable } from "../output.ts"
import { readKeyFile } from "../tunnel/key-file.ts"
import { printImported } from "../tunnel/text.ts"

interface InviteOptions extends GlobalOptions {
  allowedIp: string[]
  address?: string[]
  route?: string[]
  endpoint?: string
  dns?: string[]
  expires?: number
  presharedKey: boolean
  conf?: boolean
}

export function tunnelInviteCommand(): Command {
  return newCommand("invite")
    .argument("<tunnel>", "its name or id")
    .argument("<name>", "the new peer's name")
    .description(
      "add a peer, and print what the other side needs: for another Tundeck, or with --conf for any other app",
    )
    .requiredOption("--allowed-ip <network/length>", "the new peer's address inside, and networks behind it", collect)
    .option("--address <address/length>", "of its interface; else the single addresses among --allowed-ip", collect)
    .option("--route <network/length>", "what it reaches; else the networks of our interface", collect)
    .option("--endpoint <host:port>", "where it reaches this tunnel, when that is not where the panel is")
    .option("--dns <address>", "a name server for apps that set it", collect)
    .option(
      "--expires <time>",
      "30m, 12h or 7d: removed again if it has not connected by then; a day when left out",
      duration,
    )
    .option("--no-preshared-key", "without a preshared key")
    .option("--conf", "a file of wg-quick(8), for any WireGuard app")
    .action(async (id: string, name: string, options: InviteOptions) => {
      const { call, json, server } = contextOf(options)
      const { allowedIp, address, route, endpoint, dns, expires, presharedKey, conf } = options
      const body = {
        name,
        allowedIps: allowedIp,
        ...(address !== undefined && { addresses: address }),
        ...(route !== undefined && { routes: route }),
        ...(endpoint !== undefined && { endpoint }),
        ...(dns !== undefined && { dns }),
        ...(expires !== undefined && { expiresInSeconds: expires }),
        withPresharedKey: presharedKey,
        form: conf ? ("conf" as const) : ("tundeck" as const),
      }
      const made = await call(routes.createInvite, { params: { id }, body })
      if (json) return printJson(made)
      const until = new Date(made.invite.expiresAt).toISOString()
      console.error(`Secret, shown once; ${name} has until ${until} to connect. As a link, which opens once:`)
      console.error(new URL(made.path, server.url).href)
      process.stdout.write(`${(conf ? made.conf : made.code)?.trimEnd()}\n`)
    })
}

export function tunnelInvitesCommand(): Command {
  return newCommand("invites")
    .argument("<tunnel>", "its name or id")
    .description("who was invited, and what became of it")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listInvites, { params: { id } })
      if (json) return printJson(answer)
      const head = ["ID", "PEER", "STATE", "BY", "EXPIRES", "PUBLIC KEY"]
      printTable(head, answer.items.map(inviteRow), "Nobody was invited: tundeck tunnel invite --help")
    })
}

function inviteRow({ id, peer, state, createdBy, expiresAt, publicKey }: InviteView): Cell[] {
  return [id, peer, state, createdBy, new Date(expiresAt).toISOString(), publicKey]
}

export function tunnelUninviteCommand(): Command {
  return newCommand("uninvite")
    .argument("<tunnel>", "its name or id")
    .argument("<invite>", "its id")
    .description("take an invite back: its peer is removed, unless it has connected before")
    .action(async (id: string, invite: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.revokeInvite, { params: { id, invite } })
      if (!options.json) printLine(`Took ${invite} back.`)
    })
}

export function tunnelAcceptCommand(): Command {
  return newCommand("accept")
    .description("accept an invite of another Tundeck: makes the interface and the tunnel")
    .addOption(
      new Option("--code <file>", "a file with the code, which is secret; standard input when left out")
        .argParser(readKeyFile)
        .default(undefined),
    )
    .option("--name <name>", "of the tunnel; else as the inviting side names it")
    .option("--interface <name>", "of the interface that is made; else the tunnel's name")
    .option("--no-autostart", "do not start it")
    .action(async (options: GlobalOptions & AcceptOptions) => {
      const { call, json } = contextOf(options)
      const { code = readKeyFile("-"), name, interface: over, autostart } = options
      const body = {
        code,
        autostart,
        ...(name !== undefined && { name }),
        ...(over !== undefined && { interface: over }),
      }
      const made = await call(routes.acceptInvite, { body })
      if (json) printJson(made)
      else printImported(made)
    })
}

interface AcceptOptions {
  code?: string
  name?: string
  interface?: string
  autostart: boolean
}
