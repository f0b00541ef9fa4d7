import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { RelayPeers } from "../messages.ts"
import { alike, bytesOf, packetsOfLength } from "./testing/packets.ts"
import type { TransportEnd } from "./testing/transport-end.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"

/** What every transport keeps that has many peers. The subject has three callers. */
export function hubContract(name: string, subject: TransportSubject): void {
  describe(`the contract of a hub's transport: ${name}`, () => {
    let lab: TransportLab
    beforeEach(() => {
      lab = TransportLab.create(subject)
    })
    afterEach(() => lab.close())

    /** Places 0, 2 and 3 are taken; 1 is free. */
    const places = [0, 2, 3] as const
    const peers = (): RelayPeers => [lab.peer(0), null, lab.peer(1), lab.peer(2)]

    const one = (peer: number) => ({ bytes: new Uint8Array(100).fill(0x45), peer })

    async function standing() {
      const hub = lab.listen({ isHub: true, peers: peers() })
      hub.transport.start()
      const callers = [0, 1, 2].map((i) => lab.call({ from: lab.caller(i) }))
      for (const caller of callers) caller.transport.start()
      await lab.until(
        "all to be up",
        () => places.every((place) => hub.isUp(place)) && callers.every((one) => one.isUp()),
      )
      const [first, second, third] = callers
      if (first === undefined || second === undefined || third === undefined) throw new Error("three callers")
      return { hub, callers, first, second, third }
    }

    const arrived = (end: TransportEnd, count: number) =>
      lab.until(`${count} packets`, () => end.received.length >= count)

    it("is up with its first peer, and tells each of them once", async () => {
      const { hub } = await standing()
      expect(hub.states).toEqual(["connecting", "up"])
      expect(hub.told.filter(({ type }) => type === "state")).toHaveLength(2)
      const told = hub.told.flatMap((what) => (what.type === "peer" ? [what] : []))
      expect(told.map(({ peer }) => peer).sort()).toEqual([0, 2, 3])
      places.forEach((place, i) => {
        expect(told.find(({ peer }) => peer === place)?.remote).toContain(lab.caller(i))
      })
    })

    it("each packet goes to its peer, in one batch with those of the others, and to nobody else", async () => {
      const { hub, callers } = await standing()
      const packets = packetsOfLength(Array.from({ length: 300 }, (_, i) => (i < 150 ? 400 : 100 + i)))
      const peerOf = (i: number) => places[Math.floor(i / 7) % 3] ?? 0
      hub.send(packets.map((packet, i) => ({ ...packet, peer: peerOf(i) })))
      for (const [n, caller] of callers.entries()) {
        const own = packets.filter((_, i) => peerOf(i) === places[n])
        await arrived(caller, own.length)
        expect(bytesOf(caller.received)).toEqual(bytesOf(own))
      }
      await lab.turns(20)
      expect(callers.reduce((sum, { received }) => sum + received.length, 0)).toBe(300)
      expect(hub.verdicts).toEqual({ sent: 300, dropped: 0, reasons: [] })
    })

    it("packets come with their sender's place", async () => {
      const { hub, callers } = await standing()
      callers.forEach((caller, i) => {
        caller.send(alike(5, 100 + i))
      })
      await arrived(hub, 15)
      places.forEach((place, i) => {
        expect(hub.received.filter(({ peer }) => peer === place).map(({ bytes }) => bytes.length)).toEqual(
          Array.from({ length: 5 }, () => 100 + i),
        )
      })
    })

    it("packets for a place where nobody is are dropped, those for the others among them pass", async () => {
      const { hub, first, third } = await standing()
      const packets = [0, 1, 3, 1, 4, 0, 700].map((peer, i) => ({
        ...one(peer),
        bytes: new Uint8Array(100 + i).fill(0x45),
      }))
      hub.send(packets)
      await arrived(first, 2)
      await arrived(third, 1)
      expect(hub.verdicts).toEqual({ sent: 3, dropped: 4, reasons: ["no-peer"] })
    })

    it("a peer that goes is told of, the others do not notice, and it may come again", async () => {
      const { hub, first, second, third } = await standing()
      second.transport.stop()
      await lab.pass(subject.isStream ? 0 : 40_000, [hub, first, third])
      await lab.until("the loss", () => !hub.isUp(2), [hub, first, third])
      expect(hub.states).toEqual(["connecting", "up"])
      for (const one of [first, third]) expect(one.states).toEqual(["connecting", "up"])
      hub.send([0, 2, 3].map(one))
      expect(hub.verdicts).toEqual({ sent: 2, dropped: 1, reasons: ["no-peer"] })
      const again = lab.call({ from: lab.caller(1) })
      again.transport.start()
      await lab.until("it to be up", () => again.isUp() && hub.isUp(2))
      hub.send([one(2)])
      await arrived(again, 1)
    })

    it("is up until the last one goes", async () => {
      const { hub, callers } = await standing()
      for (const caller of callers) {
        expect(hub.states).toEqual(["connecting", "up"])
        caller.transport.stop()
      }
      await lab.pass(subject.isStream ? 0 : 40_000, [hub])
      await lab.until("the last loss", () => places.every((place) => !hub.isUp(place)), [hub])
      expect(hub.states).toEqual(["connecting", "up", "reconnecting"])
    })

    it("a peer that is taken out is away at once; the others keep their connection", async () => {
      const { hub, first, second, third } = await standing()
      hub.transport.setPeers([lab.peer(0), null, null, lab.peer(2)])
      expect(hub.isUp(2)).toBe(false)
      second.send(alike(3, 100))
      first.send(alike(3, 200))
      third.send(alike(3, 300))
      await arrived(hub, 6)
      await lab.turns(20)
      expect(hub.received.map(({ peer }) => peer).sort()).toEqual([0, 0, 0, 3, 3, 3])
      for (const one of [first, third]) expect(one.states).toEqual(["connecting", "up"])
      hub.send([0, 2, 3].map(one))
      expect(hub.verdicts).toEqual({ sent: 2, dropped: 1, reasons: ["no-peer"] })
      expect(hub.told.filter((what) => what.type === "peer" && what.remote === null)).toHaveLength(1)
    })

    it("a peer that is disabled is away, and let in when it is enabled again", async () => {
      const { hub, second } = await standing()
      hub.transport.setPeers([lab.peer(0), null, lab.peer(1, false), lab.peer(2)])
      expect(hub.isUp(2)).toBe(false)
      hub.transport.setPeers(peers())
      await lab.pass(35_000)
      await lab.until("it to be back", () => hub.isUp(2) && second.isUp())
      expect(hub.states).toEqual(["connecting", "up"])
    })

    it("a new peer is let in beside those that stand", async () => {
      const hub = lab.listen({ isHub: true, peers: [lab.peer(0), null, lab.peer(1)] })
      hub.transport.start()
      const callers = [0, 1, 2].map((i) => lab.call({ from: lab.caller(i) }))
      for (const caller of callers) caller.transport.start()
      await lab.until("two to be up", () => hub.isUp(0) && hub.isUp(2))
      hub.transport.setPeers([lab.peer(0), lab.peer(2), lab.peer(1)])
      await lab.pass(35_000)
      await lab.until("the third to be up", () => hub.isUp(1))
      for (const one of callers.slice(0, 2)) expect(one.states).toEqual(["connecting", "up"])
      for (const place of [0, 1, 2]) {
        expect(hub.told.filter((what) => what.type === "peer" && what.peer === place)).toHaveLength(1)
      }
    })

    it("a peer whose place another takes is away, and the other has it", async () => {
      const hub = lab.listen({ isHub: true, peers: [lab.peer(0), lab.peer(1)] })
      hub.transport.start()
      const [first, second, third] = [0, 1, 2].map((i) => lab.call({ from: lab.caller(i) }))
      for (const caller of [first, second, third]) caller?.transport.start()
      await lab.until("two to be up", () => hub.isUp(0) && hub.isUp(1))
      hub.transport.setPeers([lab.peer(0), lab.peer(2)])
      await lab.pass(35_000)
      await lab.until("the third to be up", () => hub.isUp(1) && third?.isUp() === true)
      hub.send([one(1)])
      await lab.until("its packet", () => third?.received.length === 1)
      await lab.turns(10)
      expect(second?.received).toEqual([])
    })

    it("stopped, each of them is told to be away, and each packet has one verdict", async () => {
      const { hub } = await standing()
      hub.gate.isShut = true
      hub.send(alike(60, 100).map((packet, i) => ({ ...packet, peer: places[i % 3] ?? 0 })))
      hub.transport.stop()
      for (const place of places) expect(hub.isUp(place)).toBe(false)
      const { sent, dropped } = hub.verdicts
      expect(sent + dropped).toBe(60)
    })
  })
}
