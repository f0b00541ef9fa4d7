import { initiationsPerSecond, timestampSize } from "./protocol.ts"

/** TAI64 label of 1970-01-01 00:00:10 TAI, from which the seconds of Unix count: https://cr.yp.to/libtai/tai64.html */
const epochLabel = 0x4000_0000_0000_000an
const second = 1_000_000_000n
/**
 * Time stamps tell no more of the clock than the protocol needs: they are whole steps of the largest power of two of
 * nanoseconds below the 20 ms between two initiations.
 */
const step = 2n ** BigInt(Math.floor(Math.log2(1e9 / initiationsPerSecond)))

/** A time stamp, as nanoseconds since 1970: that of `unixMs`, or the next one after `last` when that is not past. */
export function nextTimestamp(unixMs: number, last: bigint): bigint {
  const wanted = whiten(BigInt(Math.floor(unixMs)) * 1_000_000n)
  return wanted > last ? wanted : whiten(last + step)
}

function whiten(nanoseconds: bigint): bigint {
  const within = nanoseconds % second
  return nanoseconds - within + (within / step) * step
}

/** TAI64N, big-endian: of two, the later one has the greater bytes. */
export function encodeTai64n(nanoseconds: bigint): Uint8Array {
  const bytes = new Uint8Array(timestampSize)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, epochLabel + nanoseconds / second)
  view.setUint32(8, Number(nanoseconds % second))
  return bytes
}
