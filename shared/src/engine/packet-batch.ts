import type { RingRecord } from "./packet-ring.ts"
import { wayByte, wayOf } from "./way.ts"

/**
 * The engine's packet stream to the panel: raw bytes, so that what strangers sent is decoded without privileges.
 *
 *   u32 length of what follows | u8 length of the tunnel's id | id | u8 kind (0 ip, 1 ethernet) | u32 missed
 *   u16 count of names; each a peer's: u8 length | name
 *   u32 count of records; each: f64 number | f64 time | u32 wire length | u8 way | u8 verdict | u16 errno | u16 packets
 *     | u16 captured | u32 batch | f32 inside | u16 name, from 1; 0: none | u16 overhead, plus 1; 0: not known | u8 bundle | bytes
 * All little-endian; ids and names are ASCII.
 */
export interface PacketRecord extends Omit<RingRecord, "peer"> {
  /** The name of the peer that it is for, or came from; undefined where it is nobody's. */
  peer: string | undefined
  /** Bytes on the wire beside its own; undefined where that is not known. */
  overhead: number | undefined
}

export interface PacketBatch {
  tunnel: string
  link: "ip" | "ethernet"
  /** Packets that passed since the last batch and are not in this one. */
  missed: number
  records: PacketRecord[]
}

const recordHead = 41
/** Before the names: id's length, kind, missed, count. */
const batchHead = 1 + 1 + 4 + 2
export const largestBatch = 8 * 1024 * 1024

export function encodePacketBatch({ tunnel, link, missed, records }: PacketBatch): Uint8Array {
  const names = [...new Set(records.flatMap(({ peer }) => peer ?? []))]
  const numbers = new Map(names.map((name, i) => [name, i + 1]))
  const size =
    batchHead +
    tunnel.length +
    names.reduce((sum, name) => sum + 1 + name.length, 0) +
    4 +
    records.reduce((sum, record) => sum + recordHead + record.bytes.length, 0)
  const out = new Uint8Array(4 + size)
  const view = new DataView(out.buffer)
  view.setUint32(0, size, true)
  let at = putText(out, 4, tunnel)
  out[at] = link === "ip" ? 0 : 1
  view.setUint32(at + 1, missed, true)
  view.setUint16(at + 5, names.length, true)
  at += 7
  for (const name of names) at = putText(out, at, name)
  view.setUint32(at, records.length, true)
  at += 4
  for (const record of records) {
    view.setFloat64(at, record.number, true)
    view.setFloat64(at + 8, record.time, true)
    view.setUint32(at + 16, record.wireLength, true)
    out[at + 20] = wayByte(record)
    out[at + 21] = record.verdict
    view.setUint16(at + 22, record.errno, true)
    view.setUint16(at + 24, record.packets, true)
    view.setUint16(at + 26, record.bytes.length, true)
    view.setUint32(at + 28, record.batch, true)
    view.setFloat32(at + 32, record.inside, true)
    view.setUint16(at + 36, record.peer === undefined ? 0 : (numbers.get(record.peer) ?? 0), true)
    view.setUint16(at + 38, record.overhead === undefined ? 0 : record.overhead + 1, true)
    out[at + 40] = record.bundle
    out.set(record.bytes, at + recordHead)
    at += recordHead + record.bytes.length
  }
  return out
}

/** Behind its length; answers where it ends. */
function putText(out: Uint8Array, at: number, text: string): number {
  out[at] = text.length
  for (let i = 0; i < text.length; i++) out[at + 1 + i] = text.charCodeAt(i)
  return at + 1 + text.length
}

/** Takes the bytes after the length word; undefined when they are not a whole batch. */
export function decodePacketBatch(bytes: Uint8Array): PacketBatch | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const has = (length: number) => at + length <= bytes.length
  const text = () => {
    const length = bytes[at] ?? 0
    if (!has(1 + length)) return undefined
    at += 1 + length
    return String.fromCharCode(...bytes.subarray(at - length, at))
  }
  const tunnel = text()
  if (tunnel === undefined || !has(7)) return undefined
  const link = bytes[at] === 0 ? "ip" : "ethernet"
  const missed = view.getUint32(at + 1, true)
  const names: string[] = []
  const nameCount = view.getUint16(at + 5, true)
  at += 7
  for (let i = 0; i < nameCount; i++) {
    const name = text()
    if (name === undefined) return undefined
    names.push(name)
  }
  if (!has(4)) return undefined
  const count = view.getUint32(at, true)
  at += 4
  const records: PacketRecord[] = []
  for (let i = 0; i < count; i++) {
    if (!has(recordHead)) return undefined
    const captured = view.getUint16(at + 26, true)
    if (!has(recordHead + captured)) return undefined
    records.push({
      number: view.getFloat64(at, true),
      time: view.getFloat64(at + 8, true),
      wireLength: view.getUint32(at + 16, true),
      ...wayOf(bytes[at + 20] ?? 0),
      verdict: bytes[at + 21] ?? 0,
      errno: view.getUint16(at + 22, true),
      packets: view.getUint16(at + 24, true),
      batch: view.getUint32(at + 28, true),
      inside: view.getFloat32(at + 32, true),
      peer: names[view.getUint16(at + 36, true) - 1],
      overhead: view.getUint16(at + 38, true) === 0 ? undefined : view.getUint16(at + 38, true) - 1,
      bundle: bytes[at + 40] ?? 0,
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
