import { dropNumber, largestSimpletunFrame } from "@tundeck/shared"
import type { Batch } from "../batch.ts"
import { headerBytes, packetsOf } from "../offload/train-size.ts"
import { largestPacket } from "../regions.ts"
import type { Verdicts } from "../traffic.ts"

/** How packets stand in a stream. docs/wire-format.md. */
export interface Framing {
  /** Bytes of the header before each packet. */
  readonly headerBytes: number
  readonly takesTrains: boolean
  /** The longest packet that is sent. */
  readonly largestSent: number
  /** The longest packet that is taken from the wire, on an interface that takes `largest`. */
  largestTaken(largest: number): number
  /** Writes the header of entry `i` before its packet. */
  write(view: DataView, batch: Batch, i: number): void
  /** The packet's length, by the header at `at`. */
  lengthAt(view: DataView, at: number): number
  /** Appends the packet behind the header at `at`. */
  append(view: DataView, at: number, length: number, peer: number, batch: Batch): void
  /** The packet behind the header at `at` was sent. */
  settle(verdicts: Verdicts, peer: number, view: DataView, at: number, length: number): void
}

const outbound = 0
export const frameTooLong = dropNumber("frame-too-long")

/** The tutorial's program: a 16-bit big-endian length, then the packet or Ethernet frame. */
const simpletun: Framing = {
  headerBytes: 2,
  takesTrains: false,
  largestSent: largestSimpletunFrame,
  largestTaken: (largest) => Math.min(largest, 65_535),
  write(view, batch, i) {
    view.setUint16((batch.at[i] ?? 0) - 2, batch.length[i] ?? 0)
  },
  lengthAt: (view, at) => view.getUint16(at),
  append(_view, at, length, peer, batch) {
    batch.add(at + 2, length, peer)
  },
  settle(verdicts, peer, view, at, length) {
    verdicts.passed(outbound, peer, view, at + 2, length)
  },
}

// u32 length | u8 0 | u8 segmentation | u16 bytes of each segment's payload | u16 where the open checksum begins | u16 where
// it stands from there; big-endian. The last four are those of struct virtio_net_hdr, 0 for a packet that is complete.
const recordAt = { length: 0, type: 5, size: 6, start: 8, offset: 10, packet: 12 } as const

/** Between two Tundecks: what the device gave, up to 64 KB whole, with what its virtio header said of it. */
const trains: Framing = {
  headerBytes: recordAt.packet,
  takesTrains: true,
  largestSent: largestPacket,
  largestTaken: () => largestPacket,
  write(view, batch, i) {
    const at = (batch.at[i] ?? 0) - recordAt.packet
    view.setUint32(at + recordAt.length, batch.length[i] ?? 0)
    view.setUint16(at + recordAt.type - 1, batch.gsoType[i] ?? 0)
    view.setUint16(at + recordAt.size, batch.gsoSize[i] ?? 0)
    view.setUint16(at + recordAt.start, batch.checksumStart[i] ?? 0)
    view.setUint16(at + recordAt.offset, batch.checksumOffset[i] ?? 0)
  },
  lengthAt: (view, at) => view.getUint32(at),
  append(view, at, length, peer, batch) {
    const i = batch.add(at + recordAt.packet, length, peer)
    batch.gsoType[i] = view.getUint8(at + recordAt.type)
    batch.gsoSize[i] = view.getUint16(at + recordAt.size)
    batch.checksumStart[i] = view.getUint16(at + recordAt.start)
    batch.checksumOffset[i] = view.getUint16(at + recordAt.offset)
  },
  settle(verdicts, peer, view, at, length) {
    const packet = at + recordAt.packet
    const size = view.getUint16(at + recordAt.size)
    if (size === 0) return verdicts.passed(outbound, peer, view, packet, length)
    const start = view.getUint16(at + recordAt.start)
    const header = headerBytes(view, packet, start, view.getUint16(at + recordAt.offset))
    const packets = packetsOf(length, header, size)
    verdicts.passedTrain(outbound, peer, view, packet, length, packets, length + (packets - 1) * header)
  },
}

export const framings: Record<"simpletun" | "trains", Framing> = { simpletun, trains }
