import { errno } from "@tundeck/native-bindings"
import type { Batch } from "../../batch.ts"
import type { DatagramSocket } from "../datagram-socket.ts"
import type { PeerAddresses } from "../peer-addresses.ts"
import type { Gate } from "./transport-end.ts"

/** A socket that takes nothing while its gate is shut, as one whose buffer is full. */
export class GatedSocket implements DatagramSocket {
  readonly #socket: DatagramSocket
  readonly #gate: Gate

  constructor(socket: DatagramSocket, gate: Gate) {
    this.#socket = socket
    this.#gate = gate
  }

  get fd(): number {
    return this.#socket.fd
  }

  get overhead(): number {
    return this.#socket.overhead
  }

  get peers(): PeerAddresses {
    return this.#socket.peers
  }

  set peers(peers: PeerAddresses) {
    this.#socket.peers = peers
  }

  get largestSegment(): number {
    return this.#socket.largestSegment
  }

  set largestSegment(bytes: number) {
    this.#socket.largestSegment = bytes
  }

  send(batch: Batch, from: number, to: number): number {
    return this.#gate.isShut ? -errno.EAGAIN : this.#socket.send(batch, from, to)
  }

  receive(batch: Batch): number {
    return this.#socket.receive(batch)
  }

  adopt(peer: number, number: number): void {
    this.#socket.adopt(peer, number)
  }

  forget(peer: number): void {
    this.#socket.forget(peer)
  }

  close(): void {
    this.#socket.close()
  }
}
