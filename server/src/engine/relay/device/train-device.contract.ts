import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { headerLength, packetsOf, type TrainShape } from "../offload/testing/train-shape.ts"
import {
  complete,
  type DeviceSubject,
  fields,
  fieldsOf,
  packetOf,
  setFields,
  shapeOf,
  trainOf,
} from "./testing/device-subject.ts"

const at = 4096
const capacity = 65_535

/** What a device that takes trains keeps beside. */
export function trainDeviceContract(name: string, make: () => Promise<DeviceSubject>): void {
  describe(`the contract of a device that takes trains: ${name}`, () => {
    let subject: DeviceSubject
    const batch = new Batch(512)
    beforeEach(async () => {
      subject = await make()
      batch.clear()
    })
    afterEach(() => subject.close())

    const shapes: [string, Partial<TrainShape>][] = [
      ["TCP over IPv4", { isTcp: true, packets: 20, last: 333 }],
      ["TCP over IPv6", { isTcp: true, isIpv4: false, packets: 20, last: 333 }],
      ["UDP over IPv4", { isTcp: false, packets: 20, last: 333 }],
      ["UDP over IPv6", { isTcp: false, isIpv4: false, packets: 20, last: 333 }],
      ["64 KB of TCP", { isTcp: true, packets: 65, last: 1000 }],
    ]

    it("says so", () => {
      expect(subject.device.takesTrains).toBe(true)
      expect(subject.device.takesDatagramTrains).toBe(true)
    })

    it.each(shapes)("a train is read whole, with what is still to be done to it: %s", (_name, shape) => {
      const train = trainOf(subject, shape)
      subject.inject(train)
      expect(subject.device.read(batch, at, capacity)).toBe(train.bytes.length)
      expect(fieldsOf(batch, 0)).toEqual(fields(train))
      expect(subject.memory.bytes.slice(at, at + train.bytes.length)).toEqual(train.bytes)
    })

    it.each(shapes)("a train is written whole: %s", async (_name, shape) => {
      const train = trainOf(subject, shape)
      subject.memory.bytes.set(train.bytes, at)
      setFields(batch, batch.add(at, train.bytes.length, 0), train)
      expect(subject.device.write(batch, 0)).toBeGreaterThan(0)
      expect((await subject.taken(1))[0]).toEqual(train)
    })

    it("a packet whose checksum is open is read and written so", async () => {
      const packet = { ...trainOf(subject, { packets: 1, last: 90 }), gsoType: 0, gsoSize: 0 }
      subject.inject(packet)
      subject.device.read(batch, at, capacity)
      expect(fieldsOf(batch, 0)).toEqual(fields(packet))
      expect(subject.device.write(batch, 0)).toBeGreaterThan(0)
      expect((await subject.taken(1))[0]).toEqual(packet)
    })

    it("after a train a single packet has nothing of it", async () => {
      subject.inject(trainOf(subject, { packets: 5, last: 9 }))
      subject.inject(packetOf(subject, { packets: 1, last: 50 }))
      for (const place of [at, at + 8192]) subject.device.read(batch, place, capacity)
      expect(fieldsOf(batch, 1)).toEqual(complete)
      for (const i of [0, 1]) subject.device.write(batch, i)
      const [, second] = await subject.taken(2)
      expect(second).toEqual({ ...complete, bytes: packetOf(subject, { packets: 1, last: 50 }).bytes })
    })

    it("pieces that are written joined are one train", async () => {
      const shape = shapeOf(subject, { isTcp: true, packets: 7, last: 123 })
      const train = trainOf(subject, shape)
      const header = headerLength(shape)
      // The pieces lie in any order.
      const places = [5, 3, 6, 0, 1, 2, 4].map((place) => at + place * 4096)
      const payloads = packetsOf(shape).map((bytes) => bytes.subarray(header))
      payloads.forEach((payload, i) => {
        const piece = i === 0 ? Buffer.concat([train.bytes.subarray(0, header), payload]) : payload
        subject.memory.bytes.set(piece, places[i] ?? 0)
        subject.memory.setVector(i + 1, places[i] ?? 0, piece.length)
      })
      setFields(batch, batch.add(places[0] ?? 0, train.bytes.length, 0), train)
      expect(subject.device.writeJoined(batch, 0, payloads.length)).toBeGreaterThan(0)
      expect((await subject.taken(1))[0]).toEqual(train)
    })
  })
}
