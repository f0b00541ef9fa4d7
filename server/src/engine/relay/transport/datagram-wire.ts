import { epoll } from "@tundeck/native-bindings"
import type { EpollLoop } from "../epoll-loop.ts"
import type { NumericEndpoint, RelayPeers } from "../messages.ts"
import type { DatagramPeer } from "./datagram-peer.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { PeerIndex } from "./peer-index.ts"

/** What the parts of a datagram transport share: the socket, while there is one, and who and where its peers are. */
export class DatagramWire {
  readonly isCalling: boolean
  /** Who calls has the one that it calls; who waits has those that it hears. */
  readonly peers: (DatagramPeer | undefined)[] = []
  socket: DatagramSocket | undefined
  index: PeerIndex
  /** Where the one is that is called. */
  called: NumericEndpoint | undefined
  readonly #loop: EpollLoop
  #slot = 0

  constructor(isCalling: boolean, peers: RelayPeers, loop: EpollLoop) {
    this.isCalling = isCalling
    this.index = new PeerIndex(peers)
    this.#loop = loop
  }

  attach(socket: DatagramSocket, ready: (events: number) => void): void {
    this.socket = socket
    this.#slot = this.#loop.add(socket.fd, epoll.in, { ready })
  }

  close(): void {
    if (this.socket === undefined) return
    this.#loop.remove(this.socket.fd, this.#slot)
    this.socket.close()
    this.socket = undefined
  }

  /** The socket is full: say when it is not. */
  awaitRoom(on: boolean): void {
    if (this.socket !== undefined) this.#loop.modify(this.socket.fd, this.#slot, on ? epoll.in | epoll.out : epoll.in)
  }

  setPeers(peers: RelayPeers): void {
    this.index = new PeerIndex(peers, this.index)
    if (this.socket !== undefined) this.socket.peers = this.index
  }

  /** Hot. Who calls sends before it is answered: the peer may be a program that knows no probes. */
  isThere(peer: number): boolean {
    return this.isCalling || this.peers[peer]?.remote != null
  }

  endpoint(peer: number): NumericEndpoint | undefined {
    return this.isCalling ? this.called : this.index.endpoint(peer)
  }
}
