import {
  createPacketRing,
  type PacketBatch,
  type PacketRecord,
  PacketRingReader,
  type RingRecord,
} from "@tundeck/shared"

/** Enough for a page that has just been opened: the last packets that passed while nobody looked. */
const idleSlots = 32
/** 50,000 packets a second leave 80 ms to read them. */
const watchedSlots = 4096
/** A page draws them 20 times a second; each time wakes the panel and all viewers. */
const everyMs = 50
const recordsAtOnce = 2048

export function createIdleRing(): SharedArrayBuffer {
  return createPacketRing(idleSlots)
}

interface Source {
  link: "ip" | "ethernet"
  /** What is known of the peer and of the way to it. */
  known(record: RingRecord): Pick<PacketRecord, "peer" | "overhead">
}

interface Watched extends Source {
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

  /** The tunnel writes to `ring`. Answers the larger one that it shall write to from now on. */
  watch(id: string, ring: SharedArrayBuffer, source: Source): SharedArrayBuffer {
    const larger = createPacketRing(watchedSlots)
    const reader = new PacketRingReader(ring)
    reader.follow(larger)
    this.#watched.set(id, { ...source, reader })
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
    for (const [tunnel, { link, reader, known }] of this.#watched) {
      const { records, missed } = reader.read(recordsAtOnce)
      if (records.length === 0 && missed === 0) continue
      const named = records.map((record) => ({ ...record, ...known(record) }))
      this.#onPackets({ tunnel, link, missed, records: named })
    }
  }
}
