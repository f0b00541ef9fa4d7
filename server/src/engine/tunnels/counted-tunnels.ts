import type { Counted, CountedRow } from "@tundeck/shared"
import { readPeerTotals, readTotals } from "../relay/counters.ts"
import { isWireguardPeer, type PlacedPeer } from "./places.ts"
import { hasOnePeer, isHub, type RunningTunnel } from "./running-tunnel.ts"

const totalsSize = 8

/** What was answered of one set of counters, and when it last was another. */
interface Seen {
  totals: Float64Array
  revision: number
}

interface SeenTunnel extends Seen {
  words: Float64Array
  peers: Map<PlacedPeer, Seen>
}

type Counting = Pick<RunningTunnel, "config" | "counters" | "places">

/** What tunnels counted, told only of those that counted something: a thousand idle ones are a look into memory. */
export class CountedTunnels {
  readonly #seen = new Map<string, SeenTunnel>()
  readonly #now = new Float64Array(totalsSize)
  /** Begins later than that of any engine before: its answers are then those of another one. */
  #revision = Date.now()
  readonly #first = this.#revision
  #runningRevision = 0

  answer(tunnels: ReadonlyMap<string, Counting>, since: number): Counted {
    this.#revision += 1
    const known = since > this.#first && since < this.#revision ? since : 0
    for (const [id, { words }] of this.#seen) {
      if (tunnels.get(id)?.counters !== words.buffer) this.#forget(id)
    }
    const rows: CountedRow[] = []
    for (const [id, tunnel] of tunnels) this.#look(id, tunnel, known, rows)
    const { size } = this.#seen
    const running = this.#runningRevision > known || size === 0 ? { running: [...this.#seen.keys()] } : {}
    return { revision: this.#revision, ...running, rows }
  }

  #forget(id: string): void {
    this.#seen.delete(id)
    this.#runningRevision = this.#revision
  }

  #look(id: string, { config, counters, places }: Counting, since: number, rows: CountedRow[]): void {
    const seen = this.#seen.get(id) ?? this.#begin(id, counters)
    readTotals(seen.words, this.#now)
    this.#compare(seen)
    if (seen.revision <= since) return // nor did any peer: none counts, or is measured, without its tunnel
    const own = rowOf(id, seen.totals)
    rows.push(isHub(config) && !hasOnePeer(config) ? { ...own, roundTripMs: null } : own)
    if (!isHub(config)) return
    for (const known of seen.peers.keys()) if (!places.all.includes(known)) seen.peers.delete(known)
    places.all.forEach((placed, place) => {
      if (placed === null) return
      const of = seen.peers.get(placed) ?? { totals: new Float64Array(totalsSize), revision: this.#revision }
      seen.peers.set(placed, of)
      readPeerTotals(seen.words, place, this.#now)
      this.#compare(of)
      if (of.revision > since) rows.push({ ...rowOf(id, of.totals), peer: historyKey(placed) })
    })
  }

  #begin(id: string, counters: SharedArrayBuffer): SeenTunnel {
    const words = new Float64Array(counters)
    const seen = { words, totals: new Float64Array(totalsSize), revision: this.#revision, peers: new Map() }
    this.#seen.set(id, seen)
    this.#runningRevision = this.#revision
    return seen
  }

  #compare(seen: Seen): void {
    if (this.#now.every((value, index) => value === seen.totals[index])) return
    seen.totals.set(this.#now)
    seen.revision = this.#revision
  }
}

function historyKey({ peer }: PlacedPeer): string {
  return isWireguardPeer(peer) ? peer.publicKey : peer.name
}

function rowOf(id: string, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, roundTripMs = 0, more = 0]: Float64Array) {
  const retransmissions = more === 0 ? null : more - 1
  return {
    id,
    values: [a, b, c, d, e, f] satisfies CountedRow["values"],
    roundTripMs: roundTripMs || null,
    retransmissions,
  }
}
