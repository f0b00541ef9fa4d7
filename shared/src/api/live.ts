import { z } from "zod"
import { hostEvent } from "../model/event.ts"
import { packetSummary } from "../model/packet-summary.ts"
import { fieldError, problemCodes } from "../model/problem.ts"
import { transportSwap, tunnelStats, tunnelView } from "../model/tunnel.ts"

/** WS /api/v1/live: JSON text messages both ways. */

const topic = z.enum(["packets", "tunnels", "interfaces", "stats", "events"])
export const liveRequest = z.strictObject({
  type: z.enum(["subscribe", "unsubscribe"]),
  topic,
  tunnel: z.string().max(64).optional().describe("With topic packets: the tunnel's id or name"),
  filter: z
    .string()
    .optional()
    .describe("With topic packets: only those that it finds; docs/filters.md is its language"),
})

export const liveReply = z.discriminatedUnion("type", [
  z.object({ type: z.literal("subscribed"), topic, tunnel: z.string().optional() }),
  z.object({ type: z.literal("unsubscribed"), topic, tunnel: z.string().optional() }),
  /** In the order they passed. */
  z.object({ type: z.literal("packets"), tunnel: z.string(), items: z.array(packetSummary) }),
  /** So many packets passed here that this viewer will not get, and no filter of his hid them. Stands where they are missing. */
  z.object({ type: z.literal("gap"), tunnel: z.string(), dropped: z.number() }),
  /** The whole tunnel, after each change of state or configuration; after subscribing all of them, and none beside them. */
  z.object({
    type: z.literal("tunnels"),
    items: z.array(tunnelView),
    deleted: z.array(z.string()),
    all: z.boolean().optional().describe("true: there are no tunnels but these"),
  }),
  /** Something changed: read GET /interfaces again. */
  z.object({ type: z.literal("interfaces") }),
  /** Once a second, the running tunnels. */
  z.object({
    type: z.literal("stats"),
    time: z.number(),
    items: z.array(
      z.object({
        id: z.string(),
        stats: tunnelStats,
        swap: transportSwap.optional().describe("Of those whose transport changed while they ran"),
      }),
    ),
  }),
  z.object({ type: z.literal("events"), items: z.array(hostEvent) }),
  z.object({
    type: z.literal("error"),
    code: z.enum(problemCodes),
    title: z.string(),
    detail: z.string().optional(),
    errors: z.array(fieldError).optional(),
  }),
])

export type LiveTopic = z.infer<typeof topic>
export type LiveRequest = z.infer<typeof liveRequest>
export type LiveReply = z.infer<typeof liveReply>
