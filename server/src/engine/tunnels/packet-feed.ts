import { createPacketRing, type PacketBatch, PacketRingReader } from "@tundeck/shared"

/** Enough for a page that has just been opened: the last packets that passed while nobody looked. */
const idleSlots = 32
/** 50,000 packets a second leave 80 ms to read them. */
const watchedSlots = 4096
const everyMs = 25
const recordsAtOnce = 2048

export function createIdleRing(): SharedArrayBuffer {
  return createPacketRing(idleSlots)
}

interface Watched {
  link: "ip" | "ethernet"
  reader: PacketRingReader
}

/** Reads the rings of watched tunnels, for as long as there are any. */
export class PacketFeed {
  readonly #watched = new Map<string, Watched>()
  readonly #onPackets: (batch: PacketBatch) => void
  #timer: NodeJS.Timeout | undefined

  constructor(onPackets: (batch: PacketBatch) => void) {
    this.#onPackets = onPackets
  }

  has(id: string): boolean {
    return this.#watched.has(id)
  }

  /** Answers the larger ring that the tunnel shall write to from now on. */
  watch(id: string, link: "ip" | "ethernet", ring: SharedArrayBuffer): SharedArrayBuffer {
    const larger = createPacketRing(watchedSlots)
    const reader = new PacketRingReader(ring)
    reader.follow(larger)
    this.#watched.set(id, { link, reader })
    this.#timer ??= setInterval(() => this.#read(), everyMs)
    return larger
  }

  unwatch(id: string): void {
    this.#watched.delete(id)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    for (const id of this.#watched.keys()) this.unwatch(id)
  }

  #read(): void {
    for (const [tunnel, { link, reader }] of this.#watched) {
      const { records, missed } = reader.read(recordsAtOnce)
      if (records.length > 0 || missed > 0) this.#onPackets({ tunnel, link, missed, records })
    }
  }
}
