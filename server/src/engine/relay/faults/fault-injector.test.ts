import { dropNumber } from "@tundeck/shared"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mostWaiting } from "./delay-queue.ts"
import { FaultLab, numbers } from "./fault-lab.ts"

/** Of 100,000 packets with this chance: the mean and five standard deviations, which one run in a million exceeds. */
function expectShare(count: number, percent: number): void {
  const mean = 1000 * percent
  const sigma = Math.sqrt(mean * (1 - percent / 100))
  expect(Math.abs(count - mean), `${count} for ${mean}`).toBeLessThan(5 * sigma)
}
const many = numbers(100_000)

it("with nothing set a batch goes on as it is", () => {
  const lab = new FaultLab({})
  const batch = lab.send([1, 2, 3])
  expect(lab.lastBatch).toBe(batch)
  expect(lab.passes).toBe(1)
  expect(lab.faults.isIdle).toBe(true)
})

it("the same seed does the same again, another does not", () => {
  const outcome = (seed: number) => {
    const lab = new FaultLab(
      { lossPercent: 20, duplicatePercent: 20, delayMs: 5, jitterMs: 9, reorderPercent: 30 },
      seed,
    )
    lab.send(numbers(200))
    lab.runUntil(2000)
    return lab.passed
  }
  expect(outcome(7)).toEqual(outcome(7))
  expect(outcome(7)).not.toEqual(outcome(8))
})

describe("loss", () => {
  it("of 10 % takes a tenth, each with a verdict, and keeps the order of the others", () => {
    const lab = new FaultLab({ lossPercent: 10 })
    lab.send(many, 60, 5)
    expectShare(lab.dropped.length, 10)
    expect(lab.dropped[0]).toEqual({ id: lab.dropped[0]?.id, reason: "fault-injected", peer: 5, length: 60 })
    expect([...lab.passedIds, ...lab.dropped.map(({ id }) => id)].toSorted((a, b) => a - b)).toEqual(many)
    expect(lab.passedIds).toEqual(lab.passedIds.toSorted((a, b) => a - b))
  })

  it("of 100 % takes all", () => {
    const lab = new FaultLab({ lossPercent: 100 })
    lab.send(numbers(500))
    expect([lab.passed.length, lab.dropped.length]).toEqual([0, 500])
  })
})

describe("duplicates", () => {
  it("of 10 % double a tenth; the second follows the first and has its own place", () => {
    const lab = new FaultLab({ duplicatePercent: 10 })
    lab.send(many, 60)
    expectShare(lab.passed.length - many.length, 10)
    expect(new Set(lab.passedIds).size).toBe(many.length)
    const second = lab.passed.findIndex(({ id }, i) => i > 0 && lab.passed[i - 1]?.id === id)
    expect(lab.passed[second]?.at).not.toBe(lab.passed[second - 1]?.at)
    expect(lab.passed[second]?.gsoSize).toBe(lab.passed[second - 1]?.gsoSize)
  })

  it("a packet doubled and lost comes once, as in netem", () => {
    const lab = new FaultLab({ duplicatePercent: 100, lossPercent: 100 })
    lab.send([1, 2])
    expect(lab.passedIds).toEqual([1, 2])
  })
})

describe("corruption", () => {
  it("flips one bit, and not in the bytes that other peers of a flood get", () => {
    const lab = new FaultLab({ corruptPercent: 100 })
    const batch = lab.send([0xaaaaaaaa], 40)
    const [at, original] = [lab.passed[0]?.at ?? 0, batch.at[0] ?? 0]
    let bits = 0
    for (let i = 0; i < 40; i++) {
      for (let x = (lab.memory.bytes[at + i] ?? 0) ^ 0xaa; x !== 0; x &= x - 1) bits += 1
      expect(lab.memory.bytes[original + i]).toBe(0xaa)
    }
    expect(bits).toBe(1)
  })

  it("of 10 % befalls a tenth, anywhere in the packet", () => {
    const lab = new FaultLab({ corruptPercent: 10 })
    lab.send(many, 8)
    const inScratch = lab.passed.filter(({ at }) => at >= 500_000)
    expectShare(inScratch.length, 10)
    const inNumber = lab.passed.filter(({ id }, i) => id !== many[i])
    expect(inNumber.length / inScratch.length).toBeCloseTo(0.5, 1)
  })
})

