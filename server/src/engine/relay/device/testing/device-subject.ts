import type { Batch } from "../../batch.ts"
import type { RelayMemory } from "../../memory.ts"
import {
  checksumOffsetOf,
  gsoTypeOfShape,
  packetsOf,
  plainShape,
  type TrainShape,
  trainBytes,
  transportAt,
} from "../../offload/testing/train-shape.ts"
import type { PacketDevice } from "../../ports.ts"
import type { MemoryPacket } from "../memory-device.ts"

/** A device under test, and the kernel's side of it. */
export interface DeviceSubject {
  device: PacketDevice
  memory: RelayMemory
  link: "ip" | "ethernet"
  /** A packet that the kernel sends out of the interface. */
  inject(packet: MemoryPacket): void
  /** The next packets that were written, as the kernel got them. */
  taken(count: number): Promise<Required<MemoryPacket>[]>
  setLink(isUp: boolean): Promise<void>
  /** The interface is deleted under us. */
  deleteLink(): Promise<void>
  isOpen(): boolean
  close(): Promise<void>
}

/** What a batch says of a packet to which nothing is to be done. */
export const complete = { gsoType: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0 }

export function shapeOf(subject: DeviceSubject, change: Partial<TrainShape>): TrainShape {
  return { ...plainShape, tags: subject.link === "ethernet" ? [] : null, ...change }
}

export function packetOf(subject: DeviceSubject, change: Partial<TrainShape>): MemoryPacket {
  const [bytes = new Uint8Array()] = packetsOf(shapeOf(subject, { isTcp: false, ...change }))
  return { bytes }
}

export function trainOf(subject: DeviceSubject, change: Partial<TrainShape>): Required<MemoryPacket> {
  const shape = shapeOf(subject, change)
  return {
    bytes: trainBytes(shape),
    gsoType: gsoTypeOfShape(shape),
    gsoSize: shape.gsoSize,
    checksumStart: transportAt(shape),
    checksumOffset: checksumOffsetOf(shape),
  }
}

export function setFields(batch: Batch, i: number, packet: MemoryPacket): void {
  batch.gsoType[i] = packet.gsoType ?? 0
  batch.gsoSize[i] = packet.gsoSize ?? 0
  batch.checksumStart[i] = packet.checksumStart ?? 0
  batch.checksumOffset[i] = packet.checksumOffset ?? 0
}

export function fieldsOf(batch: Batch, i: number) {
  return {
    gsoType: batch.gsoType[i],
    gsoSize: batch.gsoSize[i],
    checksumStart: batch.checksumStart[i],
    checksumOffset: batch.checksumOffset[i],
  }
}

export function fields({ gsoType, gsoSize, checksumStart, checksumOffset }: Required<MemoryPacket>) {
  return { gsoType, gsoSize, checksumStart, checksumOffset }
}
