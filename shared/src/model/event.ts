import { z } from "zod"

/** The time line: what happened on this host, in the order it happened. */
export const hostEvent = z.object({
  id: z.number(),
  time: z.number().describe("Unix time in ms"),
  severity: z.enum(["info", "warning", "error"]),
  subject: z.string().describe("e.g. interface tun0, tunnel lab"),
  text: z.string(),
  capture: z.string().optional().describe("The saved capture that it tells of, by its id"),
})
export type HostEvent = z.infer<typeof hostEvent>
export type NewHostEvent = Omit<HostEvent, "id">
