import { Readable } from "node:stream"
import { type captureQuery, defaultCaptureSeconds, filterOf } from "@tundeck/shared"
import type { z } from "zod"
import { openCapture } from "../../engine-rpc/open-capture.ts"
import type { Tunnels } from "../services/tunnels.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import { fileOf } from "./file-of.ts"

interface CapturesParts {
  store: Store
  tunnels: Tunnels
  engineSocket: string
  now: () => number
}

export interface NamedFile {
  /** The tunnel and the time. */
  name: string
  bytes: Readable
}

/** Look-back captures, from the engine's records to files. The packets are private: each download is audited before it begins. */
export class Captures {
  readonly #parts: CapturesParts

  constructor(parts: CapturesParts) {
    this.#parts = parts
  }

  /** Throws Problem, among them those of the engine and store-full. */
  async save(actor: string, idOrName: string, query: z.output<typeof captureQuery>): Promise<NamedFile> {
    const { store, tunnels, engineSocket, now } = this.#parts
    const { id, name } = tunnels.row(idOrName).config
    const filter = query.filter === undefined ? undefined : filterOf(query.filter, { tunnel: [id, name] })
    const follow = query.follow === "true"
    const seconds = query.seconds ?? (follow ? 0 : defaultCaptureSeconds)
    const capture = await openCapture(engineSocket, { id, seconds, follow })
    try {
      const detail = { seconds, follow, filter: query.filter }
      recordAudit(store, { actor, action: "saveCapture", subject: `tunnel ${name}`, detail })
    } catch (error) {
      await capture.frames.return()
      throw error
    }
    const bytes = Readable.from(fileOf(capture, filter).parts, { objectMode: false })
    // Also when it was never read: then the generators have not begun, and would not end the engine's part.
    bytes.once("close", () => void capture.frames.return())
    return { name: fileName(name, now()), bytes }
  }
}

export function fileName(tunnel: string, time: number): string {
  return `${tunnel}-${new Date(time).toISOString().slice(0, 19).replaceAll(":", "-")}Z.pcapng`
}
