/** Stands in the column of peers for a sender that is none. */
export const strangerPeer = 0xffff

/**
 * Packets on their way through one wake-up: where each lies in the worker's memory and what is known of it, as columns.
 * One batch serves many tunnels in turn; it is empty between wake-ups.
 */
export class Batch {
  readonly capacity: number
  count = 0
  /** Of the packet's first byte (of its IP or Ethernet header), an offset into the worker's memory. */
  readonly at: Uint32Array
  readonly length: Uint32Array
  /** Outbound: to which peer. Inbound: from which. An index into the tunnel's peers; 0 where there is one only. */
  readonly peer: Uint16Array
  /** 0: a packet with its checksums complete. Else a train or a packet whose checksum is still open: the types of `offload/virtio-header.ts`. */
  readonly gsoType: Uint8Array
  /** Payload bytes of each of a train's packets; 0 for a packet that is none. */
  readonly gsoSize: Uint16Array
  /** Offsets from `at`: where the open checksum begins, and where it stands from there; both 0 when it is complete. */
  readonly checksumStart: Uint16Array
  readonly checksumOffset: Uint16Array
  /** How many packets the echo message carries that it goes or came in; 0 where there is none, or it is not known. */
  readonly bundle: Uint8Array

  constructor(capacity = 512) {
    this.capacity = capacity
    this.at = new Uint32Array(capacity)
    this.length = new Uint32Array(capacity)
    this.peer = new Uint16Array(capacity)
    this.gsoType = new Uint8Array(capacity)
    this.gsoSize = new Uint16Array(capacity)
    this.checksumStart = new Uint16Array(capacity)
    this.checksumOffset = new Uint16Array(capacity)
    this.bundle = new Uint8Array(capacity)
  }

  get isFull(): boolean {
    return this.count === this.capacity
  }

  clear(): void {
    this.count = 0
  }

  /** Appends a packet whose checksums are complete; answers its index. The caller makes sure that there is room. */
  add(at: number, length: number, peer: number): number {
    const i = this.count
    this.at[i] = at
    this.length[i] = length
    this.peer[i] = peer
    this.gsoType[i] = 0
    this.gsoSize[i] = 0
    this.checksumStart[i] = 0
    this.checksumOffset[i] = 0
    this.bundle[i] = 0
    this.count = i + 1
    return i
  }

  /** Appends packet `i` of another batch, for `peer`. */
  copy(from: Batch, i: number, peer: number): void {
    const to = this.add(from.at[i] ?? 0, from.length[i] ?? 0, peer)
    this.gsoType[to] = from.gsoType[i] ?? 0
    this.gsoSize[to] = from.gsoSize[i] ?? 0
    this.checksumStart[to] = from.checksumStart[i] ?? 0
    this.checksumOffset[to] = from.checksumOffset[i] ?? 0
  }

  /** Packet `i` is a train or lacks its checksum, or somebody says so. */
  isOpen(i: number): boolean {
    return this.gsoSize[i] !== 0 || this.checksumOffset[i] !== 0 || this.gsoType[i] !== 0
  }
}
