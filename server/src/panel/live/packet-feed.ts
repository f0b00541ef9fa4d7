import {
  dropReasonOf,
  type Filter,
  type PacketBatch,
  type PacketRecord,
  type PacketSummary,
  packetKeyOf,
  passed,
  rowInfo,
  TcpFlows,
} from "@tundeck/shared"
import { errnoName } from "./errno-name.ts"
import { PacketBytes } from "./packet-bytes.ts"
import type { PacketMessages, Viewer } from "./viewer.ts"

/** More are not decoded: nobody reads them, and the panel has other work. */
const mostPerSecond = 10_000
/** Each packet is sent to each viewer: with many of them, fewer packets. */
const mostSentPerSecond = 200_000
const burst = 2000
/** For the next viewer, and for GET …/packets. */
const mostKept = 1000

type Entry = PacketSummary | { missed: number }

/** The packets of one tunnel on their way to those who watch: each is decoded once, whoever looks. */
export class PacketFeed {
  readonly tunnel: string
  readonly #viewers = new Map<Viewer, Filter | undefined>()
  readonly #now: () => number
  #pending: Entry[] = []
  #kept: Entry[] = []
  readonly #flows = new TcpFlows()
  readonly #bytes: PacketBytes
  #allowance = burst
  #filledAt: number

  constructor(tunnel: string, now: () => number = performance.now.bind(performance), bytes = new PacketBytes()) {
    this.tunnel = tunnel
    this.#bytes = bytes
    this.#now = now
    this.#filledAt = now()
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Nothing is kept. */
  get isEmpty(): boolean {
    return this.#kept.length === 0
  }

  /** A viewer that comes later first gets what is kept, so that all see the same. One that is here already may change its filter. */
  join(viewer: Viewer, filter?: Filter): void {
    if (!this.#viewers.has(viewer)) viewer.sendPackets(this.tunnel, this.#toMessages(this.#kept, filter))
    this.#viewers.set(viewer, filter)
  }

  leave(viewer: Viewer): boolean {
    viewer.forget(this.tunnel)
    return this.#viewers.delete(viewer)
  }

  /** Sends it on at once: the engine has gathered already. */
  take({ records, link, missed }: PacketBatch): void {
    if (missed > 0) this.#miss(missed)
    this.#refill()
    for (const record of records) {
      if (this.#allowance < 1) this.#miss(record.packets)
      else {
        this.#allowance -= 1
        this.#pending.push(summaryOf(record, link, this.#flows))
        this.#bytes.keep(this.tunnel, record, link)
      }
    }
    this.#send()
  }

  #send(): void {
    const pending = this.#pending
    this.#pending = []
    this.#kept = [...this.#kept, ...pending].slice(-mostKept)
    if (this.#viewers.size === 0) return
    const made = new Map<string | undefined, PacketMessages>() // once for all viewers of a filter
    for (const [viewer, filter] of this.#viewers) {
      const messages = made.get(filter?.canonical) ?? this.#toMessages(pending, filter)
      made.set(filter?.canonical, messages)
      viewer.sendPackets(this.tunnel, messages)
    }
  }

  latest(limit: number, filter?: Filter): { items: PacketSummary[]; missed: number } {
    let missed = 0
    const items: PacketSummary[] = []
    for (const entry of this.#kept) {
      if ("missed" in entry) missed += entry.missed
      else if (filter?.matches(entry) ?? true) items.push(entry)
    }
    return { items: items.slice(-limit), missed }
  }

  #miss(count: number): void {
    this.#flows.missed()
    const last = this.#pending.at(-1)
    if (last !== undefined && "missed" in last) last.missed += count
    else this.#pending.push({ missed: count })
  }

  #refill(): void {
    const now = this.#now()
    const perSecond = Math.min(mostPerSecond, mostSentPerSecond / Math.max(1, this.#viewers.size))
    this.#allowance = Math.min(burst, this.#allowance + ((now - this.#filledAt) * perSecond) / 1000)
    this.#filledAt = now
  }

  /** In the order they passed: each gap stands where its packets are missing. What a filter hides is not missing. */
  #toMessages(entries: readonly Entry[], filter: Filter | undefined): PacketMessages {
    const { tunnel } = this
    const texts: string[] = []
    let shown = 0
    let packets = 0
    let items: PacketSummary[] = []
    let missed = 0
    const close = () => {
      if (items.length > 0) texts.push(JSON.stringify({ type: "packets", tunnel, items }))
      if (missed > 0) texts.push(JSON.stringify({ type: "gap", tunnel, dropped: missed }))
      items = []
      missed = 0
    }
    for (const entry of entries) {
      if ("missed" in entry) {
        packets += entry.missed
        missed += entry.missed
      } else if (filter?.matches(entry) ?? true) {
        if (missed > 0) close()
        shown += 1
        packets += entry.packets ?? 1
        items.push(entry)
      }
    }
    close()
    return { texts, shown, packets }
  }
}

function summaryOf(record: PacketRecord, link: PacketBatch["link"], flows: TcpFlows): PacketSummary {
  const {
    number,
    time,
    direction,
    injected,
    wireLength,
    verdict,
    errno,
    packets,
    peer,
    overhead,
    batch,
    bundle,
    inside,
  } = record
  const facts = flows.summarize(record.bytes, wireLength, link, time, direction)
  const key = packetKeyOf(record.bytes, wireLength, link)
  const insideMicroseconds = Math.round(inside * 1000)
  const handled = {
    ...(injected && { injected }),
    ...(packets > 1 && { packets }),
    ...(peer !== undefined && { peer }),
    ...(bundle > 1 && { bundle }),
    batch,
    insideMicroseconds,
  }
  const info = rowInfo(facts.info, injected)
  const came = { number, time, direction, length: wireLength, ...handled, ...facts, info, key }
  if (verdict === passed)
    return {
      ...came,
      ...(overhead !== undefined && { overhead }),
      verdict: direction === "outbound" ? "sent" : "delivered",
    }
  const reason = dropReasonOf(verdict)
  return {
    ...came,
    verdict: "dropped",
    ...(reason && { reason }),
    ...(errno > 0 && { errno: errnoName(errno) }),
  }
}
