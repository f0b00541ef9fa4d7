import { type Amount, addTo, nothing } from "./amount.ts"
import { streamFilter } from "./filter-text.ts"
import { LatestMap } from "./latest-map.ts"
import type { AnalysedRow } from "./row.ts"
import { type Endpoint, nameOf, type Stream } from "./stream.ts"

/** Who speaks with whom: both directions between two endpoints. */
export interface Conversation {
  readonly key: string
  /** Who was seen to speak first. */
  readonly one: Endpoint
  readonly other: Endpoint
  readonly over: Stream["over"]
  /** What the rows name, where that says more than `over`. */
  protocol: string
  /** From one to the other. */
  readonly forth: Amount
  readonly back: Amount
  /** In Unix milliseconds. */
  readonly first: number
  last: number
  readonly filter: string
}

const mostConversations = 1000

export class Conversations {
  readonly #conversations = new LatestMap<string, Conversation>(mostConversations)

  add(row: AnalysedRow, stream: Stream): void {
    const conversation = this.#conversations.getOrMake(stream.key, () => begin(row, stream))
    addTo(isFrom(conversation.one, stream) ? conversation.forth : conversation.back, row)
    conversation.last = row.time
    if (row.protocol !== conversation.over) conversation.protocol = row.protocol
  }

  /** How many were left out for those that spoke later. */
  get forgotten(): number {
    return this.#conversations.forgotten
  }

  list(): readonly Conversation[] {
    return this.#conversations.values()
  }
}

function isFrom({ address, port }: Endpoint, { source }: Stream): boolean {
  return source.address === address && source.port === port
}

function begin({ time, protocol }: AnalysedRow, stream: Stream): Conversation {
  const { key, source, destination, over } = stream
  return {
    key,
    one: source,
    other: destination,
    over,
    protocol,
    forth: nothing(),
    back: nothing(),
    first: time,
    last: time,
    filter: streamFilter(stream),
  }
}

/** `10.0.0.1:40000 ↔ 10.0.0.2:443` */
export function conversationName({ one, other }: Pick<Conversation, "one" | "other">): string {
  return `${nameOf(one)} ↔ ${nameOf(other)}`
}
