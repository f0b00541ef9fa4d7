import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { defaultCaptureSeconds, mostCaptureSeconds, routes } from "@tundeck/shared"
import { type Command, InvalidArgumentError } from "commander"
import { checkFilter } from "../check-filter.ts"
import { download } from "../client.ts"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"
import { saveFile, stopSignal, untilStopped } from "../save-file.ts"

interface CaptureOptions extends GlobalOptions {
  seconds?: number
  filter?: string
  output?: string
  follow?: boolean
  keep?: boolean
}

export function captureCommand(): Command {
  return newCommand("capture")
    .argument("<tunnel>", "its name or id")
    .description(
      "its packets as pcapng: with -o those of the last seconds, to a file; without, as they pass, for a pipe: tundeck capture lab | wireshark -k -i -",
    )
    .option(
      "--seconds <n>",
      `how far back: with -o ${defaultCaptureSeconds} when left out, in a pipe none`,
      secondsOption,
    )
    .option("--filter <f>", 'only what it finds: "icmp", "dropped"; see docs/filters.md')
    .option("-o, --output <file>", "save to this file")
    .option("--follow", "with -o: go on until Ctrl-C")
    .option("--keep", "save those of the last seconds on the panel's host, for `tundeck captures`")
    .action(capture)
}

function secondsOption(text: string): number {
  const value = Number(text)
  if (/^\d{1,6}$/.test(text) && value >= 1 && value <= mostCaptureSeconds) return value
  throw new InvalidArgumentError(`A whole number from 1 to ${mostCaptureSeconds}.`)
}

async function capture(id: string, options: CaptureOptions): Promise<void> {
  const { output, filter } = options
  if (filter !== undefined) checkFilter(filter)
  if (options.keep) return keep(id, options)
  if (output === undefined && process.stdout.isTTY) {
    throw new Error("A capture is no text for a terminal: save it with -o FILE, or pipe it: | wireshark -k -i -")
  }
  const { server, json } = contextOf(options)
  const follow = options.follow === true || output === undefined
  const back = options.seconds ?? (output === undefined ? undefined : defaultCaptureSeconds)
  const query = {
    ...(follow && { follow: "true" as const }),
    ...(back !== undefined && { seconds: back }),
    ...(filter !== undefined && { filter }),
  }
  const signal = stopSignal()
  const bytes = Readable.fromWeb(await download(server, routes.saveCapture, { params: { id }, query }, signal))
  if (output === undefined) return untilStopped(pipeline(bytes, process.stdout, { end: false }), signal)
  const size = await saveFile(bytes, output, signal, follow)
  if (json) printJson({ file: output, bytes: size })
  else printLine(`Saved ${size.toLocaleString("en")} bytes to ${output}.`)
}

async function keep(id: string, options: CaptureOptions): Promise<void> {
  const { call, json } = contextOf(options)
  const { filter, seconds, output, follow } = options
  if (output !== undefined || follow) throw new Error("--keep saves on the panel's host: leave out -o and --follow.")
  const body = { ...(seconds !== undefined && { seconds }), ...(filter !== undefined && { filter }) }
  const saved = await call(routes.keepCapture, { params: { id }, body })
  if (json) printJson(saved)
  else printLine(`Saved ${saved.packets} packets as ${saved.id}: tundeck captures save ${saved.id} -o FILE`)
}
