import { expect, it } from "vitest"
import { Batch } from "../batch.ts"
import type { RelayPeer, RelayPeers } from "../messages.ts"
import type { Transport } from "../ports.ts"
import { FaultLab } from "./fault-lab.ts"
import { FaultyTransport } from "./faulty-transport.ts"

const peer = (address: string): RelayPeer => ({ address, allowed: null, enabled: true })
const before = [peer("192.0.2.1"), peer("192.0.2.2")]

class Plain implements Transport {
  readonly headroom = 12
  readonly takesTrains = true
  readonly largestPacket = 2000
  readonly tooLongReason = 5
  readonly pathPacket = 1400
  readonly calls: string[] = []
  start(): void {
    this.calls.push("start")
  }
  stop(): void {
    this.calls.push("stop")
  }
  send(): void {}
  setRemotes(): void {
    this.calls.push("setRemotes")
  }
  setPeers(peers: RelayPeers): void {
    this.calls.push(`setPeers ${peers.length}`)
  }
  alarm(): number {
    return 1500
  }
}

it("is the transport, but for trains, and for what the injector does to what is sent", () => {
  const lab = new FaultLab({ delayMs: 100 })
  const plain = new Plain()
  const faulty: Transport = new FaultyTransport(plain, lab.faults, before, () => lab.now)
  expect([faulty.headroom, faulty.largestPacket, faulty.tooLongReason, faulty.pathPacket]).toEqual([12, 2000, 5, 1400])
  expect(faulty.takesTrains).toBe(false)
  faulty.start()
  faulty.setRemotes([], null)
  const batch = new Batch(1)
  batch.add(64, 60, 1)
  faulty.send(batch)
  expect(lab.passed).toEqual([])
  expect(faulty.alarm(1050)).toBe(1100)
  faulty.setPeers([null, peer("192.0.2.2")])
  expect(faulty.alarm(1100)).toBe(1500)
  expect(lab.passed.map((each) => each.peer)).toEqual([1])
  faulty.send(batch)
  faulty.stop()
  expect(lab.dropped.map(({ reason }) => reason)).toEqual(["connection-lost"])
  expect(plain.calls).toEqual(["start", "setRemotes", "setPeers 2", "stop"])
})
