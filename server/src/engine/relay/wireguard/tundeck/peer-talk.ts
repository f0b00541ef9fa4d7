const never = Number.POSITIVE_INFINITY
/** A peer that answered no hello after so many handshakes is greeted no more. */
const mostUnanswered = 3

/** How far one peer is known as a Tundeck, and what is due to be said to it. Times are monotonic ms. */
export class PeerTalk {
  /** For people: null while not known. It decides nothing. */
  isTundeck: boolean | null = null
  /** The next hello, and how long to wait after it. */
  helloAt = never
  helloWaitMs = 0
  /** Without a hello by then it is no Tundeck under these keys. */
  decideAt = never
  probeAt = never
  /** Which question was asked last, and whether its answer is awaited. */
  which = 0
  isAsked = false
  /** Messages of the keypair at the last question, sent and received, and those among them since then that were no packets. */
  sentBefore = 0
  receivedBefore = 0
  said = 0
  heard = 0
  #hasAnswered = false
  #unanswered = 0

  get nextAt(): number {
    return Math.min(this.helloAt, this.decideAt, this.probeAt)
  }

  get mayGreet(): boolean {
    return this.#hasAnswered || this.#unanswered < mostUnanswered
  }

  /** There are other keys. */
  begin(): void {
    this.helloAt = this.decideAt = this.probeAt = never
    this.isAsked = false
    this.sentBefore = this.receivedBefore = this.said = this.heard = 0
  }

  /** It said hello. Under others than the current keys (both ends asked at once) it has not heard what we ask under these. */
  answered(isCurrent: boolean): void {
    this.#hasAnswered = this.isTundeck = true
    if (isCurrent) this.helloAt = this.decideAt = never
  }

  /** It did not. One that did before is asked on: what it said may have been lost. */
  unanswered(wasGreeted: boolean): void {
    this.decideAt = never
    this.isTundeck = false
    if (wasGreeted) this.#unanswered += 1
    if (!this.#hasAnswered) this.helloAt = never
  }

  /** It is another peer, for all we know. */
  forget(): void {
    this.begin()
    this.isTundeck = null
    this.#hasAnswered = false
    this.#unanswered = 0
  }
}
