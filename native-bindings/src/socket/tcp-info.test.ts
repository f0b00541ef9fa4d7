import { expect, test } from "vitest"
import { decodeTcpInfo } from "./tcp-info.ts"

test("fields stand where linux/tcp.h has them", () => {
  const bytes = Uint8Array.from({ length: 232 }, (_, offset) => (offset % 4 === 0 ? offset : 0))
  bytes[0] = 10
  bytes[2] = 3
  expect(decodeTcpInfo(bytes)).toEqual({
    state: "listen",
    retransmits: 3,
    retransmitTimeoutMicroseconds: 8,
    sendMss: 16,
    unacknowledgedSegments: 24,
    lostSegments: 32,
    lastReceivedMilliseconds: 52,
    pathMtu: 60,
    roundTripMicroseconds: 68,
    roundTripVarianceMicroseconds: 72,
    congestionWindowSegments: 80,
    totalRetransmits: 100,
    segmentsSent: 136,
  })
})

test("an older kernel's shorter answer leaves zeros, and a state of the future is unknown", () => {
  expect(decodeTcpInfo(Uint8Array.of(200))).toMatchObject({ state: "unknown", totalRetransmits: 0 })
  expect(decodeTcpInfo(new Uint8Array())).toMatchObject({ roundTripMicroseconds: 0 })
})
