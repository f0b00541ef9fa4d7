import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { type FileHandle, open, rename, rm, statfs, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Problem, type SavedCapture, savedCapture } from "@tundeck/shared"
import type { CaptureBytes } from "./file-of.ts"

const megabyte = 1024 * 1024
/** Of the file system, unless a bound is given. */
const shareOfDisk = 0.1
const mostByDefault = 1024 * megabyte
/** So much of the disk is left to the state, which shares it. */
const reserveOfDisk = 0.05
const mostReserve = 64 * megabyte

interface ShelfParts {
  directory: string
  /** undefined: as the disk allows. */
  mostBytes: number | undefined
  /** It made room for a newer one. */
  onLetGo: (capture: SavedCapture) => void
}

/**
 * The files of saved captures, each with a description beside it. A file is listed once it is whole and its description is
 * written; what a crash left half written is removed at the next start.
 *
 *   ID.part ──whole──▶ ID.json written ──▶ ID.pcapng
 */
export class CaptureShelf {
  readonly #parts: ShelfParts
  /** The oldest first. */
  readonly #captures: Map<string, SavedCapture>

  constructor(parts: ShelfParts) {
    this.#parts = parts
    mkdirSync(parts.directory, { recursive: true, mode: 0o700 })
    this.#captures = readShelf(parts.directory)
  }

  /** The newest first. */
  list(): SavedCapture[] {
    return [...this.#captures.values()].reverse()
  }

  find(id: string): SavedCapture | undefined {
    return this.#captures.get(id)
  }

  get bytes(): number {
    return this.list().reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async mostBytes(): Promise<number> {
    return this.#parts.mostBytes ?? Math.min(mostByDefault, (await this.#disk()).size * shareOfDisk)
  }

  /**
   * Writes a file, one at a time. `accept` is told of it when it is whole, before it is listed; when that throws, nothing is left.
   * Throws Problem store-full when there is no room, or the file alone is above the bound.
   */
  async write(
    about: Omit<SavedCapture, "packets" | "bytes">,
    { parts, packets }: CaptureBytes,
    accept: (capture: SavedCapture) => void,
  ): Promise<SavedCapture> {
    const unfinished = this.#path(about.id, "part")
    try {
      const handle = await open(unfinished, "wx", 0o600)
      const bytes = await this.#fill(handle, parts).finally(() => handle.close())
      const capture = { ...about, packets: packets(), bytes }
      await writeFile(this.#path(about.id, "json"), JSON.stringify(capture), { mode: 0o600, flush: true })
      accept(capture)
      await rename(unfinished, this.#path(about.id, "pcapng"))
      this.#captures.set(about.id, capture)
      return capture
    } catch (error) {
      await Promise.all([rm(unfinished, { force: true }), rm(this.#path(about.id, "json"), { force: true })])
      throw isDiskFull(error)
        ? new Problem("store-full", "The disk with the data directory is full or read-only.")
        : error
    }
  }

  /** Open, so that it can be read to its end whatever becomes of it; undefined when somebody removed it. */
  async read(id: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path(id, "pcapng"))
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error
      this.#captures.delete(id)
      return undefined
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id, "pcapng"), { force: true })
    this.#captures.delete(id)
    await rm(this.#path(id, "json"), { force: true })
  }

  async #fill(handle: FileHandle, parts: CaptureBytes["parts"]): Promise<number> {
    const most = await this.mostBytes()
    let bytes = 0
    for await (const part of parts) {
      bytes += part.length
      await this.#makeRoom(bytes, most)
      await handle.appendFile(part)
    }
    await handle.sync()
    return bytes
  }

  async #makeRoom(bytes: number, most: number): Promise<void> {
    if (bytes > most) {
      const bound = Math.floor(most / megabyte)
      throw new Problem(
        "store-full",
        `It would be larger than all saved captures may be, ${bound} MB: see TUNDECK_CAPTURE_MEGABYTES.`,
      )
    }
    for (const capture of [...this.#captures.values()]) {
      if (this.bytes + bytes <= most) break
      await this.remove(capture.id)
      this.#parts.onLetGo(capture)
    }
    const { size, free } = await this.#disk()
    if (free >= Math.min(mostReserve, size * reserveOfDisk)) return
    throw new Problem("store-full", "The disk with the data directory is nearly full, and the rest is for the state.")
  }

  async #disk(): Promise<{ size: number; free: number }> {
    const { bsize, blocks, bavail } = await statfs(this.#parts.directory)
    return { size: blocks * bsize, free: bavail * bsize }
  }

  #path(id: string, kind: "part" | "json" | "pcapng"): string {
    return join(this.#parts.directory, `${id}.${kind}`)
  }
}

function readShelf(directory: string): Map<string, SavedCapture> {
  const names = new Set(readdirSync(directory))
  const captures: SavedCapture[] = []
  for (const name of names) {
    const [id = "", kind] = name.split(".")
    if (kind === "json" && names.has(`${id}.pcapng`)) {
      const capture = readAbout(join(directory, name))
      if (capture?.id === id) captures.push(capture)
    } else if (kind === "json" || kind === "part") rmSync(join(directory, name), { force: true })
  }
  return new Map(captures.sort((a, b) => a.time - b.time).map((capture) => [capture.id, capture]))
}

/** undefined when it is none. */
function readAbout(path: string): SavedCapture | undefined {
  try {
    return savedCapture.safeParse(JSON.parse(readFileSync(path, "utf8"))).data
  } catch {
    return undefined
  }
}

function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EROFS", "EIO", "EFBIG"].includes(codeOf(error) ?? "")
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined
}
