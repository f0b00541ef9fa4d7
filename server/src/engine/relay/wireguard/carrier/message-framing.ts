import { largestPacket } from "../../regions.ts"
import type { Framing } from "../../transport/framing.ts"
import { lengthSize, tailroom } from "./room.ts"

const outbound = 0
/** A whole train with what describes it, padding, header and tag. */
const largestMessage = largestPacket + 64 + tailroom

/** WireGuard messages in a stream: a 32-bit big-endian length, because a message may hold a whole train, then the message. */
export const messageFraming: Framing = {
  headerBytes: lengthSize,
  takesTrains: false,
  largestSent: largestPacket,
  largestTaken: () => largestMessage,
  write(view, batch, i) {
    view.setUint32((batch.at[i] ?? 0) - lengthSize, batch.length[i] ?? 0)
  },
  lengthAt: (view, at) => view.getUint32(at),
  append(_view, at, length, peer, batch) {
    batch.add(at + lengthSize, length, peer)
  },
  settle(verdicts, peer, view, at, length) {
    verdicts.passed(outbound, peer, view, at + lengthSize, length)
  },
}
