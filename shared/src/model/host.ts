import { z } from "zod"

/** One line of the preflight: what was looked at, whether it is well, and the exact command that mends it. */
export const hostCheck = z.object({
  id: z.string(),
  ok: z.boolean(),
  title: z.string(),
  detail: z.string().describe("What was found"),
  remedy: z.string().nullable().describe("What to do, with the command; null when all is well"),
})

export const hostView = z.object({
  hostname: z.string(),
  kernel: z.string(),
  version: z.string(),
  checks: z.array(hostCheck),
})

export type HostCheck = z.infer<typeof hostCheck>
export type HostView = z.infer<typeof hostView>
