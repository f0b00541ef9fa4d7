/**
 * How a caller avoids requests. A kernel answers each with all its bytes: a quarter of the tunnel's CPU time, and a way
 * back that is as full as the way there. It answers no reply; but a NAT or a stateful firewall lets no reply through
 * that nobody asked for. So the caller tries one now and then, empty, and the listener says in its own messages whether
 * such arrive.
 *
 *   requests alone ──the listener says that they arrive──▶ direct
 *         ▲───────────it says that they do not────────────────┘
 *
 * Direct, the first message of each call is a request all the same: it keeps the way open, carries what goes singly
 * (all of a quiet tunnel), and asks again.
 */
export class DirectWay {
  /** What the listener said last. */
  arrives = false
  #calls = 0
  #sent = false

  /** Called once a call, while nothing is known to arrive: is it time for a try? */
  isTimeToTry(): boolean {
    return (this.#calls++ & (callsBetweenTries - 1)) === 0
  }

  noteSent(): void {
    this.#sent = true
  }

  /** Was any sent since the last request, which this is? */
  takeSent(): boolean {
    const sent = this.#sent
    this.#sent = false
    return sent
  }
}

const callsBetweenTries = 64 // a power of two

/** The listener's side: requests after each of which direct messages were sent, and none came, until it says so. */
export const patience = 4
