/** Why the session did not take or make a message. Hot calls answer minus this number. */
export const refusal = {
  /** Its type, reserved bytes or length are none of the protocol's. */
  malformed: 1,
  /** No session or handshake of ours has this receiver index. */
  unknownIndex: 2,
  /** Its tag, mac1 or mac2 is wrong, or its sender is no peer. */
  notAuthentic: 3,
  /** Its counter was seen before or is older than the window. */
  replayed: 4,
  /** The keys are older than REJECT_AFTER_TIME, or used up. */
  expired: 5,
  /** The peer is disabled, past its date, or there is none in this place. */
  noPeer: 6,
  /** Under load: its source has to come back with a cookie, which it was sent. */
  cookieWanted: 7,
  /** Under load: too many from its source, or from all. */
  rateLimited: 8,
  /** An initiation not newer than the last, or too soon after it. */
  oldInitiation: 9,
  /** The cipher did not work. */
  cipherFailed: 10,
} as const
