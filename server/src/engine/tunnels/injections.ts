import { type EngineInjection, type Injected, mostInjectionsPerSecond, Problem } from "@tundeck/shared"
import { isHub, type RunningTunnel } from "./running-tunnel.ts"

const patienceMs = 5_000
const ethernetHeader = 14

type Fate = Omit<Injected, "length">

/** Hands packets that a person made up to workers, within a rate, and answers what became of each. */
export class Injections {
  readonly #waiting = new Map<number, (fate: Fate) => void>()
  readonly #rates = new WeakMap<RunningTunnel, { second: number; count: number }>()
  #questions = 0

  /** Throws Problem: tunnel-not-running, validation-failed (length, peer), rate-limited. */
  async inject(
    tunnel: RunningTunnel,
    { direction, peer, bytes }: EngineInjection,
    now = Date.now(),
  ): Promise<Injected> {
    const { worker, config } = tunnel
    if (worker === undefined || tunnel.attachment === undefined) {
      throw new Problem("tunnel-not-running", "It has no device now: see the tunnel's reason.")
    }
    const packet = new Uint8Array(Buffer.from(bytes, "base64"))
    const most = tunnel.mtu + (tunnel.attachment.kind === "tap" ? ethernetHeader : 0)
    if (packet.length === 0 || packet.length > most) {
      throw refused("packet", `It has ${grouped(packet.length)} bytes; the interface takes 1 to ${grouped(most)}.`)
    }
    const place = peer === undefined ? 0 : tunnel.places.all.findIndex((one) => one?.peer.name === peer)
    if (place < 0 || (peer !== undefined && !isHub(config))) throw refused("peer", `The tunnel has no peer ${peer}.`)
    this.#count(tunnel, now)

    this.#questions += 1
    const question = this.#questions
    const { promise, resolve, reject } = Promise.withResolvers<Fate>()
    const late = new Problem("tunnel-not-running", "Its relay worker does not answer: try again in a moment.")
    const timer = setTimeout(() => reject(late), patienceMs)
    this.#waiting.set(question, resolve)
    worker.post({ type: "inject", id: config.id, question, direction, peer: place, packet })
    try {
      return { length: packet.length, ...(await promise) }
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(question)
    }
  }

  answered(question: number, fate: Fate): void {
    this.#waiting.get(question)?.(fate)
  }

  #count(tunnel: RunningTunnel, now: number): void {
    const second = Math.floor(now / 1000)
    const rate = this.#rates.get(tunnel)
    const count = rate?.second === second ? rate.count + 1 : 1
    if (count > mostInjectionsPerSecond) {
      throw new Problem(
        "rate-limited",
        `At most ${mostInjectionsPerSecond} packets a second are injected into a tunnel.`,
      )
    }
    this.#rates.set(tunnel, { second, count })
  }
}

const grouped = (bytes: number) => bytes.toLocaleString("en-GB")

function refused(path: string, message: string): Problem {
  return new Problem("validation-failed", undefined, [{ path, message }])
}
