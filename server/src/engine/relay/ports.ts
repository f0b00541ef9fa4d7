import type { TunnelReason, TunnelState } from "@tundeck/shared"
import type { Batch } from "./batch.ts"
import type { Carrier, RelayPeers } from "./messages.ts"

// What the parts of a relay ask of each other. Everything here runs on a relay worker. What is marked hot answers
// n >= 0 or -errno, throws nothing and allocates nothing.

/** Where packets come from and go to: a tun or tap. Its contract is device.contract.ts. */
export interface PacketDevice {
  readonly fd: number
  /** Reads and writes segment trains, and packets whose checksum is open. */
  readonly takesTrains: boolean
  /** Trains of datagrams, too (Linux 6.2). */
  readonly takesDatagramTrains: boolean
  /**
   * Hot. Reads one packet or train to `at` of the worker's memory, at most `capacity` bytes, and appends it to the
   * batch. Answers its length; -EAGAIN when there is none, -EBADFD when the interface was deleted.
   */
  read(batch: Batch, at: number, capacity: number): number
  /** Hot. Writes packet `i`: as it is, a train whole. -EIO while the link is down. */
  write(batch: Batch, i: number): number
  /**
   * Hot. Writes one train whose pieces are iovecs 1 to `pieces` of the worker's memory (vector 0 is the device's own).
   * Its header fields are those of entry `i`. Only for a device that takes trains.
   */
  writeJoined(batch: Batch, i: number, pieces: number): number
  /** The relay is done with it; the fd stays open. */
  release(): void
}

/** What carries packets to the peers and back. Its contract is transport.contract.ts. */
export interface Transport {
  /** Bytes before each packet that `send` overwrites. */
  readonly headroom: number
  /** A batch may hold trains and packets whose checksum is open. */
  readonly takesTrains: boolean
  /** Packets longer than this are not for `send`: the road drops them as `tooLong` says. */
  readonly largestPacket: number
  readonly tooLongReason: number
  start(): void
  /** Afterwards it uses no fd. What waits inside is dropped, each packet with a verdict. */
  stop(): void
  /**
   * Hot. Takes every packet of the batch and gives each its verdict, now or when the kernel has it. What the kernel does
   * not take at once is kept, within a bound; `owner.blocked` then asks for no more until it is gone.
   */
  send(batch: Batch): void
  /** The largest inner packet that goes in one piece; null while not known. */
  readonly pathPacket: number | null
  /** Fresh addresses, the answer to `owner.resolve` for the same peer. */
  setRemotes(remotes: readonly { address: string; port: number }[], reason: TunnelReason | null, peer?: number): void
  /** The peers of a hub are others now: those that stay keep their connection. Peer i of a batch is peers[i]. */
  setPeers(peers: RelayPeers): void
  /** Does what is due at `now` (monotonic ms); answers when to be called again. */
  alarm(now: number): number
}

/** What a transport tells the tunnel that owns it. */
export interface TransportOwner {
  /** Hot. Packets came in; they lie in the worker's memory until this returns. */
  readonly received: (batch: Batch) => void
  /** Of the packets that the interface takes, with their Ethernet header. */
  readonly largestPacket: number
  /** True: send no more for now. Back-pressure of a point-to-point transport; a hub drops for a peer that is full. */
  blocked(on: boolean): void
  /** Peer `peer` is connected, from `remote`, or no longer (null). `carrier`: by which, where that may be another. */
  peerChanged(peer: number, remote: string | null, carrier?: Carrier): void
  state(state: TunnelState, reason: TunnelReason | null): void
  /** The transport's `pathPacket` is another. */
  pathChanged(): void
  /** `peer`: of WireGuard's, which has a name of its own. */
  resolve(peer?: number): void
  /** It has that port, of its own choice or not. */
  listening(port: number): void
  stranger(address: string): void
  /** Why nobody can call over tcp where that is the fallback; null: it can be called after all. */
  fallbackChanged(reason: TunnelReason | null): void
  /** Something is due at `when`: call `alarm`. */
  wakeAt(when: number): void
}

/** Decides for each outbound packet of a tunnel with many peers where it goes. */
export interface Router {
  /**
   * Hot. The peer for the packet at `at`, whose sender is `from` (-1: the device); `flood` for all but the sender, `device`
   * for the device, or minus the number of a drop reason.
   */
  route(view: DataView, at: number, length: number, from: number, now: number): number
}

export const flood = 0x1_0000
export const device = 0x1_0001
