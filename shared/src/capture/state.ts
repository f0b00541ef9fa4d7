import { z } from "zod"
import { dropReasons } from "../model/verdict.ts"

/** What the panel asks of the engine's capture socket: one JSON line, one capture a connection. */
export const captureRequest = z.strictObject({
  id: z.string().min(1).max(64),
  /** So far back from now, or from when the tunnel was stopped. */
  seconds: z.number().min(0),
  /** And what passes from now on, until the panel closes the connection or the tunnel stops. */
  follow: z.boolean(),
})

/** What is known of a capture beside its packets; times are Unix nanoseconds, decimal. */
export const captureState = z.object({
  interface: z.string(),
  tunnel: z.string(),
  link: z.enum(["ip", "ethernet"]),
  snapLength: z.number(),
  /** Added to a packet's time, it is Unix time. */
  clockOffset: z.string().regex(/^-?\d{1,20}$/),
  /** When the ring began. */
  from: z.string().regex(/^\d{1,20}$/),
  now: z.string().regex(/^\d{1,20}$/),
  /** By place; null: nobody. */
  peers: z.array(z.string().nullable()),
  /** Packets and trains, since the ring began. */
  written: z.number(),
  overwritten: z.number(),
  /** Since the tunnel was started. */
  drops: z.array(
    z.object({
      direction: z.enum(["outbound", "inbound"]),
      reason: z.enum(dropReasons.map(({ code }) => code)),
      packets: z.number(),
    }),
  ),
  /** Nothing comes behind this. */
  isLast: z.boolean(),
})

export type CaptureRequest = z.infer<typeof captureRequest>
export type CaptureState = z.infer<typeof captureState>
