import { setImmediate } from "node:timers/promises"
import type { MemoryPacket } from "../../device/memory-device.ts"
import type { NumericEndpoint } from "../../messages.ts"
import { ownPort } from "../../testing/own-ports.ts"
import { TestClock } from "../../testing/test-clock.ts"
import { alike } from "../../transport/testing/packets.ts"
import { WireGuardEnd, type WireGuardEndOptions } from "./wireguard-end.ts"

/** WireGuard transports in one process, stepped in turn. Time may pass faster than it does. */
export class WireGuardLab {
  readonly ends: WireGuardEnd[] = []
  readonly #clock = new TestClock()

  /** An address of this host that nobody has yet. */
  local(address = "127.0.0.1"): NumericEndpoint {
    return { address, port: ownPort() }
  }

  /** A started one. */
  open(options: WireGuardEndOptions): WireGuardEnd {
    const end = new WireGuardEnd(options, this.#clock.read)
    this.ends.push(end)
    end.transport.start()
    return end
  }

  async until(what: string, isSo: () => boolean, ends: readonly WireGuardEnd[] = this.ends): Promise<void> {
    for (const by = performance.now() + 10_000; !isSo(); ) {
      if (performance.now() > by) throw new Error(`waited 10 s for ${what}`)
      for (const end of ends) end.step(1)
      await setImmediate()
    }
  }

  async turns(count: number, ends: readonly WireGuardEnd[] = this.ends): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const end of ends) end.step()
      await setImmediate()
    }
  }

  /** Time passes for the ends, half a second at a time. */
  async pass(milliseconds: number, ends: readonly WireGuardEnd[] = this.ends): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 500) {
      this.#clock.pass(Math.min(left, 500))
      for (const end of ends) end.loop.wakeAt(0)
      await this.turns(3, ends)
    }
  }

  /** Packets from one to the other arrive. */
  async passes(from: WireGuardEnd, to: WireGuardEnd, place = 0): Promise<void> {
    const before = to.received.length
    from.send(packets(3, place))
    await this.until("packets", () => to.received.length >= before + 3)
  }

  close(): void {
    for (const end of this.ends.splice(0)) end.close()
  }
}

/** For the peer in that place. */
export function packets(count: number, peer = 0): (MemoryPacket & { peer: number })[] {
  return alike(count, 200).map((packet) => ({ ...packet, peer }))
}
