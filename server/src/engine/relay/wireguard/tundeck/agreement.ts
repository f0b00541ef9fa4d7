/**
 * What both ends said in their hellos under one keypair. It begins with each keypair anew.
 *
 *   who asked for the keys:  hello ──▶ theirs came: it takes and uses what both have
 *   who answered:            theirs came ──▶ hello: it takes that ──▶ something that only who has our hello says: it uses it
 */
export class Agreement {
  /** Features (features.ts) that the peer may use. */
  takes = 0
  /** Features that may be used towards the peer: it is known to take them. */
  uses = 0
  /** The peer has said hello. */
  isHeard = false

  /** The peer's hello; ours is sent, or is sent now. Later ones under the same keys change nothing: then it answers false. */
  hear(ours: number, theirs: number, isInitiator: boolean): boolean {
    if (this.isHeard) return false
    this.isHeard = true
    this.takes = ours & theirs
    // Whoever answers has our hello.
    if (isInitiator) this.uses = this.takes
    return true
  }

  /** Hot. The peer may do, unknown to us, what it takes from us. */
  get isUnproven(): boolean {
    return this.uses !== this.takes
  }

  /** The peer did what it does only with our hello. */
  prove(): void {
    this.uses = this.takes
  }
}
