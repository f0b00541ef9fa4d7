import { wayByte } from "../../engine/way.ts"
import { passed } from "../../model/verdict.ts"
import { captureRecordAt as at, type CaptureRecord, captureRecordSize } from "../record.ts"

const plain: CaptureRecord = {
  ...{ number: 1, time: 1000, wireLength: 0, peer: 0, errno: 0, packets: 1, direction: "outbound", verdict: passed },
  injected: false,
  bytes: new Uint8Array(0),
}

/** A record as the engine sends it: its bytes whole, unless `wireLength` says more. */
export function recordBytes(change: Partial<CaptureRecord>): Uint8Array {
  const record = { ...plain, wireLength: change.bytes?.length ?? 0, ...change }
  const out = new Uint8Array(captureRecordSize(record.bytes.length))
  const view = new DataView(out.buffer)
  view.setUint32(at.size, out.length, true)
  view.setUint32(at.number, record.number, true)
  view.setFloat64(at.time, record.time, true)
  view.setUint32(at.wireLength, record.wireLength, true)
  view.setUint32(at.captured, record.bytes.length, true)
  view.setUint16(at.peer, record.peer, true)
  view.setUint16(at.errno, record.errno, true)
  view.setUint16(at.packets, record.packets, true)
  view.setUint8(at.way, wayByte(record))
  view.setUint8(at.verdict, record.verdict)
  out.set(record.bytes, at.bytes)
  return out
}
