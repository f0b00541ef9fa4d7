import { Readable } from "node:stream"
import { type CaptureCause, routes, type SavedCapture } from "@tundeck/shared"
import { Command } from "commander"
import { download } from "../client.ts"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { type Cell, printJson, printLine, printTable } from "../output.ts"
import { saveFile, stopSignal } from "../save-file.ts"

export function capturesCommand(): Command {
  return new Command("captures")
    .description("captures that were saved on the panel's host, by `tundeck capture --keep` or by themselves")
    .addCommand(listCommand())
    .addCommand(saveCommand())
    .addCommand(deleteCommand())
}

function listCommand(): Command {
  return newCommand("list")
    .option("--tunnel <tunnel>", "of this one only: its name or id")
    .description("which there are, the newest first")
    .action(async ({ tunnel, ...options }: GlobalOptions & { tunnel?: string }) => {
      const { call, json } = contextOf(options)
      const answer = await call(routes.listCaptures, { query: tunnel === undefined ? {} : { tunnel } })
      if (json) return printJson(answer)
      const head = ["ID", "TUNNEL", "TIME", "SECONDS", "PACKETS", "BYTES", "WHY"]
      const nothing = "None is saved: tundeck capture NAME --keep, or tundeck tunnel set NAME --save-on drop,down"
      printTable(head, answer.items.map(captureRow), nothing)
    })
}

function captureRow({ id, name, time, seconds, packets, bytes, causes }: SavedCapture): Cell[] {
  return [id, name, new Date(time).toISOString(), seconds, packets, bytes, causes.map(causeText).join(", ")]
}

function causeText(cause: CaptureCause): string {
  if (cause.kind === "asked") return `asked by ${cause.by}`
  if (cause.kind === "drop") return `first ${cause.direction} drop: ${cause.reason}`
  return cause.reason === undefined ? "down" : `down: ${cause.reason}`
}

function saveCommand(): Command {
  return newCommand("save")
    .argument("<id>", "as `tundeck captures list` says")
    .requiredOption("-o, --output <file>", "save to this file")
    .description("fetch one, as a pcapng file")
    .action(async (id: string, { output, ...options }: GlobalOptions & { output: string }) => {
      const { server, json } = contextOf(options)
      const signal = stopSignal()
      const given = { params: { id } }
      const bytes = Readable.fromWeb(await download(server, routes.downloadCapture, given, signal))
      const size = await saveFile(bytes, output, signal)
      if (json) printJson({ file: output, bytes: size })
      else printLine(`Saved ${size.toLocaleString("en")} bytes to ${output}.`)
    })
}

function deleteCommand(): Command {
  return newCommand("delete")
    .argument("<id>", "as `tundeck captures list` says")
    .description("delete one")
    .action(async (id: string, options: GlobalOptions) => {
      await contextOf(options).call(routes.deleteCapture, { params: { id } })
      if (!options.json) printLine(`Deleted ${id}.`)
    })
}
