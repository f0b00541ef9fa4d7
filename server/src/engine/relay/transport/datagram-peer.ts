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
  /** The longest packet that goes to it in one piece; null while not known. */
  path: number | null = null
  /** So much at most, whatever the kernel says of the path: it refused a longer one. */
  pathLimit = Number.POSITIVE_INFINITY
}

/** Of the paths to all of them; null while none is known. */
export function narrowestPath(peers: readonly (DatagramPeer | undefined)[]): number | null {
  let narrowest: number | null = null
  for (const peer of peers) {
    if (peer !== undefined && peer.path !== null) narrowest = Math.min(peer.path, narrowest ?? peer.path)
  }
  return narrowest
}
