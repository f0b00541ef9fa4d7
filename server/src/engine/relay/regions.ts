/**
 * How a worker's memory is divided. All regions are empty between wake-ups: what must outlive one (half a frame, an
 * unsent batch, a delayed packet) is copied into the tunnel's own memory, which an idle tunnel never touches.
 */

/** An Ethernet header with one VLAN tag stands before what the MTU counts. */
export const ethernetHeader = 18
/** The largest read from a device: longer than any packet, so that a long one is seen as it is. */
export const largestPacket = 65_535 + ethernetHeader

/** One wake-up reads at most this much from a device, or this many packets: the other tunnels of the worker wait for it. */
export const batchBytes = 256 * 1024
export const batchPackets = 128
/** Entries of the outbound batch: a 64 KB train cut at MSS 48 makes 1,365, beside what stands before it. */
export const outboundEntries = 2048

const mebibyte = 1024 * 1024
export const region = {
  /** Packets as they are read, and what a train is cut into. */
  outbound: { at: 0, size: 2 * mebibyte },
  /** What a socket receives. */
  inbound: { at: 2 * mebibyte, size: mebibyte },
  /** Trains from the wire, cut for a device that takes none. */
  inboundCut: { at: 3 * mebibyte, size: mebibyte / 2 },
  /** What a socket did not take at once, and probes. */
  spare: { at: 3.5 * mebibyte, size: mebibyte / 2 },
  /** Packets that a fault injector changed or held back. */
  outboundFaults: { at: 4 * mebibyte, size: mebibyte / 2 },
  inboundFaults: { at: 4.5 * mebibyte, size: mebibyte / 2 },
  /** Packets that go to several peers and are encrypted for each. */
  copies: { at: 5 * mebibyte, size: mebibyte / 2 },
} as const
export const memorySize = 5.5 * mebibyte
