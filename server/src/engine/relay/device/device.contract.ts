import { errno } from "@tundeck/native-bindings"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import type { MemoryPacket } from "./memory-device.ts"
import { complete, type DeviceSubject, fieldsOf, packetOf, setFields } from "./testing/device-subject.ts"

const at = 4096
const capacity = 65_535

/** What every PacketDevice keeps. */
export function deviceContract(name: string, make: () => Promise<DeviceSubject>): void {
  describe(`the contract of a device: ${name}`, () => {
    let subject: DeviceSubject
    const batch = new Batch(512)
    beforeEach(async () => {
      subject = await make()
      batch.clear()
    })
    afterEach(() => subject.close())

    const single = (length: number, seed = 0) => packetOf(subject, { packets: 1, last: length, seed })
    const bytesAt = (i: number) => {
      const start = batch.at[i] ?? 0
      return subject.memory.bytes.slice(start, start + (batch.length[i] ?? 0))
    }
    const put = (packet: MemoryPacket, where: number) => {
      subject.memory.bytes.set(packet.bytes, where)
      const i = batch.add(where, packet.bytes.length, 0)
      setFields(batch, i, packet)
      return i
    }

    it("without a packet a read is EAGAIN, and the batch stays as it was", () => {
      batch.add(1, 2, 3)
      expect(subject.device.read(batch, at, capacity)).toBe(-errno.EAGAIN)
      expect(batch.count).toBe(1)
    })

    it("packets are read whole, in their order, each with its length", () => {
      const packets = [1, 2, 3, 100, 1300, 1, 77].map((length, i) => single(length, i))
      for (const packet of packets) subject.inject(packet)
      packets.forEach((packet, i) => {
        expect(subject.device.read(batch, at + i * 2048, capacity)).toBe(packet.bytes.length)
        expect(batch.count).toBe(i + 1)
        expect(fieldsOf(batch, i)).toEqual(complete)
      })
      expect(packets.map((_, i) => bytesAt(i))).toEqual(packets.map(({ bytes }) => bytes))
      expect(subject.device.read(batch, at, capacity)).toBe(-errno.EAGAIN)
    })

    it("many packets wait, and none of them is lost", () => {
      for (let i = 0; i < 300; i++) subject.inject(single(20, i))
      for (let i = 0; i < 300; i++) {
        batch.clear()
        expect(subject.device.read(batch, at, capacity)).toBeGreaterThan(0)
        expect(bytesAt(0)).toEqual(single(20, i).bytes)
      }
    })

    it("a read touches nothing but the packet's place", () => {
      const packet = single(500)
      subject.inject(packet)
      const before = subject.memory.bytes.fill(0xa5).slice()
      subject.device.read(batch, at, capacity)
      before.set(packet.bytes, at)
      expect(Buffer.compare(subject.memory.bytes, before)).toBe(0)
    })

    it("of a packet above the capacity the rest is lost, and the next one is whole", () => {
      const [long, next] = [single(900, 1), single(30, 2)]
      subject.inject(long)
      subject.inject(next)
      const before = subject.memory.bytes.fill(0xa5).slice()
      expect(subject.device.read(batch, at, 300)).toBe(300)
      before.set(long.bytes.subarray(0, 300), at)
      expect(Buffer.compare(subject.memory.bytes, before)).toBe(0)
      expect(subject.device.read(batch, at, capacity)).toBe(next.bytes.length)
      expect(bytesAt(1)).toEqual(next.bytes)
    })

    it("what is written comes out whole, in its order, and stays as it is", async () => {
      const packets = [1, 2, 3, 100, 1300, 1, 77].map((length, i) => single(length, i))
      for (const [i, packet] of packets.entries()) put(packet, at + i * 2048)
      const before = subject.memory.bytes.slice()
      for (let i = 0; i < packets.length; i++) expect(subject.device.write(batch, i)).toBeGreaterThan(0)
      const taken = await subject.taken(packets.length)
      expect(taken.map(({ bytes }) => bytes)).toEqual(packets.map(({ bytes }) => bytes))
      expect(taken.map(({ gsoSize }) => gsoSize)).toEqual(packets.map(() => 0))
      expect(Buffer.compare(subject.memory.bytes, before)).toBe(0)
    })

    it("IPv6 is written and read like IPv4", async () => {
      const packet = packetOf(subject, { isIpv4: false, packets: 1, last: 60 })
      subject.device.write(batch, put(packet, at))
      expect((await subject.taken(1))[0]?.bytes).toEqual(packet.bytes)
      subject.inject(packet)
      expect(subject.device.read(batch, at + 2048, capacity)).toBe(packet.bytes.length)
      expect(bytesAt(1)).toEqual(packet.bytes)
    })

    it("while the link is down a write is EIO and a read EAGAIN; up again, all is well", async () => {
      const i = put(single(100), at)
      await subject.setLink(false)
      expect(subject.device.write(batch, i)).toBe(-errno.EIO)
      expect(subject.device.read(batch, at, capacity)).toBe(-errno.EAGAIN)
      await subject.setLink(true)
      expect(subject.device.write(batch, i)).toBeGreaterThan(0)
      expect((await subject.taken(1))[0]?.bytes).toEqual(single(100).bytes)
    })

    it("of a deleted interface both are EBADFD, and it can still be released", async () => {
      const i = put(single(100), at)
      await subject.deleteLink()
      expect(subject.device.write(batch, i)).toBe(-errno.EBADFD)
      expect(subject.device.read(batch, at, capacity)).toBe(-errno.EBADFD)
      expect(batch.count).toBe(1)
      subject.device.release()
    })

    it("released, its fd is open still", () => {
      subject.device.release()
      expect(subject.isOpen()).toBe(true)
    })
  })
}
