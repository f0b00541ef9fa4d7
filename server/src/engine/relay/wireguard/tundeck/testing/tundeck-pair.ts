import { peerOf, privateKey, SessionEnd, type Wire } from "../../testing/session-lab.ts"
import { feature } from "../features.ts"

export const all = feature.trains | feature.aes256Gcm | feature.ethernet | feature.probes

/** An end that talks to other Tundecks, unless it offers nothing: then it is as a stock peer. */
export class TundeckEnd extends SessionEnd {
  /** By which the peer was told to have changed. */
  readonly changes: number[] = []
  readonly roundTrips: number[] = []

  constructor(wire: Wire, name: "a" | "b", offers: number) {
    const [own, other] = name === "a" ? [1, 2] : [2, 1]
    const spec = {
      address: `${name}:1`,
      identity: { privateKey: privateKey(own), previousPrivateKey: null },
      peers: [peerOf(privateKey(other))],
      endpoints: [name === "a" ? "b:1" : null],
    }
    const changes: number[] = []
    const roundTrips: number[] = []
    const tundeck = {
      offers,
      clock: () => wire.now,
      changed: (place: number) => void changes.push(place),
      roundTrip: (_place: number, milliseconds: number) => void roundTrips.push(milliseconds),
    }
    super(wire, spec, offers === 0 ? {} : { tundeck })
    this.changes = changes
    this.roundTrips = roundTrips
  }
}

/** `a` calls. */
export function tundeckPair(wire: Wire, offers: { a?: number; b?: number } = {}) {
  const { a = all, b = all } = offers
  return { a: new TundeckEnd(wire, "a", a), b: new TundeckEnd(wire, "b", b) }
}