describe("delay", () => {
  it("holds each packet so long, and gives it back as it was", () => {
    const lab = new FaultLab({ delayMs: 50 })
    lab.send([1], 1400, 3)
    expect(lab.wakes).toEqual([1050])
    lab.now = 1010
    lab.send([2], 60)
    expect(lab.faults.alarm(1049.9)).toBe(1050)
    expect(lab.passed).toEqual([])
    lab.runUntil(2000)
    expect(lab.passed.map(({ id, time, length, peer, gsoSize }) => ({ id, time, length, peer, gsoSize }))).toEqual([
      { id: 1, time: 1050, length: 1400, peer: 3, gsoSize: 1 },
      { id: 2, time: 1060, length: 60, peer: 0, gsoSize: 2 },
    ])
    expect(lab.faults.alarm(2000)).toBe(Number.POSITIVE_INFINITY)
  })

  it("what is due goes before what comes, though the alarm is late", () => {
    const lab = new FaultLab({ rateKbps: 8 })
    lab.send([1, 2], 20)
    lab.now = 1100
    lab.send([3], 20)
    expect(lab.passedIds).toEqual([1, 2, 3])
  })

  it("jitter is even between nothing and its most", () => {
    const lab = new FaultLab({ delayMs: 20, jitterMs: 10 })
    const delays = numbers(2000).map((id) => {
      const sent = lab.now
      lab.send([id])
      lab.runUntil(sent + 100)
      return (lab.passed.at(-1)?.time ?? 0) - sent
    })
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...delays)).toBeLessThan(30)
    // Even from 20 to 30: mean 25, standard deviation 2.9 / sqrt(2000) = 0.065.
    expect(Math.abs(delays.reduce((sum, each) => sum + each, 0) / 2000 - 25)).toBeLessThan(0.33)
  })

  it("jitter alone changes no order; with reordering asked for it does", () => {
    const order = (reorderPercent: number) => {
      const lab = new FaultLab({ delayMs: 10, jitterMs: 50, reorderPercent })
      for (const id of numbers(100)) {
        lab.send([id])
        lab.runUntil(lab.now + 1)
      }
      lab.runUntil(lab.now + 100)
      return lab.passedIds
    }
    expect(order(0)).toEqual(numbers(100))
    expect(order(0.001)).not.toEqual(numbers(100))
    expect(order(0.001).toSorted((a, b) => a - b)).toEqual(numbers(100))
  })
})

describe("reordering", () => {
  it("with a delay the share that is reordered goes at once", () => {
    const lab = new FaultLab({ delayMs: 10, reorderPercent: 10 })
    for (let from = 0; from < many.length; from += 2000) {
      lab.send(many.slice(from, from + 2000), 60)
      lab.runUntil(lab.now + 20)
    }
    const atOnce = lab.passed.filter(({ time }) => time % 20 === 0)
    expectShare(atOnce.length, 10)
    expect(lab.passed.filter(({ time }) => time % 20 === 10)).toHaveLength(many.length - atOnce.length)
  })

  it("without a delay a packet lets the next one pass, in the same batch or a later one", () => {
    const lab = new FaultLab({ reorderPercent: 100 })
    lab.send([1, 2, 3])
    expect(lab.passedIds).toEqual([2, 1])
    lab.now += 5
    lab.send([4, 5])
    lab.runUntil(lab.now + 10)
    expect(lab.passedIds).toEqual([2, 1, 4, 3, 5])
  })

  it("when no other comes it goes after 10 ms", () => {
    const lab = new FaultLab({ reorderPercent: 100 })
    lab.send([1])
    lab.runUntil(1100)
    expect(lab.passed.map(({ id, time }) => [id, time])).toEqual([[1, 1010]])
    lab.send([2, 3])
    expect(lab.passedIds).toEqual([1, 3, 2])
  })

  it("with a rate it goes after the next one's turn", () => {
    const lab = new FaultLab({ reorderPercent: 20, rateKbps: 800 }) // 100 bytes a ms
    lab.send(numbers(100), 100)
    lab.runUntil(2000)
    expect(lab.passedIds).not.toEqual(numbers(100))
    expect(lab.passedIds.toSorted((a, b) => a - b)).toEqual(numbers(100))
  })
})

