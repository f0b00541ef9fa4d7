import type { LinkType, PacketRecord } from "@tundeck/shared"

const chunkBytes = 128 * 1024
/** Of small packets: what is known of each takes room, too. */
const chunkPackets = 1024
const chunkRoom = chunkBytes + chunkPackets * 100
const mostRoom = 32 * 1024 * 1024

interface Placed {
  number: number
  time: number
  length: number
  start: number
  end: number
}

interface Chunk {
  bytes: Uint8Array
  used: number
  packets: Placed[]
}

interface Kept {
  link: LinkType
  chunks: Chunk[]
}

export interface KeptPacket {
  number: number
  time: number
  link: LinkType
  /** On the wire; `bytes` may be fewer. */
  length: number
  bytes: Uint8Array
}

/**
 * The bytes of the latest packets of watched tunnels, so that one can be opened: 32 MB of them all. When these are full, the
 * tunnel that holds most gives up its oldest, 128 KB at once.
 */
export class PacketBytes {
  readonly #mostChunks: number
  readonly #tunnels = new Map<string, Kept>()
  #chunks = 0

  constructor(most = mostRoom) {
    this.#mostChunks = Math.max(1, Math.floor(most / chunkRoom))
  }

  keep(tunnel: string, { number, time, wireLength, bytes }: PacketRecord, link: LinkType): void {
    const kept = this.#keptOf(tunnel, link, number)
    const chunk = this.#chunkFor(kept, bytes.length)
    const start = chunk.used
    chunk.bytes.set(bytes, start)
    chunk.used += bytes.length
    chunk.packets.push({ number, time, length: wireLength, start, end: chunk.used })
  }

  /** undefined when it was let go, or has not come. The bytes are true until the next `keep`. */
  find(tunnel: string, number: number): KeptPacket | undefined {
    const kept = this.#tunnels.get(tunnel)
    const chunk = kept?.chunks.find(({ packets }) => (packets.at(-1)?.number ?? -1) >= number)
    const found = chunk?.packets.find((packet) => packet.number === number)
    if (kept === undefined || chunk === undefined || found === undefined) return undefined
    const { time, length, start, end } = found
    return { number, time, link: kept.link, length, bytes: chunk.bytes.subarray(start, end) }
  }

  forget(tunnel: string): void {
    this.#chunks -= this.#tunnels.get(tunnel)?.chunks.length ?? 0
    this.#tunnels.delete(tunnel)
  }

  /** A tunnel that was started again counts from the beginning: what was kept bears the same numbers. */
  #keptOf(tunnel: string, link: LinkType, number: number): Kept {
    const known = this.#tunnels.get(tunnel)
    const latest = known?.chunks.at(-1)?.packets.at(-1)?.number ?? -1
    if (known !== undefined && known.link === link && number > latest) return known
    this.forget(tunnel)
    const kept = { link, chunks: [] }
    this.#tunnels.set(tunnel, kept)
    return kept
  }

  #chunkFor(kept: Kept, length: number): Chunk {
    const latest = kept.chunks.at(-1)
    if (latest !== undefined && latest.used + length <= chunkBytes && latest.packets.length < chunkPackets)
      return latest
    const used = this.#chunks < this.#mostChunks ? undefined : this.#giveUp()
    const bytes = used?.bytes ?? new Uint8Array(chunkBytes)
    const chunk = { bytes, used: 0, packets: [] }
    kept.chunks.push(chunk)
    this.#chunks++
    return chunk
  }

  #giveUp(): Chunk | undefined {
    let largest: Kept | undefined
    for (const kept of this.#tunnels.values()) {
      if (kept.chunks.length > (largest?.chunks.length ?? 0)) largest = kept
    }
    const oldest = largest?.chunks.shift()
    if (oldest !== undefined) this.#chunks--
    return oldest
  }
}
