import { z } from "zod"
import { packetWish } from "../compose/packet-wish.ts"
import { dropReasons } from "./verdict.ts"

/** Of one tunnel. */
export const mostInjectionsPerSecond = 100
/** The largest packet, and an Ethernet header with a VLAN tag. */
export const largestInjection = 65_535 + 18

const direction = z
  .enum(["outbound", "inbound"])
  .describe(
    "outbound: as if the device had sent it, towards the peer; inbound: as if the peer had, into the device. It takes the same road as any, with all its checks",
  )
const peer = z.string().min(1).max(64).optional().describe("Inbound, of a hub: whose packet it shall be, by name")

export const injection = z.strictObject({ direction, peer, packet: packetWish })

/** What became of it. */
export const injected = z.object({
  length: z.number().describe("Bytes of the packet"),
  verdict: z
    .enum(["sent", "delivered", "dropped", "waiting"])
    .describe("waiting: it is kept for now, by a fault injector or a transport that takes no more"),
  reason: z.enum(dropReasons.map(({ code }) => code)).optional(),
})

/** What the engine is asked: the packet is made by then. */
export const engineInjection = z.strictObject({
  id: z.string().min(1).max(64),
  direction,
  peer,
  bytes: z.base64().max(4 * Math.ceil(largestInjection / 3)),
})

export type Injection = z.infer<typeof injection>
export type Injected = z.infer<typeof injected>
export type EngineInjection = z.infer<typeof engineInjection>
