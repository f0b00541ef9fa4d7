import { errno } from "@tundeck/native-bindings"
import { dropNumber } from "@tundeck/shared"
import { type Batch, strangerPeer } from "../batch.ts"
import type { DatagramWire } from "./datagram-wire.ts"
import type { PeerWatch } from "./peer-watch.ts"
import { isProbe } from "./probe.ts"
import type { TransportParts } from "./transport-parts.ts"

const inbound = 1
const unknownPeer = dropNumber("unknown-peer")
/** One wake-up receives so many, and what comes with them. */
const packetsAtOnce = 128
/** A socket that gave fewer messages than this has no more. */
const fullReceive = 8

/** The inbound side of a datagram transport. */
export class DatagramReceiver {
  readonly #wire: DatagramWire
  readonly #watch: PeerWatch
  readonly #parts: TransportParts

  constructor(wire: DatagramWire, watch: PeerWatch, parts: TransportParts) {
    this.#wire = wire
    this.#watch = watch
    this.#parts = parts
  }

  /** Hot. */
  receive(): void {
    const { inbound: batch, owner } = this.#parts
    for (let packets = 0; packets < packetsAtOnce && this.#wire.socket !== undefined; ) {
      batch.clear()
      const n = this.#wire.socket.receive(batch)
      if (n < 0) {
        if (n !== -errno.EAGAIN && n !== -errno.EINTR) this.#watch.heed(-n, 0)
        return
      }
      packets += Math.max(n, batch.count)
      this.#sort(batch)
      if (batch.count > 0) owner.received(batch)
      batch.clear()
      if (n < fullReceive) return
    }
  }

  /** Takes out what is no packet of a peer: probes, strangers, empty datagrams. */
  #sort(batch: Batch): void {
    const { view } = this.#parts.memory
    let kept = 0
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i] ?? 0
      const length = batch.length[i] ?? 0
      const place = batch.peer[i] ?? 0
      if (place === strangerPeer) {
        this.#parts.traffic.dropped(inbound, unknownPeer, 0, strangerPeer, view, at, length)
        continue
      }
      const peer = this.#watch.heard(place)
      if (isProbe(view, at, length)) {
        this.#watch.probed(place, peer, at)
        continue
      }
      if (length === 0) continue
      peer.isBusy = true
      if (kept !== i) {
        batch.at[kept] = at
        batch.length[kept] = length
        batch.peer[kept] = place
        batch.bundle[kept] = batch.bundle[i] ?? 0
      }
      kept += 1
    }
    batch.count = kept
  }
}