describe("rate", () => {
  it("lets so much through and no more; what would wait above 200 ms is dropped", () => {
    const lab = new FaultLab({ rateKbps: 800 }) // 100 bytes a ms
    const sentAt = new Map<number, number>()
    for (const id of numbers(4000)) {
      sentAt.set(id, lab.now)
      lab.send([id], 100) // twice the rate for 2 s
      lab.runUntil(lab.now + 0.5)
    }
    expect(lab.passed.length).toBeGreaterThanOrEqual(2000)
    expect(lab.passed.length).toBeLessThanOrEqual(2011)
    lab.runUntil(lab.now + 1000)
    expect(lab.passed.length + lab.dropped.length).toBe(4000)
    expect(new Set(lab.dropped.map(({ reason }) => reason))).toEqual(new Set(["rate-limited"]))
    expect(Math.max(...lab.passed.map(({ id, time }) => time - (sentAt.get(id) ?? 0)))).toBeLessThanOrEqual(200)
    expect(lab.passedIds).toEqual(lab.passedIds.toSorted((a, b) => a - b))
  })

  it("a pause saves up 10 ms and no more", () => {
    const lab = new FaultLab({ rateKbps: 800 })
    lab.runUntil(100_000)
    lab.send(numbers(50), 100)
    expect(lab.passedIds).toEqual(numbers(11))
  })

  it("waits first and is delayed then", () => {
    const lab = new FaultLab({ rateKbps: 8, delayMs: 30 }) // a byte a ms
    lab.send([1, 2], 110)
    lab.runUntil(2000)
    expect(lab.passed.map(({ time }) => time)).toEqual([1030, 1130])
  })
})

describe("bounds", () => {
  it("above 4,096 that wait the newest is dropped", () => {
    const lab = new FaultLab({ delayMs: 1000 })
    lab.send(numbers(5000), 60)
    expect(lab.dropped.map(({ id }) => id)).toEqual(numbers(5000 - mostWaiting, mostWaiting))
    expect(lab.dropped[0]?.reason).toBe("fault-injected")
    lab.runUntil(3000)
    expect(lab.passedIds).toEqual(numbers(mostWaiting))
  })

  it("above 8 MiB, too", () => {
    const lab = new FaultLab({ delayMs: 1000 })
    lab.send(numbers(200), 65_535)
    expect(lab.dropped).toHaveLength(200 - 128)
    lab.runUntil(3000)
    expect(lab.passedIds).toEqual(numbers(128))
  })

  it("where the rate has them wait the reason is the rate", () => {
    const lab = new FaultLab({ rateKbps: 1_000_000 }) // 125,000 bytes a ms
    lab.send(numbers(1000), 65_535)
    expect(new Set(lab.dropped.map(({ reason }) => reason))).toEqual(new Set(["rate-limited"]))
  })
})

describe("set", () => {
  it("off: what waits goes at once and in order, and then the road is clear", () => {
    const lab = new FaultLab({ delayMs: 5000 })
    lab.send([1, 2])
    lab.set({})
    expect(lab.faults.isIdle).toBe(false)
    lab.send([3])
    expect(lab.passedIds).toEqual([1, 2, 3])
    expect(lab.faults.isIdle).toBe(true)
  })

  it("a higher rate holds for what waits and for what comes", () => {
    const lab = new FaultLab({ rateKbps: 8 })
    lab.send([1, 2], 100)
    lab.set({ rateKbps: 8000 })
    lab.send([3], 100)
    expect(lab.passedIds).toEqual([1, 2, 3])
  })

  it("a shorter delay holds for what waits, too", () => {
    const lab = new FaultLab({ delayMs: 5000 })
    lab.send([1])
    lab.set({ delayMs: 20 })
    expect(lab.wakes.at(-1)).toBe(1020)
    lab.send([2])
    lab.runUntil(2000)
    expect(lab.passed.map(({ id, time }) => [id, time])).toEqual([
      [1, 1020],
      [2, 1020],
    ])
  })
})

