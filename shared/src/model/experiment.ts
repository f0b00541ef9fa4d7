import { z } from "zod"
import { pingResult } from "./probe.ts"

/** The first experiment with tun: an interface of one machine, a program that answers what is sent into it, and a ping. */
export const experiment = { interface: "try0", tunnel: "try-it" } as const

/**
 * Its network is the first of these that the host does not use: those for documentation (RFC 5737: TEST-NET-2, -3, -1), which nobody
 * should, so that it is in nobody's way. Within each the interface has `address`, and `neighbour` is pinged.
 */
export const experimentNetworks = ["198.51.100", "203.0.113", "192.0.2"].map((start) => ({
  network: `${start}.0/24`,
  address: `${start}.1/24`,
  neighbour: `${start}.2`,
}))

export const experimentView = z.object({
  made: z.boolean().describe("There is something to take away"),
  interface: z.string(),
  address: z.string().nullable().describe("The interface's; null while there is none"),
  tunnel: z.string().nullable().describe("Its id; null while there is none"),
  destination: z.string().nullable().describe("What is pinged; null while there is no interface"),
  ping: pingResult.nullable().describe("The last one of this panel's life"),
})

export type ExperimentNetwork = (typeof experimentNetworks)[number]
export type ExperimentView = z.infer<typeof experimentView>
