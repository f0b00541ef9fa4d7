import { type PacketBytes, Problem } from "@tundeck/shared"
import { actorOf, type Identity } from "../auth/identity.ts"
import type { PacketFeeds } from "../live/packet-feeds.ts"
import { recordAudit } from "../store/audit.ts"
import type { Store } from "../store/store.ts"
import type { Tunnels } from "./tunnels.ts"

export interface PacketReadsParts {
  store: Store
  tunnels: Tunnels
  feeds: PacketFeeds
  now: () => number
}

const hour = 3_600_000
/** Beyond these the first one is recorded again sooner. */
const mostRemembered = 1000

/** Packets that are opened, one by one. Whoever goes through many is recorded once an hour and tunnel, not a thousand times. */
export class PacketReads {
  readonly #parts: PacketReadsParts
  readonly #recorded = new Map<string, number>()

  constructor(parts: PacketReadsParts) {
    this.#parts = parts
  }

  /** Throws Problem: tunnel-not-found, packet-gone, store-full. */
  read(identity: Identity, idOrName: string, number: number): PacketBytes {
    const { id, name } = this.#parts.tunnels.row(idOrName).config
    const packet = this.#parts.feeds.packet(id, number)
    if (packet === undefined) throw new Problem("packet-gone")
    this.#record(identity, id, name)
    return { ...packet, bytes: Buffer.from(packet.bytes).toString("base64") }
  }

  #record(identity: Identity, id: string, name: string): void {
    const { store, now } = this.#parts
    const key = `${identity.credential} ${id}`
    const last = this.#recorded.get(key)
    if (last !== undefined && now() - last < hour) return
    recordAudit(store, { actor: actorOf(identity), action: "readPacket", subject: `tunnel ${name}` })
    this.#recorded.delete(key)
    this.#recorded.set(key, now())
    for (const oldest of this.#recorded.keys()) {
      if (this.#recorded.size <= mostRemembered) break
      this.#recorded.delete(oldest)
    }
  }
}
