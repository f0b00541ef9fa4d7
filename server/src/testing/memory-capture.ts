import {
  captureRecordAt as at,
  type CaptureRequest,
  type CaptureState,
  captureRecordSize,
  defaultCapture,
  type PacketRecord,
  Problem,
  wayByte,
} from "@tundeck/shared"
import type { CaptureSource } from "../engine-rpc/serve-captures.ts"
import type { MemoryTunnel } from "./memory-tunnel.ts"

/** The capture of a tunnel in memory: the packets that it keeps, cut as is wanted. Its clock is the wall clock. */
export class MemoryCapture implements CaptureSource {
  readonly isAtEnd = true
  readonly #tunnel: MemoryTunnel
  readonly #isRunning: () => boolean
  readonly #follows: boolean
  readonly #since: number
  #last = 0
  #isOver = false

  /** `tunnel` undefined: none runs. */
  constructor({ seconds, follow }: CaptureRequest, tunnel: MemoryTunnel | undefined, isRunning: () => boolean) {
    if (tunnel === undefined) throw new Problem("tunnel-not-running")
    if (!(tunnel.config.capture ?? defaultCapture).enabled) throw new Problem("capture-off")
    this.#tunnel = tunnel
    this.#isRunning = isRunning
    this.#follows = follow
    this.#since = Date.now() - seconds * 1000
  }

  read(): Uint8Array | undefined {
    if (this.#isOver) return undefined
    const records = this.#tunnel.kept().filter(({ number, time }) => number > this.#last && time >= this.#since)
    this.#isOver = !this.#follows || !this.#isRunning()
    this.#last = records.at(-1)?.number ?? this.#last
    return Buffer.concat(records.map((record) => encode(record, this.#snapLength)))
  }

  state(isLast: boolean): CaptureState {
    const { config, link, status } = this.#tunnel
    const now = String(BigInt(Date.now()) * 1_000_000n)
    return {
      ...{ interface: config.interface, tunnel: config.name, link, snapLength: this.#snapLength },
      ...{ clockOffset: "0", from: now, now, peers: this.#tunnel.peers().map(({ name }) => name) },
      ...{ written: this.#last, overwritten: 0, drops: status.stats.drops, isLast },
    }
  }

  get #snapLength(): number {
    return (this.#tunnel.config.capture ?? defaultCapture).snapLength
  }
}

function encode({ bytes, ...record }: PacketRecord, snapLength: number): Uint8Array {
  const captured = snapLength === 0 ? bytes : bytes.subarray(0, snapLength)
  const size = captureRecordSize(captured.length)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  view.setUint32(at.size, size, true)
  view.setUint32(at.number, record.number, true)
  view.setFloat64(at.time, record.time, true)
  view.setUint32(at.wireLength, record.wireLength, true)
  view.setUint32(at.captured, captured.length, true)
  view.setUint16(at.errno, record.errno, true)
  view.setUint16(at.packets, record.packets, true)
  view.setUint8(at.way, wayByte(record))
  view.setUint8(at.verdict, record.verdict)
  out.set(captured, at.bytes)
  return out
}
