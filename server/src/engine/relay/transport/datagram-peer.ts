/** What a datagram transport keeps of one peer. Times are monotonic ms; `never` before the first. */
export class DatagramPeer {
  /** Where it is heard; null while it is not. */
  remote: string | null = null
  heardAt = Number.NEGATIVE_INFINITY
  /** When a question was sent last, and how many since the last answer. */
  askedAt = Number.NEGATIVE_INFINITY
  unanswered = 0
  which = 0
  /** Packets passed since the last question: the round trip is worth knowing. */
  isBusy = false
}
