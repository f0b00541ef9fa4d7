import { z } from "zod"
import { captureFilter, defaultCaptureSeconds, mostCaptureSeconds } from "./capture.ts"
import { tunnelReasons } from "./tunnel.ts"
import { dropReasons } from "./verdict.ts"

/** Captures that were saved to a file on this host, by hand or by themselves. */

export const captureCause = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("asked"), by: z.string() }),
  z.object({
    kind: z.literal("drop"),
    direction: z.enum(["outbound", "inbound"]),
    reason: z.enum(dropReasons.map(({ code }) => code)),
  }),
  z.object({ kind: z.literal("down"), reason: z.enum(tunnelReasons).optional() }),
])

export const savedCapture = z.object({
  id: z.string(),
  tunnel: z.string().describe("The tunnel's id"),
  name: z.string().describe("What the tunnel was called then"),
  time: z.number().describe("Unix time in ms"),
  seconds: z.number().describe("How far back it reaches, at most"),
  filter: z.string().optional().describe("Only packets that it finds are in the file"),
  causes: z.array(captureCause).describe("Why it was saved"),
  packets: z.number(),
  bytes: z.number().describe("Of the file"),
})

export const savedCaptures = z.object({
  items: z.array(savedCapture).describe("The newest first"),
  bytes: z.number().describe("Of all files, whichever were asked for"),
  mostBytes: z.number().describe("When a new file would bring them above it, the oldest files go"),
})

export const keepCaptureBody = z.strictObject({
  seconds: z
    .int("A whole number of seconds.")
    .min(1, "At least 1 second.")
    .max(mostCaptureSeconds, "At most 86,400 seconds, a day.")
    .default(defaultCaptureSeconds)
    .describe("How far back"),
  filter: captureFilter,
})

export type CaptureCause = z.infer<typeof captureCause>
export type SavedCapture = z.infer<typeof savedCapture>
