// The WireGuard protocol's constants, as published: https://www.wireguard.com/papers/wireguard.pdf, sections 5.4 and 6.

/** All in milliseconds of a clock that counts suspend. */
export interface Timers {
  /** The initiator makes new keys when it sends with older ones. */
  rekeyAfter: number
  /** Keys of this age are dead. */
  rejectAfter: number
  /** An unanswered initiation is repeated, and none is sent sooner. */
  rekeyTimeout: number
  /** At most so much by chance on top of it. */
  rekeyJitter: number
  /** Then it is given up. */
  rekeyAttempt: number
  /** Who received and has nothing to say says so. */
  keepalive: number
  cookieRefresh: number
}
