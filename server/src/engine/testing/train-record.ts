// Records of framed trains, as a peer driven by hand sends them.
import {
  checksumOffsetOf,
  gsoTypeOfShape,
  type TrainShape,
  trainBytes,
  transportAt,
} from "../relay/offload/testing/train-shape.ts"

/** Of a record's header: what a virtio header says. */
interface Fields {
  type: number
  size: number
  start: number
  offset: number
}

/** docs/wire-format.md. What is not told is what is true of the train. */
export function record(shape: TrainShape, lies: Partial<Fields> = {}, bytes: Uint8Array = trainBytes(shape)): Buffer {
  const truth = {
    type: gsoTypeOfShape(shape),
    size: shape.gsoSize,
    start: transportAt(shape),
    offset: checksumOffsetOf(shape),
  }
  const { type, size, start, offset } = { ...truth, ...lies }
  const header = Buffer.alloc(12)
  header.writeUInt32BE(bytes.length)
  header.writeUInt8(type, 5)
  header.writeUInt16BE(size, 6)
  header.writeUInt16BE(start, 8)
  header.writeUInt16BE(offset, 10)
  return Buffer.concat([header, bytes])
}
