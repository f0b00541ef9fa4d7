import type { Batch } from "../batch.ts"
import type { PeerAddresses } from "./peer-addresses.ts"

/** A socket that carries one packet a datagram: UDP, or ICMP echo. The datagram transport owns it. */
export interface DatagramSocket {
  readonly fd: number
  /** Bytes that a packet costs beside itself on the wire: IP header, UDP or ICMP header, our own. */
  readonly overhead: number
  /** Whose an address is, and where each peer is heard. Replaced when the peers change. */
  peers: PeerAddresses
  /** Packets up to this length fit the path; the transport says. Longer ones go in fragments. */
  largestSegment: number
  /**
   * Hot. Sends packets `from` to `to` (exclusive) of the batch, each to its peer's address. Answers how many the kernel
   * took, at least one; or -errno when it did not take the first: -EAGAIN, -EMSGSIZE, -ENOBUFS, -ECONNREFUSED ...
   */
  send(batch: Batch, from: number, to: number): number
  /**
   * Hot. Receives what is there, within one budget, and appends each payload to the batch with its peer, or with
   * `strangerPeer` when the address is no peer's. Answers how many; -errno when there is none or an error was pending.
   */
  receive(batch: Batch): number
  /** What the socket knows of the one with that number counts for the peer now: it is the same one. */
  adopt(peer: number, number: number): void
  /** What the socket noted of the peer may hold no longer. */
  forget(peer: number): void
  close(): void
}
