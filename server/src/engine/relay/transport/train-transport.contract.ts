import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { alike, bytesOf, numbered, trainOf } from "./testing/packets.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"

/** What those keep that take trains. */
export function trainTransportContract(name: string, subject: TransportSubject): void {
  describe(`the contract of a transport that takes trains: ${name}`, () => {
    let lab: TransportLab
    beforeEach(() => {
      lab = TransportLab.create(subject)
    })
    afterEach(() => lab.close())

    it("trains arrive whole, among packets, with what is still to be done to each", async () => {
      const { listener, caller } = await lab.pair()
      expect(caller.transport.takesTrains).toBe(true)
      const open = { ...trainOf(1), gsoType: 0, gsoSize: 0 }
      const packets = [
        trainOf(2),
        ...alike(1, 100),
        trainOf(64, 2),
        open,
        ...alike(2, 1300),
        trainOf(7, 3),
        trainOf(60, 4),
      ]
      caller.send(packets)
      await lab.until("all of it", () => listener.received.length === packets.length)
      const none = { gsoType: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0, peer: 0 }
      expect(listener.received).toEqual(packets.map((packet) => ({ ...none, ...packet })))
      expect(caller.verdicts).toEqual({ sent: 2 + 1 + 64 + 1 + 2 + 7 + 60, dropped: 0, reasons: [] })
      expect(caller.stats.outbound.bytes).toBeGreaterThan(packets.reduce((sum, { bytes }) => sum + bytes.length, 0))
    })

    it("trains that wait go on whole", async () => {
      const { listener, caller } = await lab.pair()
      let given = 0
      for (; !caller.isBlocked && given < 10_000; given++) caller.send([trainOf(50, given), ...numbered(given, 1)])
      expect(caller.isBlocked).toBe(true)
      await lab.until("all of it", () => listener.received.length === 2 * given)
      expect(caller.verdicts).toEqual({ sent: given * 51, dropped: 0, reasons: [] })
      expect(listener.received.every(({ gsoSize }, i) => gsoSize === (i % 2 === 0 ? 1000 : 0))).toBe(true)
      expect(bytesOf(listener.received.slice(-2, -1))).toEqual(bytesOf([trainOf(50, given - 1)]))
    })
  })
}
