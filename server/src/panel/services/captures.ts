import { Readable } from "node:stream"
import { CaptureFile, type captureQuery, defaultCaptureSeconds, type Filter, filterOf } from "@tundeck/shared"
import type { z } from "zod"
import { type OpenCapture, openCapture } from "../../engine-rpc/open-capture.ts"
import { errnoName } from "../live/errno-name.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import { version } from "../version.ts"
import type { Tunnels } from "./tunnels.ts"

export interface CapturesParts {
  store: Store
  tunnels: Tunnels
  engineSocket: string
  now: () => number
}

interface SavedCapture {
  /** Of the file: the tunnel and the time. */
  name: string
  /** Taken from the engine no faster than it is read. */
  bytes: Readable
}

/** Look-back captures, from the engine's records to files. The packets are private: each download is audited before it begins. */
export class Captures {
  readonly #parts: CapturesParts

  constructor(parts: CapturesParts) {
    this.#parts = parts
  }

  /** Throws Problem, among them those of the engine and store-full. */
  async save(actor: string, idOrName: string, query: z.output<typeof captureQuery>): Promise<SavedCapture> {
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
    const bytes = Readable.from(fileOf(capture, filter), { objectMode: false })
    // Also when it was never read: then the generators have not begun, and would not end the engine's part.
    bytes.once("close", () => void capture.frames.return())
    const time = new Date(now()).toISOString().slice(0, 19).replaceAll(":", "-")
    return { name: `${name}-${time}Z.pcapng`, bytes }
  }
}

async function* fileOf({ state, frames }: OpenCapture, filter?: Filter): AsyncGenerator<Uint8Array, void> {
  const file = new CaptureFile(state, errnoName, filter)
  yield file.begin(`Tundeck ${version}`)
  for await (const frame of frames) {
    if (frame.kind === "records") {
      const packets = file.packets(frame.bytes)
      if (packets.length > 0) yield packets // a filter may find none of them
    } else {
      file.update(frame.state)
      yield file.statistics()
    }
  }
}
