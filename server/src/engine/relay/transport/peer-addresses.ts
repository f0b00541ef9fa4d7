/** Who is at a socket address. A number stands for a peer; there may be others, for who speaks and is none. */
export interface PeerAddresses {
  /** One above the largest number. */
  readonly size: number
  /** The peer with that number is the same one as in `other`. Cold. */
  isSameAs(other: PeerAddresses, peer: number): boolean
  /** Hot. The number of who is at the socket address at `at`, or `strangerPeer`. */
  find(view: DataView, at: number): number
  /** Hot. That is where the one spoke from whom `find` answered. */
  remember(peer: number, view: DataView, at: number): void
  /** Hot. Puts its socket address at `at`. Answers its length: 0 when there is none. */
  write(peer: number, view: DataView, at: number): number
}
