import { z } from "zod"

/** What the fault injector does to one direction of a tunnel, packet by packet. All of it off is an untouched road. */

const percent = z.number().min(0, "From 0 to 100 percent.").max(100, "From 0 to 100 percent.")
const milliseconds = z.number().min(0, "From 0 to 10,000 ms.").max(10_000, "From 0 to 10,000 ms.")

export const faultSettings = z.strictObject({
  lossPercent: percent.default(0).describe("Packets that vanish"),
  duplicatePercent: percent.default(0).describe("Packets that come twice"),
  corruptPercent: percent.default(0).describe("Packets of which one bit is flipped"),
  reorderPercent: percent
    .default(0)
    .describe("Packets that overtake those held back by delayMs, or else let the next one pass"),
  delayMs: milliseconds.default(0).describe("Every packet waits so long"),
  jitterMs: milliseconds.default(0).describe("And up to so long beside it, by chance"),
  rateKbps: z
    .int("A whole number of kilobits a second.")
    .min(8, "At least 8 kilobits a second.")
    .max(100_000_000, "At most 100,000,000 kilobits a second.")
    .nullable()
    .default(null)
    .describe("Kilobits a second of inner packets; null: no limit"),
})

export const tunnelFaults = z.strictObject({
  outbound: faultSettings.optional().describe("device to wire"),
  inbound: faultSettings.optional().describe("wire to device"),
})

export type FaultSettings = z.infer<typeof faultSettings>
export type TunnelFaults = z.infer<typeof tunnelFaults>

export function isFaulty(settings: FaultSettings | undefined): boolean {
  if (settings === undefined) return false
  const { rateKbps, ...shares } = settings
  return rateKbps !== null || Object.values(shares).some((share) => share > 0)
}

export function hasFaults(faults: TunnelFaults | undefined): boolean {
  return isFaulty(faults?.outbound) || isFaulty(faults?.inbound)
}
