import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { alike } from "./testing/packets.ts"
import { TransportLab, type TransportSubject } from "./testing/transport-lab.ts"

/** What those transports keep that have ports: one listener each, and a refusal where there is none. */
export function portContract(name: string, subject: TransportSubject): void {
  describe(`the contract of a transport with ports: ${name}`, () => {
    let lab: TransportLab
    beforeEach(() => {
      lab = TransportLab.create(subject)
    })
    afterEach(() => lab.close())

    it("where another listens it fails with that reason, and is there when it is free", async () => {
      const [first, second] = [lab.listen(), lab.listen()]
      first.transport.start()
      second.transport.start()
      expect(second.states).toEqual(["failed"])
      expect(second.lastReason?.code).toBe("port-in-use")
      second.send(alike(2, 100))
      expect(second.verdicts).toEqual({ sent: 0, dropped: 2, reasons: ["no-peer"] })
      second.transport.setPeers([lab.peer(0)])
      await lab.pass(5_000)
      expect(second.states).toEqual(["failed"])
      first.transport.stop()
      await lab.pass(5_000)
      expect(second.states).toEqual(["failed", "connecting"])
      expect(second.lastReason?.code).toBe("waiting-for-peer")
      const caller = lab.call()
      caller.transport.start()
      await lab.until("both to be up", () => second.isUp() && caller.isUp())
    })

    it("where nobody listens it is told so, and is up when somebody does", async () => {
      const caller = lab.call()
      caller.transport.start()
      await lab.until("the refusal", () => caller.lastReason?.code === "connection-refused")
      expect(caller.states).toEqual(["connecting"])
      expect(caller.isUp()).toBe(false)
      const listener = lab.listen()
      listener.transport.start()
      await lab.pass(35_000)
      await lab.until("both to be up", () => listener.isUp() && caller.isUp())
      expect(caller.states).toEqual(["connecting", "up"])
    })

    it("of several addresses it finds the one where somebody listens", async () => {
      const listener = lab.listen()
      listener.transport.start()
      const caller = lab.call({ remotes: [{ ...lab.local, port: 1 }, { ...lab.local, port: 2 }, lab.local] })
      caller.transport.start()
      for (let tries = 0; tries < 10 && !caller.isUp(); tries++) await lab.pass(20_000)
      await lab.until("both to be up", () => listener.isUp() && caller.isUp())
      expect(caller.states).toEqual(["connecting", "up"])
    })
  })
}
