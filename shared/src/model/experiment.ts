import { z } from "zod"
import { pingResult } from "./probe.ts"

/**
 * The first experiment with tun: an interface of one machine, a program that answers what is sent into it, and a ping. Its
 * network is TEST-NET-2 (RFC 5737), which nobody uses, so that it is in nobody's way.
 */
export const experiment = {
  interface: "try0",
  tunnel: "try-it",
  address: "198.51.100.1/24",
  neighbour: "198.51.100.2",
} as const

export const experimentView = z.object({
  made: z.boolean().describe("There is something to take away"),
  interface: z.string(),
  tunnel: z.string().nullable().describe("Its id; null while there is none"),
  destination: z.string(),
  ping: pingResult.nullable().describe("The last one of this panel's life"),
})

export type ExperimentView = z.infer<typeof experimentView>
