import { getOptionBytes } from "./options.ts"

// linux/tcp.h: struct tcp_info, its first 140 bytes; older kernels answer fewer, newer ones more.
const at = {
  state: 0,
  retransmits: 2,
  retransmitTimeout: 8,
  sendMss: 16,
  unacknowledged: 24,
  lost: 32,
  lastReceived: 52,
  pathMtu: 60,
  roundTrip: 68,
  roundTripVariance: 72,
  congestionWindow: 80,
  totalRetransmits: 100,
  segmentsSent: 136,
  size: 140,
} as const

// net/tcp_states.h: TCP_ESTABLISHED is 1
const states = [
  "unknown",
  "established",
  "syn-sent",
  "syn-received",
  "fin-wait-1",
  "fin-wait-2",
  "time-wait",
  "close",
  "close-wait",
  "last-ack",
  "listen",
  "closing",
  "new-syn-received",
] as const

export type TcpInfo = {
  state: (typeof states)[number]
  roundTripMicroseconds: number
  roundTripVarianceMicroseconds: number
  retransmitTimeoutMicroseconds: number
  /** Of the segment that waits now. */
  retransmits: number
  totalRetransmits: number
  /** With those that were sent again. */
  segmentsSent: number
  unacknowledgedSegments: number
  lostSegments: number
  congestionWindowSegments: number
  sendMss: number
  pathMtu: number
  lastReceivedMilliseconds: number
}

export function tcpInfo(fd: number): TcpInfo {
  return decodeTcpInfo(getOptionBytes(fd, "TCP_INFO", at.size))
}

/** What an old kernel left out is 0. */
export function decodeTcpInfo(bytes: Uint8Array): TcpInfo {
  const whole = new Uint8Array(at.size)
  whole.set(bytes.subarray(0, at.size))
  const view = new DataView(whole.buffer)
  const u32 = (offset: number) => view.getUint32(offset, true)
  return {
    state: states[view.getUint8(at.state)] ?? "unknown",
    roundTripMicroseconds: u32(at.roundTrip),
    roundTripVarianceMicroseconds: u32(at.roundTripVariance),
    retransmitTimeoutMicroseconds: u32(at.retransmitTimeout),
    retransmits: view.getUint8(at.retransmits),
    totalRetransmits: u32(at.totalRetransmits),
    segmentsSent: u32(at.segmentsSent),
    unacknowledgedSegments: u32(at.unacknowledged),
    lostSegments: u32(at.lost),
    congestionWindowSegments: u32(at.congestionWindow),
    sendMss: u32(at.sendMss),
    pathMtu: u32(at.pathMtu),
    lastReceivedMilliseconds: u32(at.lastReceived),
  }
}
