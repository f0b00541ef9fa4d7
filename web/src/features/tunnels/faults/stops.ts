import type { FaultSettings } from "@tundeck/shared"

export type FaultField = keyof FaultSettings
export const faultFields = [
  "lossPercent",
  "delayMs",
  "jitterMs",
  "reorderPercent",
  "duplicatePercent",
  "corruptPercent",
  "rateKbps",
] as const satisfies readonly FaultField[]

/** A slider's places: close together where a little makes a difference. The number beside it takes any value. */
const percents = [
  0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100,
] as const
const milliseconds = [
  0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000,
  10_000,
] as const
const rates = [
  8, 16, 32, 64, 128, 256, 512, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
  2_000_000, 5_000_000, 10_000_000, 100_000_000,
] as const

/** `null` is no limit, at the far right. */
export function stopsOf(field: FaultField): readonly (number | null)[] {
  if (field === "rateKbps") return [...rates, null]
  return field === "delayMs" || field === "jitterMs" ? milliseconds : percents
}

/** The place nearest to a value. */
export function placeOf(field: FaultField, value: number | null): number {
  const stops = stopsOf(field)
  if (value === null) return stops.length - 1
  let nearest = 0
  for (const [place, stop] of stops.entries()) {
    if (stop !== null && Math.abs(stop - value) < Math.abs((stops[nearest] ?? 0) - value)) nearest = place
  }
  return nearest
}

export function isOn(field: FaultField, value: number | null): boolean {
  return field === "rateKbps" ? value !== null : value !== 0
}
