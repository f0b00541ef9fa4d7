import { dropNumber } from "@tundeck/shared"
import { Batch } from "../batch.ts"
import type { RelayMemory } from "../memory.ts"
import { checkOpen } from "../offload/check-open.ts"
import { completeChecksum } from "../offload/complete-checksum.ts"
import { cutTrain } from "../offload/cut.ts"
import { region } from "../regions.ts"
import type { Traffic } from "../traffic.ts"
import type { FaultInjector } from "./fault-injector.ts"

const inbound = 1
const badTrain = dropNumber("bad-train")

/** Before each packet of a train: a hub that passes it on writes its header there. */
const headroom = 16

/** What came from the wire, on its way through a fault injector: trains are cut first, faults befall packets. */
export class InboundFaults {
  readonly injector: FaultInjector
  readonly #memory: RelayMemory
  readonly #traffic: Traffic
  readonly #isEthernet: boolean
  readonly #packets = new Batch(2048)
  mtu = 0

  constructor(injector: FaultInjector, memory: RelayMemory, traffic: Traffic, isEthernet: boolean) {
    this.injector = injector
    this.#memory = memory
    this.#traffic = traffic
    this.#isEthernet = isEthernet
  }

  /** Hot. */
  take(batch: Batch, now: number): void {
    const packets = this.#packets
    packets.clear()
    for (let i = 0; i < batch.count; i++) {
      if (packets.isFull) this.#pass(now)
      if (!batch.isOpen(i)) packets.copy(batch, i, batch.peer[i] ?? 0)
      else if (!this.#close(batch, i, now)) this.#drop(batch, i)
    }
    this.#pass(now)
  }

  #pass(now: number): void {
    if (this.#packets.count > 0) this.injector.take(this.#packets, now)
    this.#packets.clear()
  }

  /** One train at a time lies cut. */
  #close(batch: Batch, i: number, now: number): boolean {
    if (!checkOpen(this.#memory, batch, i, this.#isEthernet, this.mtu)) return false
    const packets = this.#packets
    if (batch.gsoSize[i] === 0) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      const start = batch.checksumStart[i] ?? 0
      if (!completeChecksum(this.#memory, at, length, start, batch.checksumOffset[i] ?? 0)) return false
      packets.add(at, length, batch.peer[i] ?? 0)
      return true
    }
    this.#pass(now)
    const { at, size } = region.inboundCut
    if (cutTrain(this.#memory, batch, i, this.#isEthernet, packets, at, headroom, at + size) < 0) return false
    this.#pass(now)
    return true
  }

  #drop(batch: Batch, i: number): void {
    const { view } = this.#memory
    this.#traffic.dropped(inbound, badTrain, 0, batch.peer[i] ?? 0, view, batch.at[i] ?? 0, batch.length[i] ?? 0)
  }
}
