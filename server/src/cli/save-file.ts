import { createWriteStream } from "node:fs"
import { rm, stat, truncate } from "node:fs/promises"
import type { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { WholeBlocks } from "./whole-blocks.ts"

/**
 * Saves a pcapng stream; answers the file's size. Only its owner may read the file: payloads are private. One that could not be
 * written whole is removed; one that Ctrl-C ended ends with its last whole block. What is no file (/dev/null, a pipe) is written to and left there.
 */
export async function saveFile(bytes: Readable, path: string, signal: AbortSignal): Promise<number> {
  const blocks = new WholeBlocks()
  const file: Writable = createWriteStream(path, { mode: 0o600 })
  try {
    await pipeline(untilAborted(bytes, signal, blocks), file)
    if (signal.aborted && (await isFile(path))) await truncate(path, blocks.length)
    return blocks.length
  } catch (error) {
    if (await isFile(path)) await rm(path, { force: true })
    throw new Error(`${path} could not be saved: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ?? false
}

async function* untilAborted(bytes: Readable, signal: AbortSignal, blocks: WholeBlocks): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      blocks.push(chunk)
      yield chunk
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Ctrl-C is the end that was wanted. */
export async function untilStopped(work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Aborted by Ctrl-C. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort())
  return stop.signal
}
