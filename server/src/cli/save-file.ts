import { createWriteStream } from "node:fs"
import { rm } from "node:fs/promises"
import type { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"

/** Only its owner may read the file: payloads are private. One that could not be written whole is removed. Answers its size. */
export async function saveFile(bytes: Readable, path: string, signal: AbortSignal): Promise<number> {
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
