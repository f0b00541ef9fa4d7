import { randomBytes } from "node:crypto"
import { type CaptureCause, filterOf, Problem, type SavedCapture } from "@tundeck/shared"
import { openCapture } from "../../engine-rpc/open-capture.ts"
import type { Events } from "../services/events.ts"
import { Serial } from "../services/serial.ts"
import type { Tunnels } from "../services/tunnels.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import { fileName, type NamedFile } from "./captures.ts"
import { causesText } from "./cause-text.ts"
import { fileOf } from "./file-of.ts"
import { CaptureShelf } from "./shelf.ts"

const ourselves = "tundeck"

export interface SavedCapturesParts {
  store: Store
  tunnels: Tunnels
  events: Events
  engineSocket: string
  directory: string
  /** For all of them; undefined: as the disk allows. */
  mostBytes: number | undefined
  now: () => number
}

interface Wish {
  /** The tunnel's id or name. */
  tunnel: string
  seconds: number
  filter?: string | undefined
  causes: CaptureCause[]
}

/** Captures on this host's disk: saved when asked, or by themselves, listed, given out and deleted. */
export class SavedCaptures {
  readonly #parts: SavedCapturesParts
  readonly #shelf: CaptureShelf
  readonly #serial = new Serial()
  #isClosing = false

  constructor(parts: SavedCapturesParts) {
    this.#parts = parts
    const { directory, mostBytes } = parts
    this.#shelf = new CaptureShelf({ directory, mostBytes, onLetGo: (capture) => this.#letGo(capture) })
  }

  async list(tunnel: string | undefined): Promise<{ items: SavedCapture[]; bytes: number; mostBytes: number }> {
    const id = tunnel === undefined ? undefined : this.#parts.tunnels.row(tunnel).config.id
    const items = this.#shelf.list().filter((capture) => id === undefined || capture.tunnel === id)
    return { items, bytes: this.#shelf.bytes, mostBytes: await this.#shelf.mostBytes() }
  }

  /** One after the other. Seconds count back from when it was asked. Throws Problem, among them those of the engine and store-full. */
  async keep(actor: string | null, { tunnel, filter: text, causes, ...wish }: Wish): Promise<SavedCapture> {
    const { store, tunnels, events, engineSocket, now } = this.#parts
    const asked = now()
    const { id, name } = tunnels.row(tunnel).config
    const filter = text === undefined ? undefined : filterOf(text, { tunnel: [id, name] })
    return this.#serial.run(async () => {
      const seconds = wish.seconds + Math.max(0, now() - asked) / 1000
      const capture = await openCapture(engineSocket, { id, seconds, follow: false })
      const bytes = fileOf(capture, filter)
      const about = {
        ...{
          id: `c_${randomBytes(8).toString("hex")}`,
          tunnel: id,
          name,
          time: now(),
          seconds: Math.round(seconds),
          causes,
        },
        ...(text !== undefined && { filter: text }),
      }
      const subject = `tunnel ${name}`
      try {
        const saved = await this.#shelf.write(about, { ...bytes, parts: this.#unlessClosing(bytes.parts) }, (saved) => {
          const detail = { ...saved, name: undefined, tunnel: undefined }
          recordAudit(store, { actor: actor ?? ourselves, action: "keepCapture", subject, detail })
        })
        const packets = `${saved.packets} ${saved.packets === 1 ? "packet" : "packets"}`
        const what = `Saved the last ${saved.seconds} s, ${packets}: ${causesText(causes)}.`
        events.record({ severity: actor === null ? "warning" : "info", subject, text: what, capture: saved.id })
        return saved
      } finally {
        await capture.frames.return()
      }
    })
  }

  /** The record is in the audit before the first byte. Throws Problem capture-not-found and store-full. */
  async download(actor: string, id: string): Promise<NamedFile> {
    const { name, time } = this.#find(id)
    const handle = await this.#shelf.read(id)
    if (handle === undefined) throw notFound(id)
    try {
      recordAudit(this.#parts.store, { actor, action: "downloadCapture", subject: `tunnel ${name}`, detail: { id } })
    } catch (error) {
      await handle.close()
      throw error
    }
    return { name: fileName(name, time), bytes: handle.createReadStream() }
  }

  /** First the file, then the record: on a full disk there would be no room for it. Throws Problem capture-not-found. */
  async delete(actor: string, id: string): Promise<void> {
    const { name } = this.#find(id)
    await this.#shelf.remove(id)
    recordAudit(this.#parts.store, { actor, action: "deleteCapture", subject: `tunnel ${name}`, detail: { id } })
  }

  /** All of a tunnel that is deleted. */
  forget(tunnel: string): Promise<void> {
    return this.#serial.run(async () => {
      const its = this.#shelf.list().filter((capture) => capture.tunnel === tunnel)
      for (const { id } of its) await this.#shelf.remove(id)
    })
  }

  /** One that is being saved is given up, and leaves nothing. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#serial.run(async () => {})
  }

  #find(id: string): SavedCapture {
    const capture = this.#shelf.find(id)
    if (capture === undefined) throw notFound(id)
    return capture
  }

  #letGo({ id, name, time }: SavedCapture): void {
    const { store, events } = this.#parts
    const subject = `tunnel ${name}`
    recordAudit(store, { actor: ourselves, action: "deleteCapture", subject, detail: { id } })
    const text = `Let go of the saved capture of ${new Date(time).toISOString()}: newer ones needed its room.`
    events.record({ severity: "info", subject, text })
  }

  async *#unlessClosing(parts: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
    for await (const part of parts) {
      if (this.#isClosing) throw new Problem("engine-unavailable", "Tundeck stops.")
      yield part
    }
  }
}

function notFound(id: string): Problem {
  return new Problem("capture-not-found", `There is no saved capture ${id}.`)
}
