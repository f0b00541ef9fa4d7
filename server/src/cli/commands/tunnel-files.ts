import { routes } from "@tundeck/shared"
import type { Command } from "commander"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"
import { readTextFile } from "../tunnel/key-file.ts"
import { printImported } from "../tunnel/text.ts"

export function tunnelImportCommand(): Command {
  return newCommand("import")
    .argument("<file>", "of wg-quick(8); - is standard input", readTextFile)
    .description("make interface and tunnel from a file of wg-quick(8); commands in it are refused")
    .requiredOption("--name <name>", "of the tunnel")
    .option("--interface <name>", "of the interface that is made; else the tunnel's name")
    .option("--no-autostart", "do not start it")
    .action(async (conf: string, options: GlobalOptions & { name: string; interface?: string; autostart: boolean }) => {
      const { call, json } = contextOf(options)
      const { name, interface: over, autostart } = options
      const body = { name, conf, autostart, ...(over !== undefined && { interface: over }) }
      const made = await call(routes.importTunnel, { body })
      if (json) printJson(made)
      else printImported(made)
    })
}

export function tunnelExportCommand(): Command {
  return newCommand("export")
    .argument("<tunnel>", "its name or id")
    .description("a wireguard tunnel as a file of wg-quick(8), without its secrets")
    .action(async (id: string, options: GlobalOptions) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.exportTunnel, { params: { id }, query: { format: "wg-quick" } })
      if (json) return printJson(answer)
      for (const { text } of answer.files) process.stdout.write(text)
    })
}

export function tunnelRotateKeyCommand(): Command {
  return newCommand("rotate-key")
    .argument("<tunnel>", "its name or id")
    .description("give it a new key; the one before stays good until it is retired")
    .option("--retire", "retire the one before: whoever still uses it is not answered any more")
    .action(async (id: string, options: GlobalOptions & { retire?: boolean }) => {
      const { call, json } = contextOf(options)
      const view = await call(options.retire ? routes.retireKey : routes.rotateKey, { params: { id } })
      if (json) return printJson(view)
      if (options.retire) return printLine(`The previous key of ${view.name} is retired.`)
      printLine(
        `Give the peers of ${view.name} its new public key, then: tundeck tunnel rotate-key ${view.name} --retire`,
      )
      if (view.security.kind === "wireguard") printLine(view.security.publicKey)
    })
}