it("when faults end what waits goes on at once, in order", () => {
  const lab = new FaultLab({ delayMs: 5000 })
  lab.send(numbers(1000), 1067) // 90 of them, and one without its headroom, would fill the scratch
  lab.faults.finish()
  expect(lab.passedIds).toEqual(numbers(1000))
  expect(lab.passed.every(({ damage }) => damage === 0)).toBe(true)
})

it("at the end each packet that waits has its verdict", () => {
  const lab = new FaultLab({ delayMs: 10 })
  lab.send([1, 2], 60, 4)
  lab.faults.close(dropNumber("connection-lost"))
  expect(lab.dropped).toEqual([1, 2].map((id) => ({ id, reason: "connection-lost", peer: 4, length: 60 })))
  expect(lab.faults.alarm(5000)).toBe(Number.POSITIVE_INFINITY)
})

it("what a person made up is marked when it goes, and what went before or goes behind it is not", () => {
  const settings = fc.record({
    duplicatePercent: fc.constantFrom(0, 100),
    reorderPercent: fc.constantFrom(0, 50),
    delayMs: fc.constantFrom(0, 10),
    jitterMs: fc.constantFrom(0, 30),
  })
  fc.assert(
    fc.property(settings, fc.array(fc.boolean(), { maxLength: 30 }), fc.nat(), (chosen, areMade, seed) => {
      const lab = new FaultLab(chosen, seed)
      lab.seals = true
      areMade.forEach((isMade, id) => {
        if (isMade) lab.inject(id)
        else lab.send([id])
        lab.runUntil(lab.now + 2)
      })
      if (seed % 2 === 0) lab.runUntil(lab.now + 1000)
      else lab.faults.close(dropNumber("connection-lost"))
      const copies = chosen.duplicatePercent === 0 ? 1 : 2
      const made = areMade.flatMap((isMade, id) => (isMade ? Array<number>(copies).fill(id) : []))
      expect(lab.markedIds.toSorted((a, b) => a - b)).toEqual(made)
      expect(lab.passed.length + lab.dropped.length).toBe(copies * areMade.length)
      for (const { damage } of lab.passed) expect(damage).toBe(0)
      expect(lab.traffic.marked).toBe(-1)
    }),
    { numRuns: 300 },
  )
})

it("what waits for a peer follows it to its new index, and is dropped when it is gone", () => {
  const lab = new FaultLab({ delayMs: 10 })
  lab.send([1], 60, 0)
  lab.send([2], 60, 1)
  lab.faults.renumber([-1, 0])
  lab.runUntil(2000)
  expect(lab.passed.map(({ id, peer }) => [id, peer])).toEqual([[2, 0]])
  expect(lab.dropped.map(({ id, reason }) => [id, reason])).toEqual([[1, "no-peer"]])
})

it("whatever is set, each packet is passed on once or dropped once", () => {
  const percent = fc.oneof(fc.constant(0), fc.constant(100), fc.nat(100))
  const settings = fc.record({
    lossPercent: percent,
    reorderPercent: percent,
    delayMs: fc.oneof(fc.constant(0), fc.nat(30)),
    jitterMs: fc.oneof(fc.constant(0), fc.nat(30)),
    rateKbps: fc.option(fc.integer({ min: 8, max: 10_000 })),
  })
  const round = fc.record({ count: fc.nat(20), length: fc.integer({ min: 4, max: 3000 }), ms: fc.nat(20) })
  fc.assert(
    fc.property(
      settings,
      settings,
      fc.array(round, { maxLength: 10, size: "max" }),
      fc.nat(),
      (first, second, rounds, seed) => {
        const lab = new FaultLab(first, seed)
        let sent = 0
        for (const { count, length, ms } of rounds) {
          lab.send(numbers(count, sent), length)
          sent += count
          lab.runUntil(lab.now + ms)
          if (sent % 3 === 0) lab.set(second)
        }
        lab.runUntil(lab.now + 100_000)
        const all = [...lab.passedIds, ...lab.dropped.map(({ id }) => id)]
        expect(all.toSorted((a, b) => a - b)).toEqual(numbers(sent))
        for (const { id, gsoSize, damage } of lab.passed) expect([gsoSize, damage]).toEqual([id, 0])
      },
    ),
    { numRuns: 60 },
  )
})
