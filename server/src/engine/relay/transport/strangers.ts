import { nameSize } from "../memory.ts"
import { endpointOf } from "./peer-index.ts"
import type { TransportParts } from "./transport-parts.ts"

const toldASecond = 10

/** Who sends to us and is no peer. Told a few times a second at most: who floods us shall not fill the time line. */
export class Strangers {
  readonly #parts: TransportParts
  #since = 0
  #count = 0

  constructor(parts: TransportParts) {
    this.#parts = parts
  }

  /** Its socket address lies at `name` of the calls' memory. */
  tell(name: number): void {
    const { loop, memory, owner } = this.#parts
    if (loop.now - this.#since > 1000) {
      this.#since = loop.now
      this.#count = 0
    }
    if (this.#count++ >= toldASecond) return
    const from = endpointOf(memory.calls.bytes.slice(name, name + nameSize))
    if (from !== undefined) owner.stranger(from.address)
  }
}
