import { z } from "zod"

/** How finely the past of a tunnel is known, and how long. The finest first. */
export const resolutions = {
  second: { stepSeconds: 1, keepSeconds: 3600 },
  minute: { stepSeconds: 60, keepSeconds: 7 * 86_400 },
  hour: { stepSeconds: 3600, keepSeconds: 365 * 86_400 },
} as const

export const resolutionNames = ["second", "minute", "hour"] as const
export const resolution = z.enum(resolutionNames)

/** What is known of each step. A figure that nobody measured is null. */
export const historyColumns = [
  "outboundBytesPerSecond",
  "inboundBytesPerSecond",
  "outboundPacketsPerSecond",
  "inboundPacketsPerSecond",
  "outboundDropsPerSecond",
  "inboundDropsPerSecond",
  "roundTripMs",
  "retransmissionsPerSecond",
] as const

const rates = z.array(z.number())
const known = z.array(z.number().nullable())

export const tunnelHistory = z.object({
  resolution,
  stepSeconds: z.number(),
  from: z.number().describe("Unix time in ms"),
  to: z.number().describe("Unix time in ms"),
  times: z
    .array(z.number())
    .describe(
      "Unix time in ms at which each step begins. A step that is missing was not measured: it is a gap, no zero",
    ),
  measuredSeconds: rates.describe("Of each step; rates are those of the time that was measured"),
  outboundBytesPerSecond: rates.describe("Bytes of inner packets, device to wire"),
  inboundBytesPerSecond: rates.describe("Bytes of inner packets, wire to device"),
  outboundPacketsPerSecond: rates,
  inboundPacketsPerSecond: rates,
  outboundDropsPerSecond: rates,
  inboundDropsPerSecond: rates,
  roundTripMs: known.describe("The mean of what was measured; null: nothing was"),
  retransmissionsPerSecond: known.describe("Segments that were sent again; null where the transport does not know"),
})

export const historyQuery = z.strictObject({
  from: z.coerce.number().int().min(0).optional().describe("Unix time in ms; left out: five minutes before `to`"),
  to: z.coerce.number().int().min(0).optional().describe("Unix time in ms; left out: now"),
  resolution: resolution.optional().describe("Left out: the finest that is kept for all of the time asked for"),
  peer: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("A peer's name or public key; left out: the tunnel, with all its peers"),
  format: z.enum(["json", "csv"]).default("json"),
})

/** Who asks for the last hour may be heard a little later. */
const onTheWayMs = 60_000

/** The finest resolution that reaches back to `from`, and has at most some ten thousand steps up to `to`. Unix ms. */
export function finestResolution(from: number, to: number, now: number): Resolution {
  const isKept = (name: Resolution) => {
    const keptMs = resolutions[name].keepSeconds * 1000 + onTheWayMs
    return from >= now - keptMs && to - from <= keptMs
  }
  return resolutionNames.find(isKept) ?? "hour"
}

export type Resolution = z.infer<typeof resolution>
export type HistoryColumn = (typeof historyColumns)[number]
export type TunnelHistory = z.infer<typeof tunnelHistory>
export type HistoryQuery = z.output<typeof historyQuery>
