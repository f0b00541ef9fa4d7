import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { PacketHeaders } from "./packet-headers.ts"
import {
  headerLength,
  linkLength,
  plainShape,
  type TrainShape,
  trainBytes,
  trainShape,
  transportAt,
} from "./testing/train-shape.ts"

const memory = new Uint8Array(200_000)
const view = new DataView(memory.buffer)
const headers = new PacketHeaders()
const at = 64

describe("PacketHeaders", () => {
  it("finds every header, and none in a packet that ends before the payload", () => {
    fc.assert(
      fc.property(trainShape, (s) => {
        const bytes = trainBytes(s)
        memory.set(bytes, at)
        expect(headers.read(view, at, bytes.length, s.tags !== null)).toBe(true)
        expect(headers).toMatchObject({
          link: linkLength(s),
          isIpv4: s.isIpv4,
          ip: transportAt(s) - linkLength(s),
          isPlain: (s.isIpv4 ? s.ipOptions : s.extensions.length) === 0,
          ipLength: bytes.length - linkLength(s),
          isTcp: s.isTcp,
          size: headerLength(s),
          transportAt: transportAt(s),
          checksumOffset: s.isTcp ? 16 : 6,
        })
        expect(headers.read(view, at, headerLength(s), s.tags !== null)).toBe(true)
        for (let length = 0; length < headerLength(s); length++) {
          // Once with the rest behind it, once where the memory ends.
          expect(headers.read(view, at, length, s.tags !== null)).toBe(false)
          memory.set(bytes.subarray(0, length), memory.length - length)
          expect(headers.read(view, memory.length - length, length, s.tags !== null)).toBe(false)
        }
      }),
    )
  })

  it.each([
    ["a third VLAN tag", { tags: [0x8100, 0x8100, 0x8100] }, {}],
    ["an IP version that is not the frame's", { tags: [] }, { 12: 0x86, 13: 0xdd, 20: 6, 66: 0x50 }],
    ["an IPv4 header below its least", {}, { 0: 0x44, 28: 0x50 }],
    ["a ninth extension header", { isIpv4: false, extensions: Array<number>(9).fill(60) }, {}],
  ])("%s: not read", (_, change: Partial<TrainShape>, bytesChanged) => {
    const s = { ...plainShape, ...change }
    const bytes = trainBytes(s)
    for (const [offset, value] of Object.entries(bytesChanged)) bytes[Number(offset)] = value
    memory.set(bytes, at)
    expect(headers.read(view, at, bytes.length, s.tags !== null)).toBe(false)
  })

  it("eight extension headers are read", () => {
    const bytes = trainBytes({ ...plainShape, isIpv4: false, extensions: Array(8).fill(60) })
    memory.set(bytes, at)
    expect(headers.read(view, at, bytes.length, false)).toBe(true)
  })
})
