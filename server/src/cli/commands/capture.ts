import { createWriteStream } from "node:fs"
import { rm } from "node:fs/promises"
import { Readable, type Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { defaultCaptureSeconds, mostCaptureSeconds, routes } from "@tundeck/shared"
import { type Command, InvalidArgumentError } from "commander"
import { checkFilter } from "../check-filter.ts"
import { download } from "../client.ts"
import { contextOf, type GlobalOptions, newCommand } from "../context.ts"
import { printJson, printLine } from "../output.ts"

interface CaptureOptions extends GlobalOptions {
  seconds?: number
  filter?: string
  output?: string
  follow?: boolean
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
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort())
  const bytes = Readable.fromWeb(await download(server, routes.saveCapture, { params: { id }, query }, stop.signal))
  if (output === undefined) return untilStopped(pipeline(bytes, process.stdout, { end: false }), stop.signal)
  const size = await save(bytes, output, stop.signal)
  if (json) printJson({ file: output, bytes: size })
  else printLine(`Saved ${size.toLocaleString("en")} bytes to ${output}.`)
}

/** Only its owner may read the file: payloads are private. One that could not be written whole is removed. Answers its size. */
async function save(bytes: Readable, path: string, signal: AbortSignal): Promise<number> {
  let size = 0
  bytes.on("data", (chunk: Uint8Array) => {
    size += chunk.length
  })
  const file: Writable = createWriteStream(path, { mode: 0o600 })
  try {
    await untilStopped(pipeline(bytes, file), signal)
  } catch (error) {
    await rm(path, { force: true })
    throw new Error(`${path} could not be saved: ${error instanceof Error ? error.message : String(error)}`)
  }
  return size
}

/** Ctrl-C is the end that was wanted. */
async function untilStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
