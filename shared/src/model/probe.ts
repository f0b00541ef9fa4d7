import { z } from "zod"
import { ipAddress } from "./fields.ts"
import { tunnelStats } from "./tunnel.ts"

/** Questions that this host sends through a tunnel, as ICMP or ICMPv6 echo requests, and what came back. */

export const mostPings = 20
export const mostHops = 32
export const largestPingData = 65_000

const destination = ipAddress.describe("Reached over the tunnel's interface, by this host's own routes")

export const pingWish = z.strictObject({
  destination,
  count: z.int().min(1).max(mostPings).default(4),
  intervalMs: z.int().min(20).max(1000).default(250).describe("Between two requests, from the first byte of each"),
  dataBytes: z.int().min(0).max(largestPingData).default(56).describe("As many as ping sends, when left out"),
})
export const traceWish = z.strictObject({
  destination,
  hops: z.int().min(1).max(mostHops).default(16).describe("It goes no farther"),
})
export const pathMtuWish = z.strictObject({ destination })

/** What became of one request. */
export const probeAnswer = z.object({
  kind: z
    .enum(["reply", "time-exceeded", "too-big", "unreachable", "not-sent", "silence"])
    .describe(
      "reply: the destination answered; time-exceeded, too-big, unreachable: a router says why it went no farther; not-sent: this host's kernel refused to send it; silence: nothing came in time",
    ),
  from: z.string().optional().describe("Who answered"),
  timeMs: z.number().optional().describe("From sending until the kernel had the answer"),
  mtu: z.number().optional().describe("too-big: the largest packet that fits, as the router says"),
  detail: z.string().optional().describe("unreachable, not-sent: why"),
})

const sent = {
  destination: z.string(),
  source: z.string().nullable().describe("The address that this host sent from"),
  interface: z.string().describe("Over which it went"),
  drops: tunnelStats.shape.drops.describe("What the tunnel dropped meanwhile, of anything that passed, by reason"),
}

export const pingResult = z.object({
  ...sent,
  items: z.array(z.object({ sequence: z.number(), answer: probeAnswer })),
  received: z.number().describe("Of the requests, how many were answered by the destination"),
  roundTripMs: z
    .object({ least: z.number(), average: z.number(), most: z.number() })
    .nullable()
    .describe("Of the replies; null when there was none"),
})

export const traceResult = z.object({
  ...sent,
  items: z
    .array(z.object({ hop: z.number(), answer: probeAnswer }))
    .describe("From this host on, up to the destination or to who ended the way; of silence at the end one alone"),
  reached: z.boolean(),
})

export const pathMtuResult = z.object({
  ...sent,
  interfaceMtu: z.number(),
  pathMtu: z
    .number()
    .nullable()
    .describe("The largest packet that got there and back, its IP header counted; null when not even a small one did"),
  exact: z.boolean().describe("One byte more was tried and did not pass, or is more than the interface's MTU"),
  silent: z.boolean().describe("Nobody said that larger ones are too large: they vanish, and senders do not learn it"),
  items: z.array(z.object({ bytes: z.number(), answer: probeAnswer })).describe("What was tried, in this order"),
})

const id = z.string().min(1).max(64)
/** What the engine is asked. */
export const enginePing = pingWish.extend({ id })
export const engineTrace = traceWish.extend({ id })
export const enginePathMtu = pathMtuWish.extend({ id })

export type PingWish = z.infer<typeof pingWish>
export type TraceWish = z.infer<typeof traceWish>
export type PathMtuWish = z.infer<typeof pathMtuWish>
export type ProbeAnswer = z.infer<typeof probeAnswer>
export type PingResult = z.infer<typeof pingResult>
export type TraceResult = z.infer<typeof traceResult>
export type PathMtuResult = z.infer<typeof pathMtuResult>
