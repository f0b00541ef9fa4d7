import fc from "fast-check"
import { expect, it } from "vitest"
import { Batch } from "../../batch.ts"
import { envelopeBytes, isEnvelope, readEnvelope, writeEnvelope } from "./envelope.ts"

const fields = fc.record({
  length: fc.integer({ min: 1, max: 65_553 }),
  gsoType: fc.nat(255),
  gsoSize: fc.nat(65_535),
  checksumStart: fc.nat(65_535),
  checksumOffset: fc.nat(65_535),
})

function batchWith(wanted: {
  length: number
  gsoType: number
  gsoSize: number
  checksumStart: number
  checksumOffset: number
}) {
  const batch = new Batch(1)
  batch.add(100, wanted.length, 3)
  batch.gsoType[0] = wanted.gsoType
  batch.gsoSize[0] = wanted.gsoSize
  batch.checksumStart[0] = wanted.checksumStart
  batch.checksumOffset[0] = wanted.checksumOffset
  return batch
}

it("an envelope is read as it was written, whatever padding follows", () => {
  fc.assert(
    fc.property(fields, fc.nat(15), (wanted, padding) => {
      const view = new DataView(new ArrayBuffer(70_000))
      const batch = batchWith(wanted)
      writeEnvelope(view, batch, 0)
      const plain = 100 - envelopeBytes
      const length = envelopeBytes + wanted.length + padding
      expect(isEnvelope(view, plain, length)).toBe(true)
      const read = new Batch(1)
      read.add(0, 0, 7)
      expect(readEnvelope(view, plain, length, read, 0)).toBe(true)
      const { at, peer, length: lengths, gsoType, gsoSize, checksumStart, checksumOffset } = read
      expect([at[0], peer[0]]).toEqual([100, 7])
      expect({
        length: lengths[0],
        gsoType: gsoType[0],
        gsoSize: gsoSize[0],
        checksumStart: checksumStart[0],
        checksumOffset: checksumOffset[0],
      }).toEqual(wanted)
    }),
  )
})

it("no IP packet and nothing that Tundecks say begins as an envelope does", () => {
  const view = new DataView(new ArrayBuffer(64))
  for (let first = 0; first < 256; first++) {
    view.setUint8(0, first)
    expect(isEnvelope(view, 0, 64)).toBe(first === 1)
  }
  view.setUint8(0, 1)
  expect(isEnvelope(view, 0, envelopeBytes)).toBe(false)
})

it("one that says it holds nothing, or more than came, is none", () => {
  const view = new DataView(new ArrayBuffer(64))
  const batch = new Batch(1)
  batch.add(0, 0, 0)
  for (const [inside, came] of [
    [0, 20],
    [9, 20],
    [0xffff_ffff, 20],
    [0x8000_0000, 64],
    [53, 64],
  ] as const) {
    view.setUint8(0, 1)
    view.setUint32(8, inside)
    expect(readEnvelope(view, 0, came, batch, 0), `${inside} of ${came}`).toBe(false)
  }
  view.setUint32(8, 8)
  expect(readEnvelope(view, 0, 20, batch, 0)).toBe(true)
})
