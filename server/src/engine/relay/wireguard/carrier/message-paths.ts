import type { NumericEndpoint, SocketWishes } from "../../messages.ts"
import { pathMtuTo } from "../../transport/path-mtu.ts"

// RFC 791, RFC 8200; RFC 768; our own echo header.
const ipHeader = { 4: 20, 6: 40 } as const
const datagramHeader = { udp: 8, icmp: 16 } as const

/** How long a message may be to go to the peers in one piece. */
export class MessagePaths {
  /** So long for each of them; null while not known. */
  narrowest: number | null = null
  readonly #wishes: SocketWishes
  readonly #changed: () => void
  readonly #paths: (number | undefined)[] = []
  /** So much at most, whatever the kernel says of the path: it refused a longer one. */
  readonly #limits: (number | undefined)[] = []

  constructor(wishes: SocketWishes, changed: () => void) {
    this.#wishes = wishes
    this.#changed = changed
  }

  /** Asks the kernel anew. */
  measure(place: number, carrier: "udp" | "icmp", remote: NumericEndpoint): void {
    const mtu = pathMtuTo(remote, this.#wishes)
    if (mtu === null) return
    const overhead = ipHeader[remote.address.includes(":") ? 6 : 4] + datagramHeader[carrier]
    this.#set(place, Math.min(mtu - overhead, this.#limits[place] ?? Number.POSITIVE_INFINITY))
  }

  /** The path is narrower than the kernel says. */
  limit(place: number, longest: number): void {
    this.#limits[place] = longest
    this.#set(place, longest)
  }

  forget(place: number): void {
    this.#limits[place] = undefined
    this.#set(place, undefined)
  }

  #set(place: number, path: number | undefined): void {
    if (this.#paths[place] === path) return
    this.#paths[place] = path
    let narrowest: number | null = null
    for (const one of this.#paths) if (one !== undefined) narrowest = Math.min(one, narrowest ?? one)
    if (narrowest === this.narrowest) return
    this.narrowest = narrowest
    this.#changed()
  }
}
