import {
  createPacketRing,
  type PacketBatch,
  type PacketRecord,
  PacketRingReader,
  type RingRecord,
  type Watch,
} from "@tundeck/shared"

/** Enough for a page that has just been opened: the last packets that passed while nobody looked. */
const idleSlots = 32
/** 50,000 packets a second leave 80 ms to read them. */
const watchedSlots = 4096
/** Each time wakes the panel and all viewers, which costs a tunnel that carries all it can; of a quiet one a packet is wanted soon. */
const gatherMs = { few: 20, many: 50 } as const
const fewRecords = 20
const recordsAtOnce = 2048
/** Of what passed while a tunnel rested: as much as the panel keeps. */
const recordsAfterRest = 1000

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
  /** Its ring is filled, and not read. */
  isResting: boolean
  hasRested: boolean
}

/** Reads the rings of live tunnels, for as long as there are any. */
export class PacketFeed {
  readonly #watched = new Map<string, Watched>()
  readonly #onPackets: (batch: PacketBatch) => void
  #timer: NodeJS.Timeout | undefined

  constructor(onPackets: (batch: PacketBatch) => void) {
    this.#onPackets = onPackets
  }

  watchOf(id: string): Watch {
    const watched = this.#watched.get(id)
    if (watched === undefined) return "off"
    return watched.isResting ? "resting" : "live"
  }

  /** The tunnel writes to `ring`. Answers the larger one that it shall write to from now on. It is live. */
  watch(id: string, ring: SharedArrayBuffer, source: Source): SharedArrayBuffer {
    const larger = createPacketRing(watchedSlots)
    const reader = new PacketRingReader(ring)
    reader.follow(larger)
    this.#watched.set(id, { ...source, reader, isResting: false, hasRested: false })
    this.#setTimer()
    return larger
  }

  /** Of a tunnel that is live, or rests. */
  setResting(id: string, isResting: boolean): void {
    const watched = this.#watched.get(id)
    if (watched === undefined || watched.isResting === isResting) return
    watched.isResting = isResting
    watched.hasRested ||= isResting
    this.#setTimer()
  }

  unwatch(id: string): void {
    this.#watched.delete(id)
    this.#setTimer()
  }

  close(): void {
    for (const id of this.#watched.keys()) this.unwatch(id)
  }

  #setTimer(gather: number = gatherMs.few): void {
    if ([...this.#watched.values()].some(({ isResting }) => !isResting)) {
      this.#timer ??= setTimeout(() => this.#read(), gather)
      return
    }
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #read(): void {
    let gather: number = gatherMs.few
    for (const [tunnel, watched] of this.#watched) {
      const { link, reader, known, isResting, hasRested } = watched
      if (isResting) continue
      const { records, missed } = reader.read(hasRested ? recordsAfterRest : recordsAtOnce, hasRested)
      watched.hasRested = false
      if (records.length === 0 && missed === 0) continue
      const named = records.map((record) => ({ ...record, ...known(record) }))
      this.#onPackets({ tunnel, link, missed, records: named })
      if (records.length > fewRecords) gather = gatherMs.many
    }
    this.#timer = undefined
    this.#setTimer(gather)
  }
}
