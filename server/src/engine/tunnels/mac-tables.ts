import type { MacEntry } from "@tundeck/shared"
import type { LearnedMac } from "../relay/messages.ts"
import type { RunningTunnel } from "./running-tunnel.ts"

const patienceMs = 2_000

/** Asks workers what their hubs have learned. */
export class MacTables {
  readonly #waiting = new Map<number, (macs: LearnedMac[]) => void>()
  #questions = 0

  /** Nothing from a worker that has died meanwhile. */
  async ask(tunnel: RunningTunnel): Promise<MacEntry[]> {
    const { worker, config, places } = tunnel
    if (worker === undefined) return []
    this.#questions += 1
    const question = this.#questions
    const macs = await new Promise<LearnedMac[]>((resolve) => {
      const timer = setTimeout(() => resolve([]), patienceMs)
      this.#waiting.set(question, (learned) => {
        clearTimeout(timer)
        resolve(learned)
      })
      worker.post({ type: "macs", id: config.id, question })
    })
    this.#waiting.delete(question)
    return macs.map(({ mac, peer, ageSeconds }) => ({
      mac,
      peer: peer === null ? null : (places.at(peer)?.peer.name ?? "?"),
      ageSeconds,
    }))
  }

  answered(question: number, macs: LearnedMac[]): void {
    this.#waiting.get(question)?.(macs)
  }
}
