import { routes, type Token } from "@tundeck/shared"
import { Command, Option } from "commander"
import { contextOf, type GlobalOptions, namesServer, newCommand } from "../context.ts"
import { openLocalTokens } from "../local-tokens.ts"
import { printJson, printLine, printTable } from "../output.ts"

export function tokenCommand(): Command {
  return new Command("token")
    .description("API tokens; on the host itself, as root or the panel's user, no token is needed for these")
    .addCommand(create())
    .addCommand(list())
    .addCommand(revoke())
}

interface CreateOptions extends GlobalOptions {
  name: string
  role: "admin" | "viewer"
}

function create(): Command {
  return newCommand("create")
    .description("make a token; its secret is shown once")
    .requiredOption("--name <name>", "what it is for")
    .addOption(new Option("--role <role>").choices(["admin", "viewer"]).default("viewer"))
    .action(async (options: CreateOptions) => {
      const { name, role } = options
      const local = namesServer(options) ? undefined : openLocalTokens()
      const made =
        local?.create({ name, role }) ?? (await contextOf(options).call(routes.createToken, { body: { name, role } }))
      if (options.json) return printJson(made)
      printLine(made.token)
      console.error(`Keep it: it is shown this once. Its id is ${made.id}; use it as TUNDECK_TOKEN or by --token-file.`)
    })
}

function list(): Command {
  return newCommand("list")
    .description("tokens without their secrets")
    .action(async (options: GlobalOptions) => {
      const local = namesServer(options) ? undefined : openLocalTokens()
      const answer = local ? { items: local.list() } : await contextOf(options).call(routes.listTokens, {})
      if (options.json) return printJson(answer)
      printTable(["ID", "NAME", "ROLE", "CREATED", "LAST USED"], answer.items.map(row), "There is no token.")
    })
}

function revoke(): Command {
  return newCommand("revoke")
    .argument("<id>")
    .description("a revoked token ends at once")
    .action(async (id: string, options: GlobalOptions) => {
      const local = namesServer(options) ? undefined : openLocalTokens()
      if (local) local.revoke(id)
      else await contextOf(options).call(routes.revokeToken, { params: { id } })
      if (!options.json) printLine(`Revoked ${id}.`)
    })
}

function row({ id, name, role, createdAt, lastUsedAt }: Token) {
  return [
    id,
    name,
    role,
    new Date(createdAt).toISOString(),
    lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
  ]
}
