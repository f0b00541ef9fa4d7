import fc from "fast-check"
import { beforeEach, describe, expect, it } from "vitest"
import { Batch } from "../batch.ts"
import { RelayMemory } from "../memory.ts"
import { checkOpen } from "./check-open.ts"
import {
  addTrain,
  gsoTypeOfShape,
  headerLength,
  linkLength,
  plainShape,
  type TrainShape,
  trainBytes,
  trainShape,
} from "./testing/train-shape.ts"

const memory = new RelayMemory(128 * 1024)
const batch = new Batch(1)
beforeEach(() => batch.clear())

/** The MTU that a train's packets just fit. */
const mtuOf = (s: TrainShape) => headerLength(s) - linkLength(s) + s.gsoSize
const check = (s: TrainShape, mtu = mtuOf(s)) => checkOpen(memory, batch, 0, s.tags !== null, mtu)

describe("checkOpen", () => {
  it("what a kernel hands over passes, up to the MTU; with any other field it does not", () => {
    fc.assert(
      fc.property(trainShape, fc.nat(0xffff), (s, other) => {
        batch.clear()
        addTrain(memory, batch, 64, s)
        expect(check(s)).toBe(true)
        expect(check(s, mtuOf(s) - 1)).toBe(false)
        if (s.isTcp) {
          batch.gsoType[0] = gsoTypeOfShape(s) | 0x80
          expect(check(s)).toBe(true)
        }
        for (const field of [batch.checksumStart, batch.checksumOffset, batch.gsoType]) {
          const right = field === batch.gsoType ? gsoTypeOfShape(s) : (field[0] ?? 0)
          field[0] = other
          const isAsGood = field[0] === right || (field === batch.gsoType && s.isTcp && field[0] === (right | 0x80))
          expect(check(s, 65_535)).toBe(isAsGood)
          field[0] = right
        }
        const length = batch.length[0] ?? 0
        for (const wrong of [length - 1, length + 1, 0, headerLength(s), 2 ** 32 - 1]) {
          batch.length[0] = wrong
          expect(check(s, 65_535)).toBe(false)
        }
      }),
      { numRuns: 200 },
    )
  })

  it("a packet whose checksum alone is open passes, up to the MTU", () => {
    fc.assert(
      fc.property(trainShape, fc.nat(0xffff), (shape, other) => {
        const s = { ...shape, packets: 1 }
        batch.clear()
        addTrain(memory, batch, 64, s)
        batch.gsoType[0] = 0
        batch.gsoSize[0] = 0
        const mtu = trainBytes(s).length - linkLength(s)
        expect(check(s, mtu)).toBe(true)
        expect(check(s, mtu - 1)).toBe(false)
        batch.gsoSize[0] = other
        expect(check(s, mtu)).toBe(other === 0)
        batch.gsoSize[0] = 0
        batch.checksumStart[0] = 0
        expect(check(s, mtu)).toBe(false)
      }),
    )
  })

  it("a complete packet has nothing to check", () => {
    batch.add(0, 20, 0)
    expect(check(plainShape)).toBe(true)
  })

  const forged: [string, Partial<TrainShape>, (packet: Uint8Array) => void][] = [
    ["no segment size", {}, () => batch.gsoSize.fill(0)],
    ["a segment size below the least of TCP", {}, () => batch.gsoSize.fill(7)],
    ["a segment size beyond the MTU", {}, () => batch.gsoSize.fill(0xffff)],
    ["more segments than TCP may have", { gsoSize: 8, packets: 2049, last: 8 }, () => {}],
    ["more datagrams than a train may have", { isTcp: false, gsoSize: 8, packets: 129, last: 8 }, () => {}],
    ["the other IP version", {}, () => batch.gsoType.fill(4)],
    ["UDP fragmentation offload", { isTcp: false }, () => batch.gsoType.fill(3)],
    ["an ECN bit alone", {}, () => batch.gsoType.fill(0x80)],
    ["no payload", { packets: 1, last: 0 }, () => {}],
    ["a fragment", {}, (packet) => packet.fill(0x20, 6, 7)],
    ["an IP total length below the packet's", {}, (packet) => packet.fill(1, 2, 3)],
    ["an IP header length past the end", { packets: 1, last: 1, tcpOptions: 0 }, (packet) => packet.fill(0x4f, 0, 1)],
    ["a TCP header length of 0", {}, (packet) => packet.fill(0, 32, 33)],
    ["a UDP length that is not the packet's", { isTcp: false }, (packet) => packet.fill(1, 24, 25)],
    ["a packet that ends behind the memory", {}, () => batch.at.fill(128 * 1024 - 100)],
  ]
  it.each(forged)("%s: refused", (_, change, forge) => {
    const s = { ...plainShape, ...change }
    addTrain(memory, batch, 64, s)
    forge(memory.bytes.subarray(64))
    expect(check(s)).toBe(false)
  })
})
