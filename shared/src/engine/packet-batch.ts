import type { PacketRecord } from "./packet-ring.ts"

/**
 * The engine's packet stream to the panel: raw bytes, so that what strangers sent is decoded without privileges.
 *
 *   u32 length of what follows | u8 length of the tunnel's id | id | u8 kind (0 ip, 1 ethernet) | u32 missed | u32 count
 *   count times: f64 number | f64 time | u32 wire length | u8 direction | u8 verdict | u16 errno | u16 packets | u16 captured | bytes
 * All little-endian.
 */
export interface PacketBatch {
  tunnel: string
  link: "ip" | "ethernet"
  /** Packets that passed since the last batch and are not in this one. */
  missed: number
  records: PacketRecord[]
}

const recordHead = 28
export const largestBatch = 8 * 1024 * 1024

export function encodePacketBatch(batch: PacketBatch): Uint8Array {
  const id = Uint8Array.from(batch.tunnel, (char) => char.charCodeAt(0)) // ids are ASCII
  const size =
    4 + 1 + id.length + 1 + 4 + 4 + batch.records.reduce((sum, record) => sum + recordHead + record.bytes.length, 0)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  let at = 0
  view.setUint32(at, size - 4, true)
  out[4] = id.length
  out.set(id, 5)
  at = 5 + id.length
  out[at] = batch.link === "ip" ? 0 : 1
  view.setUint32(at + 1, batch.missed, true)
  view.setUint32(at + 5, batch.records.length, true)
  at += 9
  for (const record of batch.records) {
    view.setFloat64(at, record.number, true)
    view.setFloat64(at + 8, record.time, true)
    view.setUint32(at + 16, record.wireLength, true)
    out[at + 20] = record.direction === "outbound" ? 0 : 1
    out[at + 21] = record.verdict
    view.setUint16(at + 22, record.errno, true)
    view.setUint16(at + 24, record.packets, true)
    view.setUint16(at + 26, record.bytes.length, true)
    out.set(record.bytes, at + recordHead)
    at += recordHead + record.bytes.length
  }
  return out
}

/** Takes the bytes after the length word; undefined when they are not a whole batch. */
export function decodePacketBatch(bytes: Uint8Array): PacketBatch | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const idLength = bytes[0] ?? 0
  let at = 1 + idLength
  if (bytes.length < at + 9) return undefined
  const tunnel = String.fromCharCode(...bytes.subarray(1, at))
  const link = bytes[at] === 0 ? "ip" : "ethernet"
  const missed = view.getUint32(at + 1, true)
  const count = view.getUint32(at + 5, true)
  at += 9
  const records: PacketRecord[] = []
  for (let i = 0; i < count; i++) {
    if (bytes.length < at + recordHead) return undefined
    const captured = view.getUint16(at + 26, true)
    if (bytes.length < at + recordHead + captured) return undefined
    records.push({
      number: view.getFloat64(at, true),
      time: view.getFloat64(at + 8, true),
      wireLength: view.getUint32(at + 16, true),
      direction: bytes[at + 20] === 0 ? "outbound" : "inbound",
      verdict: bytes[at + 21] ?? 0,
      errno: view.getUint16(at + 22, true),
      packets: view.getUint16(at + 24, true),
      bytes: bytes.slice(at + recordHead, at + recordHead + captured),
    })
    at += recordHead + captured
  }
  return at === bytes.length ? { tunnel, link, missed, records } : undefined
}

/** Cuts a byte stream into batches. Throws RangeError on a length that no engine sends: the stream is lost then. */
export class PacketBatchStream {
  #pending: Uint8Array = new Uint8Array(0)

  push(chunk: Uint8Array): PacketBatch[] {
    const joined = new Uint8Array(this.#pending.length + chunk.length)
    joined.set(this.#pending)
    joined.set(chunk, this.#pending.length)
    const view = new DataView(joined.buffer)
    const batches: PacketBatch[] = []
    let at = 0
    while (joined.length - at >= 4) {
      const length = view.getUint32(at, true)
      if (length > largestBatch) throw new RangeError(`packet batch of ${length} bytes`)
      if (joined.length - at - 4 < length) break
      const batch = decodePacketBatch(joined.subarray(at + 4, at + 4 + length))
      if (batch === undefined) throw new RangeError("packet batch cut short")
      batches.push(batch)
      at += 4 + length
    }
    this.#pending = joined.slice(at)
    return batches
  }
}
