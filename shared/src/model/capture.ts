import { z } from "zod"

/** The look-back capture of a tunnel: its latest packets in memory, to be saved after the trouble. */

export const defaultMegabytes = 16
export const defaultSnapLength = 256
const longestSnapLength = 65_535
export const defaultSaveSeconds = 60
export const mostSaveSeconds = 3600

/** At which a capture is saved by itself. */
export const captureEvents = ["drop", "down"] as const

export const tunnelCapture = z.strictObject({
  enabled: z.boolean().default(true).describe("Off, it costs nothing, and what was captured is forgotten"),
  megabytes: z
    .int("A whole number of megabytes.")
    .min(1, "At least 1 megabyte.")
    .max(1024, "At most 1,024 megabytes.")
    .default(defaultMegabytes)
    .describe("Memory for the latest packets; used only as packets come. Another size forgets what was captured"),
  snapLength: z
    .int("A whole number of bytes.")
    .max(longestSnapLength, "At most 65,535 bytes.")
    .refine((bytes) => bytes === 0 || bytes >= 64, "At least 64 bytes; 0 keeps whole packets.")
    .default(defaultSnapLength)
    .describe("Bytes that are kept of a packet, 64 or more; 0 keeps whole packets"),
  saveOn: z
    .array(z.enum(captureEvents))
    .max(captureEvents.length)
    .default([])
    .describe(
      "Saves a file by itself: `drop`, at the first drop of each reason; `down`, when the tunnel was up and is not",
    ),
  saveSeconds: z
    .int("A whole number of seconds.")
    .min(1, "At least 1 second.")
    .max(mostSaveSeconds, "At most 3,600 seconds, an hour.")
    .default(defaultSaveSeconds)
    .describe("How far back such a file reaches"),
})

export type CaptureEvent = (typeof captureEvents)[number]
export type TunnelCapture = z.infer<typeof tunnelCapture>

/** Of a tunnel that says nothing of it. docs/adr/0020-capture-ring.md says why it is off. */
export const defaultCapture: TunnelCapture = {
  enabled: false,
  megabytes: defaultMegabytes,
  snapLength: defaultSnapLength,
  saveOn: [],
  saveSeconds: defaultSaveSeconds,
}

export const defaultCaptureSeconds = 60
export const mostCaptureSeconds = 86_400

export const captureFilter = z
  .string()
  .optional()
  .describe("Only packets that it finds; docs/filters.md is its language")

const seconds = z.coerce
  .number("A number of seconds.")
  .int("A whole number of seconds.")
  .min(1, "At least 1 second.")
  .max(mostCaptureSeconds, "At most 86,400 seconds, a day.")

export const captureQuery = z.strictObject({
  seconds: seconds
    .optional()
    .describe("How far back; left out: 60, or with `follow` nothing but what passes from now on"),
  follow: z
    .enum(["true", "false"])
    .optional()
    .describe("Goes on with what passes, until the connection is closed or the tunnel stops"),
  filter: captureFilter,
})
