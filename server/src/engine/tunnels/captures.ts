import { totalmem } from "node:os"
import { constrainedMemory } from "node:process"
import { sys } from "@tundeck/native-bindings"
import { type CaptureRequest, createCaptureRing, defaultCapture, Problem, type TunnelCapture } from "@tundeck/shared"
import type { RelayCapture } from "../relay/messages.ts"
import { CaptureSession } from "./capture-session.ts"
import type { KeptCapture } from "./kept-capture.ts"
import type { RunningTunnel } from "./running-tunnel.ts"

const megabyte = 1024 * 1024
/** Of the machine's memory, for all rings together. */
const shareOfMemory = 0.25
/** Of what is left of it, at most, for one ring: so there is some for each, however many there are. */
const shareOfRest = 0.25
/** A stopped tunnel's packets can be saved for so long. */
const keptStoppedMs = 15 * 60_000

export interface CapturesParts {
  link(tunnel: RunningTunnel): "ip" | "ethernet"
  /** The tunnel gets less than it wants, or none. */
  warn(tunnel: RunningTunnel, text: string): void
  /** Bytes for all rings. */
  budget?: number
}

/** The capture rings of all tunnels. A ring outlives a restart of its tunnel, and for a while its stop. */
export class Captures {
  readonly #kept = new Map<string, KeptCapture>()
  readonly #parts: CapturesParts
  readonly #budget: number

  constructor(parts: CapturesParts) {
    this.#parts = parts
    this.#budget = parts.budget ?? memory() * shareOfMemory
  }

  /** What the tunnel's worker shall write to from now on: the ring that it has, unless another size is wanted. */
  start(tunnel: RunningTunnel): RelayCapture | null {
    const { id, capture: wanted = defaultCapture } = tunnel.config
    const before = this.#kept.get(id)
    clearTimeout(before?.expiry)
    if (!wanted.enabled) {
      this.#kept.delete(id)
      return null
    }
    const isSame =
      before?.wanted.megabytes === wanted.megabytes && before.tunnel.config.interface === tunnel.config.interface
    if (!isSame) this.#kept.delete(id)
    const ring = isSame ? before.ring : this.#create(tunnel, wanted)
    if (ring === undefined) return null
    const from = isSame ? before.from : Date.now()
    const link = this.#parts.link(tunnel)
    this.#kept.set(id, { tunnel, link, wanted, ring, from, stoppedAt: undefined, expiry: undefined })
    return { ring, snapLength: wanted.snapLength }
  }

  stopped(tunnel: RunningTunnel): void {
    const { id } = tunnel.config
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    kept.link = this.#parts.link(tunnel)
    kept.stoppedAt = sys.clockBoottimeMilliseconds()
    clearTimeout(kept.expiry)
    kept.expiry = setTimeout(() => this.#kept.delete(id), keptStoppedMs).unref()
  }

  /** Throws Problem tunnel-not-running or capture-off. */
  open(request: CaptureRequest, running: RunningTunnel | undefined): CaptureSession {
    const kept = this.#kept.get(request.id)
    if (running === undefined && (request.follow || kept === undefined)) {
      const text = request.follow ? "It can be followed while it runs" : "Of a stopped one nothing is kept any more"
      throw new Problem("tunnel-not-running", `${text}: start it.`)
    }
    if (kept === undefined) throw new Problem("capture-off", "Turn it on: what passes from then on can be saved.")
    if (running !== undefined) kept.link = this.#parts.link(running)
    return new CaptureSession(kept, request, () => this.#kept.get(request.id) === kept)
  }

  close(): void {
    for (const { expiry } of this.#kept.values()) clearTimeout(expiry)
    this.#kept.clear()
  }

  #create(tunnel: RunningTunnel, { megabytes }: TunnelCapture): SharedArrayBuffer | undefined {
    const used = [...this.#kept.values()].reduce((sum, { ring }) => sum + ring.byteLength, 0)
    const most = Math.max(megabyte, (this.#budget - used) * shareOfRest)
    const isLess = most < megabytes * megabyte
    if (isLess && tunnel.config.capture !== undefined) {
      const got = Math.floor(most / megabyte)
      const why = "all capture rings together have a quarter of this machine's memory"
      this.#parts.warn(tunnel, `Its capture has ${got} MB instead of ${megabytes}: ${why}.`)
    }
    try {
      return createCaptureRing(Math.min(most, megabytes * megabyte))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#parts.warn(tunnel, "Its packets are not captured: there is no memory for the ring.")
      return undefined
    }
  }
}

function memory(): number {
  const limit = constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
