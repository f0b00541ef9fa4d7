import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { MemoryPacket } from "../device/memory-device.ts"
import { region } from "../regions.ts"
import { connectionContract } from "./connection.contract.ts"
import { alike, bytesOf, numbered, numbersOf, packetsOfLength } from "./testing/packets.ts"
import type { TransportEnd } from "./testing/transport-end.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"

/** What every transport between two ends keeps. */
export function transportContract(name: string, subject: TransportSubject): void {
  connectionContract(name, subject)
  packetContract(name, subject)
}

/** The part of it that is about the packets. */
export function packetContract(name: string, subject: TransportSubject): void {
  describe(`the contract of a transport, its packets: ${name}`, () => {
    let lab: TransportLab
    beforeEach(() => {
      lab = TransportLab.create(subject)
    })
    afterEach(() => lab.close())

    const arrived = (end: TransportEnd, count: number) =>
      lab.until(`${count} packets`, () => end.received.length >= count)

    it("packets of every length arrive whole, both ways, with their sender's place", async () => {
      const { listener, caller } = await lab.pair()
      const lengths = [
        1,
        2,
        11,
        13,
        20,
        21,
        576,
        1279,
        1280,
        1281,
        1400,
        1472,
        1500,
        subject.longest,
        1,
        subject.longest,
      ].filter((length) => !subject.seals || length >= 20)
      const packets = packetsOfLength(lengths)
      for (const [from, to] of [
        [caller, listener],
        [listener, caller],
      ] as const) {
        from.send(packets)
        await arrived(to, packets.length)
        expect(bytesOf(to.received)).toEqual(bytesOf(packets))
        expect(to.received.every(({ peer, gsoSize, checksumOffset }) => peer + gsoSize + checksumOffset === 0)).toBe(
          true,
        )
        expect(from.verdicts).toEqual({ sent: packets.length, dropped: 0, reasons: [] })
        expect(from.stats.outbound.bytes).toBe(lengths.reduce((sum, length) => sum + length, 0))
      }
    })

    it.each([0, 1, 64])("many packets in many batches arrive in their order, %i bytes apart", async (gap) => {
      const { listener, caller } = await lab.pair()
      for (let round = 0; round < 20; round++) {
        const packets = alike(100, 700 + round)
        caller.send(packets, gap)
        await arrived(listener, 100)
        expect(bytesOf(listener.received.splice(0))).toEqual(bytesOf(packets))
      }
      expect(caller.verdicts).toEqual({ sent: 2000, dropped: 0, reasons: [] })
      expect(caller.count("blocked") === 0 || !caller.isBlocked).toBe(true)
    })

    it("so do two thousand small ones in one batch", async () => {
      const { listener, caller } = await lab.pair()
      const packets = alike(2000, 60)
      caller.send(packets)
      await arrived(listener, packets.length)
      expect(bytesOf(listener.received)).toEqual(bytesOf(packets))
    })

    it("what was sent before the end arrives", async () => {
      const { listener, caller } = await lab.pair()
      caller.send(alike(1000, 200))
      const { sent, dropped } = caller.verdicts
      caller.transport.stop()
      expect(sent + dropped).toBe(1000)
      await arrived(listener, sent)
      await lab.turns(20, [listener])
      expect(listener.received).toHaveLength(sent)
    })

    it("touches nothing of the batch's memory but the headroom before each packet, and the packet itself where it encrypts", async () => {
      const { caller } = await lab.pair()
      const packets = packetsOfLength([100, 1300, 1, 700])
      const { at, size } = region.outbound
      const { headroom } = caller.transport
      const expected = new Uint8Array(10_000).fill(0xa5)
      caller.memory.bytes.fill(0xa5, at, at + size)
      caller.send(packets, 32)
      const seen = caller.memory.bytes.slice(at, at + expected.length)
      let start = 0
      for (const { bytes } of packets) {
        start += 32 + headroom
        seen.fill(0xa5, start - headroom, start)
        if (subject.seals) seen.fill(0xa5, start, start + bytes.length + 32)
        else expected.set(bytes, start)
        start += bytes.length
      }
      expect(Buffer.compare(seen, expected)).toBe(0)
    })

    // Where there are no keys yet packets wait for them.
    if (!subject.seals)
      it("without a peer each packet is dropped with that reason: before the start, while calling, while waiting, after the stop", async () => {
        const [listener, caller] = [lab.listen(), lab.call()]
        let given = 0
        const drop = (end: TransportEnd) => {
          end.send(alike(3, 100))
          expect(end.verdicts).toEqual({ sent: 0, dropped: given + 3, reasons: ["no-peer"] })
        }
        drop(listener)
        drop(caller)
        given += 3
        listener.transport.start()
        drop(listener)
        given += 3
        listener.transport.stop()
        drop(listener)
      })

    it("what waits when it is full goes on when it is not, in its order; the owner is told of both", async () => {
      const { listener, caller } = await lab.pair()
      const given = await fill(lab, caller)
      caller.gate.isShut = false
      await lab.until("room", () => !caller.isBlocked)
      await arrived(listener, given)
      expect(caller.verdicts).toEqual({ sent: given, dropped: 0, reasons: [] })
      expect(numbersOf(listener.received)).toEqual(Array.from({ length: given }, (_, i) => i))
      const blocked = caller.told.flatMap((what) => (what.type === "blocked" ? [what.on] : []))
      expect(blocked.slice(blocked.indexOf(true)).every((on, i) => on === (i % 2 === 0))).toBe(true)
    })

    it("what waits is marked, when it goes or is dropped, if a person made it up; and nothing else is", async () => {
      const { listener, caller } = await lab.pair()
      const made = await fill(lab, caller, (packets) => caller.inject(packets))
      caller.gate.isShut = false
      await arrived(listener, made)
      await lab.until("room", () => !caller.isBlocked)
      caller.send(numbered(made, 5))
      await arrived(listener, made + 5)
      const given = await fill(lab, caller)
      caller.gate.isShut = false
      await arrived(listener, made + 5 + given)
      await lab.until("room again", () => !caller.isBlocked)
      expect(caller.marks).toEqual([...Array(made).fill(true), ...Array(5 + given).fill(false)])
      await fill(lab, caller, (packets) => caller.inject(packets))
      caller.transport.stop()
      expect(caller.marks.slice(made + 5 + given).every((isMarked) => isMarked)).toBe(true)
    })

    it("what is sent to one that is full is dropped with that reason, and each packet has one verdict", async () => {
      const { listener, caller } = await lab.pair()
      const given = await fill(lab, caller)
      caller.send(numbered(given, 50))
      expect(caller.verdicts.dropped).toBe(50)
      expect(caller.verdicts.reasons).toEqual(["queue-full"])
      caller.gate.isShut = false
      await arrived(listener, given)
      expect(caller.verdicts).toEqual({ sent: given, dropped: 50, reasons: ["queue-full"] })
      await lab.until("room", () => !caller.isBlocked)
      caller.send(numbered(given, 1))
      await arrived(listener, given + 1)
      expect(numbersOf(listener.received)).toEqual(Array.from({ length: given + 1 }, (_, i) => i))
    })

    it("what waits when it is stopped is dropped: each packet has one verdict", async () => {
      const { caller } = await lab.pair()
      const given = await fill(lab, caller)
      caller.transport.stop()
      const { sent, dropped } = caller.verdicts
      expect(sent + dropped).toBe(given)
      expect(caller.isBlocked).toBe(false)
    })

    it("packets that are longer than it carries have a verdict, and the others pass", async () => {
      const { listener, caller } = await lab.pair()
      const longest = Math.min(caller.transport.largestPacket, 65_535)
      const packets = packetsOfLength([100, longest, 100])
      caller.send(packets)
      await arrived(listener, 2)
      await lab.turns(50)
      const { sent, dropped } = caller.verdicts
      expect(sent + dropped).toBe(3)
      expect(listener.received).toHaveLength(sent)
      const [first, ...rest] = bytesOf(listener.received)
      expect(first).toBe(bytesOf(packets)[0])
      expect(rest.at(-1)).toBe(bytesOf(packets)[2])
    })
  })
}

/** Sends until it takes no more, though its other end does nothing. Answers how many. */
async function fill(
  lab: TransportLab,
  end: TransportEnd,
  send = (packets: readonly MemoryPacket[]) => end.send(packets),
): Promise<number> {
  end.gate.isShut = true
  for (let given = 0; given < 100_000; ) {
    for (; !end.isBlocked; given += 20) send(numbered(given, 20))
    await lab.turns(20, [end])
    if (end.isBlocked) return given
  }
  throw new Error("it is never full")
}
