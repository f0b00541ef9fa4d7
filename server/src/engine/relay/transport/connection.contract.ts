import { readdirSync, readlinkSync } from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { alike } from "./testing/packets.ts"
import type { TransportEnd } from "./testing/transport-end.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"

/** What every transport keeps of who is there: part of `transportContract`. */
export function connectionContract(name: string, subject: TransportSubject): void {
  describe(`the contract of a transport, its peers: ${name}`, () => {
    let lab: TransportLab
    beforeEach(() => {
      lab = TransportLab.create(subject)
    })
    afterEach(() => lab.close())

    const arrived = (end: TransportEnd, count: number) =>
      lab.until(`${count} packets`, () => end.received.length >= count)

    it("waits and calls, then is up: each end is told once, and by whom", async () => {
      const listener = lab.listen()
      listener.transport.start()
      expect(listener.states).toEqual(["connecting"])
      expect(listener.lastReason?.code).toBe("waiting-for-peer")
      const caller = lab.call()
      caller.transport.start()
      await lab.until("both to be up", () => listener.isUp() && caller.isUp())
      await lab.turns(20)
      for (const end of [listener, caller]) {
        expect(end.states).toEqual(["connecting", "up"])
        expect(end.count("peer")).toBe(1)
        expect(end.lastReason).toBeNull()
        expect(end.stats.reconnects).toBe(0)
      }
      const [remote] = listener.told.flatMap((what) => (what.type === "peer" ? [what.remote] : []))
      expect(remote).toContain(lab.caller(0))
    })

    it("is lost when the other end goes, tells so, and is up again when that comes back", async () => {
      const { listener, caller } = await lab.pair()
      listener.transport.stop()
      await lab.pass(subject.isStream ? 0 : 20_000, [caller])
      await lab.until("the loss", () => !caller.isUp(), [caller])
      expect(caller.states).toEqual(["connecting", "up", "reconnecting"])
      expect(caller.lastReason).not.toBeNull()
      const again = lab.listen()
      again.transport.start()
      await lab.pass(35_000)
      await lab.until("both to be up", () => again.isUp() && caller.isUp())
      expect(caller.states.filter((state) => state !== "connecting" && state !== "reconnecting")).toEqual(["up", "up"])
      expect(caller.states.at(-1)).toBe("up")
      expect(caller.stats.reconnects).toBeGreaterThan(0)
      caller.send(alike(3, 300))
      await arrived(again, 3)
    })

    it("a listener that is stopped before it took notice has connected nobody", async () => {
      const [listener, caller] = [lab.listen(), lab.call()]
      listener.transport.start()
      caller.transport.start()
      caller.step()
      listener.transport.stop()
      await lab.pass(20_000)
      expect(caller.isUp()).toBe(false)
      expect(caller.states).not.toContain("failed")
    })

    it("a listener that loses its caller waits for it again, and knows it when it comes", async () => {
      const { listener, caller } = await lab.pair()
      caller.transport.stop()
      await lab.pass(subject.isStream ? 0 : 40_000, [listener])
      await lab.until("the loss", () => !listener.isUp(), [listener])
      expect(listener.states).toEqual(["connecting", "up", "reconnecting"])
      listener.send(alike(3, 300))
      expect(listener.verdicts.reasons).toEqual(["no-peer"])
      const again = lab.call()
      again.transport.start()
      await lab.until("both to be up", () => again.isUp() && listener.isUp())
      expect(listener.states).toEqual(["connecting", "up", "reconnecting", "up"])
      expect(listener.stats.reconnects).toBe(1)
      listener.send(alike(3, 300))
      await arrived(again, 3)
    })

    it("who calls from another address than the peer's is told of, never up, and not heard", async () => {
      const stranger = lab.call()
      const listener = lab.listen({ peers: [{ address: elsewhere(subject), allowed: null, enabled: true }] })
      listener.transport.start()
      stranger.transport.start()
      await lab.until("word of it", () => listener.count("stranger") > 0)
      stranger.send(alike(3, 100))
      await lab.turns(50)
      expect(listener.told).toContainEqual({ type: "stranger", address: lab.caller(0) })
      expect(listener.states).toEqual(["connecting"])
      expect(listener.received).toEqual([])
    })

    it("a disabled peer is a stranger; enabled it is let in", async () => {
      const listener = lab.listen({ peers: [lab.peer(0, false)] })
      const caller = lab.call()
      listener.transport.start()
      caller.transport.start()
      await lab.until("word of it", () => listener.count("stranger") > 0)
      listener.transport.setPeers([lab.peer(0)])
      await lab.pass(35_000)
      await lab.until("both to be up", () => listener.isUp() && caller.isUp())
    })

    it("a peer that is taken out is disconnected, and a stranger from then on", async () => {
      const { listener, caller } = await lab.pair()
      listener.transport.setPeers([{ address: elsewhere(subject), allowed: null, enabled: true }])
      expect(listener.isUp()).toBe(false)
      expect(listener.states.at(-1)).toBe("reconnecting")
      expect(listener.lastReason?.code).toBe("waiting-for-peer")
      caller.send(alike(3, 100))
      await lab.turns(30)
      expect(listener.received).toEqual([])
      listener.send(alike(3, 100))
      expect(listener.verdicts.reasons).toEqual(["no-peer"])
    })

    it("peers that stay keep their connection", async () => {
      const { listener, caller } = await lab.pair()
      listener.transport.setPeers([lab.peer(0)])
      caller.transport.setPeers([{ address: "", allowed: null, enabled: true }])
      caller.send(alike(3, 100))
      listener.send(alike(3, 100))
      await arrived(listener, 3)
      await arrived(caller, 3)
      for (const end of [listener, caller]) expect(end.states).toEqual(["connecting", "up"])
    })

    describe("by name", () => {
      it("without an address it asks for one, and calls when it has it", async () => {
        const listener = lab.listen()
        const caller = lab.call({ remotes: [], named: true })
        listener.transport.start()
        caller.transport.start()
        expect(caller.count("resolve")).toBe(1)
        expect(caller.isUp()).toBe(false)
        caller.transport.setRemotes([lab.local], null)
        await lab.until("both to be up", () => listener.isUp() && caller.isUp())
        expect(caller.count("resolve")).toBe(1)
      })

      it("where there is none the reason is told, and it asks again", async () => {
        const caller = lab.call({ remotes: [], named: true })
        caller.transport.start()
        caller.transport.setRemotes([], { code: "name-not-found", detail: "No such name." })
        expect(caller.states).toEqual(["connecting"])
        expect(caller.lastReason).toEqual({ code: "name-not-found", detail: "No such name." })
        await lab.pass(35_000)
        expect(caller.count("resolve")).toBeGreaterThan(1)
      })

      it("an answer that does not come is not waited for for ever", async () => {
        const caller = lab.call({ remotes: [], named: true })
        caller.transport.start()
        await lab.pass(20_000)
        expect(caller.lastReason?.code).toBe("name-not-found")
        await lab.pass(35_000)
        expect(caller.count("resolve")).toBeGreaterThan(1)
      })

      it("an answer to no question changes nothing", async () => {
        const { caller } = await lab.pair()
        caller.transport.setRemotes([{ address: elsewhere(subject), port: 9 }], null)
        await lab.turns(10)
        expect(caller.states).toEqual(["connecting", "up"])
      })
    })

    describe("stopped", () => {
      it("it has no descriptor left, and tells nothing any more", async () => {
        const before = descriptors()
        const [listener, caller] = [lab.listen(), lab.call()]
        const own = descriptors()
        listener.transport.start()
        caller.transport.start()
        await lab.until("both to be up", () => listener.isUp() && caller.isUp())
        expect(descriptors().length).toBeGreaterThan(own.length)
        for (const end of [caller, listener]) {
          end.transport.stop()
          expect(end.isUp()).toBe(false)
          end.told.length = 0
        }
        expect(descriptors()).toHaveLength(own.length)
        expect(own.length).toBeGreaterThanOrEqual(before.length)
        await lab.pass(40_000)
        for (const end of [caller, listener]) {
          expect(end.told).toEqual([])
          end.transport.stop()
          end.transport.setRemotes([lab.local], null)
          await lab.turns(5)
          expect(end.told.filter(({ type }) => type !== "blocked")).toEqual([])
        }
        expect(descriptors()).toHaveLength(own.length)
      })

      it("while it calls, waits or asks for a name likewise", async () => {
        const ends = [lab.listen(), lab.call(), lab.call({ remotes: [], named: true })]
        const own = descriptors()
        for (const end of ends) {
          end.transport.start()
          end.step()
          end.transport.stop()
          end.told.length = 0
          await lab.pass(40_000)
          expect(end.told).toEqual([])
        }
        expect(descriptors()).toHaveLength(own.length)
      })
    })
  })
}

function descriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith("socket:") || target.startsWith("anon_inode:[event") ? [target] : []
    } catch {
      return [] // the directory's own
    }
  })
}

/** An address that is nobody's here. */
function elsewhere({ address }: TransportSubject): string {
  return address.includes(":") ? "2001:db8::9" : "192.0.2.9"
}
