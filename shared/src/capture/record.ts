import { type Way, wayOf } from "../engine/way.ts"

/**
 * A captured packet as it lies in the capture ring and travels to the panel, one behind the other:
 *
 *    0 u32 size of the record, a multiple of 8; with `captureFiller` set there is nothing in it
 *    4 u32 number of the packet in its ring, modulo 2^32      24 u16 place of the peer
 *    8 f64 time, ms of CLOCK_BOOTTIME                         26 u16 errno, 0 for none
 *   16 u32 wire length                                        28 u16 packets: 1, more for a train that went whole
 *   20 u32 captured bytes                                     30 u8  way: direction, injected (way.ts)
 *   32 the captured bytes                                     31 u8  verdict (0 passed, else drop reason number)
 */
export const captureRecordAt = {
  size: 0,
  number: 4,
  time: 8,
  wireLength: 16,
  captured: 20,
  peer: 24,
  errno: 26,
  packets: 28,
  way: 30,
  verdict: 31,
  bytes: 32,
} as const

export const captureFiller = 0x8000_0000
/** Of a train of 64 KB with its Ethernet header. */
export const largestCaptureRecord = 66_048

export interface CaptureRecord extends Way {
  /** Modulo 2^32: one more than the packet before it. */
  number: number
  /** Milliseconds of the machine's monotonic clock. */
  time: number
  wireLength: number
  peer: number
  errno: number
  packets: number
  /** 0: passed on; else the number of a drop reason. */
  verdict: number
  bytes: Uint8Array
}

export function captureRecordSize(captured: number): number {
  return (captureRecordAt.bytes + captured + 7) & ~7
}

/** The records in `chunk`, up to the first that is not whole or no record. They stay views of it. */
export function* captureRecordsOf(chunk: Uint8Array): Generator<CaptureRecord> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  for (let at = 0; at + captureRecordAt.bytes <= chunk.length; ) {
    const size = view.getUint32(at + captureRecordAt.size, true)
    const captured = view.getUint32(at + captureRecordAt.captured, true)
    if (size !== captureRecordSize(captured) || at + size > chunk.length) return
    yield {
      number: view.getUint32(at + captureRecordAt.number, true),
      time: view.getFloat64(at + captureRecordAt.time, true),
      wireLength: view.getUint32(at + captureRecordAt.wireLength, true),
      peer: view.getUint16(at + captureRecordAt.peer, true),
      errno: view.getUint16(at + captureRecordAt.errno, true),
      packets: view.getUint16(at + captureRecordAt.packets, true),
      ...wayOf(view.getUint8(at + captureRecordAt.way)),
      verdict: view.getUint8(at + captureRecordAt.verdict),
      bytes: chunk.subarray(at + captureRecordAt.bytes, at + captureRecordAt.bytes + captured),
    }
    at += size
  }
}

/** Where the first record of `chunk` begins that is not older than `since`; its length when there is none. */
export function firstSince(chunk: Uint8Array, since: number): number {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let at = 0
  while (at + captureRecordAt.bytes <= chunk.length && view.getFloat64(at + captureRecordAt.time, true) < since) {
    at += Math.max(8, view.getUint32(at + captureRecordAt.size, true))
  }
  return Math.min(at, chunk.length)
}
