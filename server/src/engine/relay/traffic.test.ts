import { createPacketRing, PacketRingReader } from "@tundeck/shared"
import { expect, it } from "vitest"
import { CounterWriter, createCounters } from "./counters.ts"
import { Traffic } from "./traffic.ts"

const slots = 4096
const packet = new DataView(new ArrayBuffer(64))

/** Wake-ups of `packets` each, `everyMs` apart for a second; answers what whoever reads 20 times a second is shown. */
function watch(everyMs: number, packets: number) {
  const ring = createPacketRing(slots)
  const traffic = new Traffic(new CounterWriter(createCounters(false)), ring)
  const reader = new PacketRingReader(ring)
  const readings: ReturnType<typeof reader.read>[] = []
  for (let time = 0; time < 2000; time += everyMs) {
    traffic.begin({ time, now: time, elapsed: () => 0 })
    for (let i = 0; i < packets; i++) traffic.passed(0, 0, packet, 0, 64)
    traffic.end()
    if (Math.floor((time + everyMs) / 50) > Math.floor(time / 50)) readings.push(reader.read(slots))
  }
  return readings.slice(20) // the first second uses up what a ring holds
}

const shownIn = (readings: ReturnType<typeof watch>) => readings.reduce((sum, { records }) => sum + records.length, 0)

it("shows all packets, up to 2,560 a second", () => {
  const readings = watch(1, 2)
  expect(shownIn(readings)).toBe(2000)
  expect(readings.every(({ missed }) => missed === 0)).toBe(true)
})

it("of a little more it shows most", () => {
  expect(shownIn(watch(1, 3))).toBeGreaterThan(2000)
})

it("of much more it shows excerpts 20 times a second, of packets that follow each other", () => {
  for (const [everyMs, packets] of [
    [0.25, 3],
    [0.0625, 4],
    [4, 400],
  ] as const) {
    const readings = watch(everyMs, packets)
    expect(shownIn(readings)).toBeGreaterThan(1200)
    expect(shownIn(readings)).toBeLessThan(1500)
    for (const { records } of readings) {
      const gaps = records.filter(({ number }, i) => i > 0 && number !== (records[i - 1]?.number ?? 0) + 1)
      expect(gaps.length).toBeLessThanOrEqual(1)
    }
  }
})
