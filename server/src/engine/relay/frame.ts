import { createArena } from "@tundeck/native-bindings"

/** simpletun: a 16-bit big-endian length, then the packet or Ethernet frame. docs/wire-format.md. */
export const lengthBytes = 2
/** An Ethernet header with one VLAN tag stands before what the MTU counts. */
export const ethernetHeader = 18

/** One wake-up sends at most this much, or this many packets: the other tunnels of the worker wait for it. */
export const batchBytes = 64 * 1024
export const batchPackets = 64
/** What a train of 64 KB grows to when it is cut into the shortest segments that a kernel sends (MSS 48, all options). */
const largestCutTrain = 256 * 1024
/** One wake-up receives at most this much. */
export const receiveBytes = 256 * 1024
/** The largest read from a device: longer than any packet, so that a long one is seen as it is. */
export const largestPacket = 65_535 + ethernetHeader

/**
 * What the tunnels of one worker share: buffers that are empty between wake-ups. What must outlive a wake-up (half a
 * frame, an unsent batch) is copied into the tunnel's own memory, which an idle tunnel never touches.
 */
export interface Scratch {
  /** One packet or train, as it is read. */
  train: ReturnType<typeof createArena>
  outbound: ReturnType<typeof createArena>
  inbound: ReturnType<typeof createArena>
}

export function createScratch(): Scratch {
  return {
    train: createArena(largestPacket),
    outbound: createArena(batchBytes + largestCutTrain),
    inbound: createArena(lengthBytes + largestPacket + receiveBytes),
  }
}
