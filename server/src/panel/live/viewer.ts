import type { LiveReply } from "@tundeck/shared"
import type { WebSocket } from "ws"
import type { Identity } from "../auth/identity.ts"

/** A viewer that has so much unread is not sent packets; it is told how many it missed when it reads again. */
const mostUnreadBytes = 1024 * 1024
const mostUnreadPackets = 5000

/** What passed in a tunnel, as text: packets, and gaps where some are missing. */
export interface PacketMessages {
  texts: readonly string[]
  /** How many packets or trains they name. */
  shown: number
  /** How many packets they stand for: those of trains, and those that are missing. */
  packets: number
}

/** One open page or program. Its socket is a queue with a cap: packets beyond it are counted, not kept. */
export class Viewer {
  readonly identity: Identity
  readonly #socket: WebSocket
  readonly #missed = new Map<string, number>()
  #unreadPackets = 0
  alive = true

  constructor(socket: WebSocket, identity: Identity) {
    this.#socket = socket
    this.identity = identity
  }

  send(reply: LiveReply): void {
    this.sendText(JSON.stringify(reply))
  }

  /** The same text for many viewers is made once. */
  sendText(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text)
  }

  sendPackets(tunnel: string, { texts, shown, packets }: PacketMessages): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const missed = this.#missed.get(tunnel) ?? 0
    if (this.#socket.bufferedAmount > mostUnreadBytes || this.#unreadPackets + shown > mostUnreadPackets) {
      this.#missed.set(tunnel, missed + packets)
      return
    }
    if (missed > 0) {
      this.#missed.delete(tunnel)
      this.send({ type: "gap", tunnel, dropped: missed })
    }
    this.#unreadPackets += shown
    const last = texts.length - 1
    texts.forEach((text, index) => {
      if (index < last) this.#socket.send(text)
      else this.#socket.send(text, () => (this.#unreadPackets -= shown))
    })
  }

  /** It no longer looks at this tunnel: what it missed there does not matter any more. */
  forget(tunnel: string): void {
    this.#missed.delete(tunnel)
  }

  ping(): void {
    this.alive = false
    this.#socket.ping()
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  terminate(): void {
    this.#socket.terminate()
  }
}
