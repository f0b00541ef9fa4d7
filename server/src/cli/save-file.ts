import { createWriteStream } from "node:fs"
import { rm, stat, truncate } from "node:fs/promises"
import type { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { WholeBlocks } from "./whole-blocks.ts"

const cutOff = "the connection to Tundeck ended before it was whole"

/**
 * Saves a pcapng stream; answers the file's size. Only its owner may read the file: payloads are private. One that could not be
 * written whole is removed; one that Ctrl-C ended ends with its last whole block, and so does one that was `followed` until
 * the connection broke, which is thrown as well. What is no file (/dev/null, a pipe) is written to and left there.
 */
export async function saveFile(bytes: Readable, path: string, signal: AbortSignal, followed = false): Promise<number> {
  const blocks = new WholeBlocks()
  const file: Writable = createWriteStream(path, { mode: 0o600 })
  const received = { isCut: false }
  try {
    await pipeline(untilAborted(bytes, signal, blocks, received), file)
    if (received.isCut && !followed) throw new Error(cutOff)
    if ((signal.aborted || received.isCut) && (await isFile(path))) await truncate(path, blocks.length)
  } catch (error) {
    if (await isFile(path)) await rm(path, { force: true })
    throw new Error(`${path} could not be saved: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!received.isCut) return blocks.length
  throw new Error(
    `The connection to Tundeck ended. ${path} has the ${blocks.length.toLocaleString("en")} bytes until then.`,
  )
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ?? false
}

/** What was received is written, however it ended. */
async function* untilAborted(
  bytes: Readable,
  signal: AbortSignal,
  blocks: WholeBlocks,
  received: { isCut: boolean },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      blocks.push(chunk)
      yield chunk
    }
  } catch {
    received.isCut = !signal.aborted
  }
}

/** Ctrl-C is the end that was wanted, and so is the end of who reads the pipe. */
export async function untilStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (signal.aborted || codeOf(error) === "EPIPE") return
    // What fetch says of a body that ends too early.
    if (error instanceof TypeError) throw new Error("The connection to Tundeck ended, and the capture with it.")
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined
}

/** Aborted by Ctrl-C. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort())
  return stop.signal
}
