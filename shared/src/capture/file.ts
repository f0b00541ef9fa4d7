import type { Filter } from "../filter/filter.ts"
import { dropReasonOf, dropReasons, passed } from "../model/verdict.ts"
import { TcpFlows } from "../packets/flows/tcp-flows.ts"
import { printable } from "../packets/printable.ts"
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from "./pcapng.ts"
import { type CaptureRecord, captureRecordsOf } from "./record.ts"
import { capturedRow } from "./row.ts"
import type { CaptureState } from "./state.ts"

const longestName = 64

/** Turns what the engine tells of one tunnel into a pcapng file, part by part. Times are in order: the clock behind them is monotonic. */
export class CaptureFile {
  readonly #errnoName: (errno: number) => string
  readonly #filter: Filter | undefined
  /** For the filter: what stands out in a segment is seen by those before it. */
  readonly #flows = new TcpFlows()
  #state: CaptureState
  #offset: bigint
  #last: number | undefined
  /** Overwritten before they could be read, since the last packet that is in the file. */
  #lost = 0
  #packets = 0

  /** With a filter only what it finds is in the file. */
  constructor(state: CaptureState, errnoName: (errno: number) => string = String, filter?: Filter) {
    this.#state = state
    this.#offset = BigInt(state.clockOffset)
    this.#errnoName = errnoName
    this.#filter = filter
  }

  /** That are in the file so far. */
  get count(): number {
    return this.#packets
  }

  begin(application: string): Uint8Array {
    const { interface: name, tunnel, link, snapLength } = this.#state
    const description = `tunnel ${printable(tunnel, longestName)}`
    const comment = this.#filter === undefined ? "" : `only what the filter finds: ${this.#filter.canonical}`
    return joined([sectionHeader(application), interfaceDescription({ name, description, link, snapLength, comment })])
  }

  /** Peers may have come and gone. The clock's offset stays that of the beginning: a step of the wall clock disorders nothing. */
  update(state: CaptureState): void {
    this.#state = state
  }

  packets(chunk: Uint8Array): Uint8Array {
    const blocks: Uint8Array[] = []
    for (const record of captureRecordsOf(chunk)) {
      this.#follow(record.number)
      if (this.#isWanted(record)) blocks.push(this.#packet(record))
    }
    return joined(blocks)
  }

  statistics(): Uint8Array {
    const { written, overwritten, from, now } = this.#state
    return interfaceStatistics({
      ...{ interface: 0, time: BigInt(now), from: BigInt(from) },
      ...{ received: written, dropped: overwritten, delivered: this.#packets },
      comment: dropsText(this.#state),
    })
  }

  #follow(number: number): void {
    const missing = this.#last === undefined ? 0 : (number - this.#last - 1) >>> 0
    this.#last = number
    if (missing === 0) return
    this.#lost += missing
    this.#flows.missed()
  }

  #isWanted(record: CaptureRecord): boolean {
    if (this.#filter === undefined) return true
    const { link, peers } = this.#state
    const row = capturedRow(record, link, this.#flows, peers[record.peer], this.#errnoName)
    return this.#filter.matches(row)
  }

  #packet(record: CaptureRecord): Uint8Array {
    const lost = this.#lost
    this.#lost = 0
    this.#packets += 1
    const { wireLength, bytes, direction } = record
    const time = this.#offset + BigInt(Math.round(record.time * 1e6))
    const number = BigInt(record.number)
    return enhancedPacket({
      ...{ interface: 0, time, wireLength, bytes, direction, number, lost },
      comment: this.#comment(record),
    })
  }

  /** `dropped: source-not-allowed, The inner source … | tunnel lab | peer office | train of 45 packets` */
  #comment({ verdict, direction, injected, errno, peer, packets }: CaptureRecord): string {
    const name = this.#state.peers[peer]
    const parts = [verdictText(verdict, direction), `tunnel ${printable(this.#state.tunnel, longestName)}`]
    if (name != null) parts.push(`peer ${printable(name, longestName)}`)
    if (errno > 0) parts.push(this.#errnoName(errno))
    if (injected) parts.push("injected")
    if (packets > 1) parts.push(`train of ${packets} packets`)
    return parts.join(" | ")
  }
}

function verdictText(verdict: number, direction: CaptureRecord["direction"]): string {
  if (verdict === passed) return direction === "outbound" ? "sent" : "delivered"
  const reason = dropReasonOf(verdict)
  const title = dropReasons[verdict - 1]?.title
  return reason === undefined ? "dropped" : `dropped: ${reason}, ${title}`
}

function dropsText({ tunnel, drops }: CaptureState): string {
  const name = printable(tunnel, longestName)
  if (drops.length === 0) return `tunnel ${name} dropped nothing since it was started`
  const list = drops.map(({ direction, reason, packets }) => `${packets} ${direction} ${reason}`).join(", ")
  return `tunnel ${name} dropped since it was started: ${list}`
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
