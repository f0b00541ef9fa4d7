import { z } from "zod"
import { ipAddress } from "../model/fields.ts"
import type { PacketWish } from "./packet-wish.ts"

/** Whose Ethernet addresses a frame between two IP addresses bears, as far as this host knows. */

export const frameQuery = z.strictObject({
  direction: z.enum(["outbound", "inbound"]),
  source: ipAddress,
  destination: ipAddress,
})

const frameEnd = z.object({
  mac: z.string().nullable().describe("null: not known here"),
  from: z
    .enum(["interface", "bridge", "neighbour", "group", "unknown"])
    .describe(
      "interface, bridge: its own address; neighbour: the kernel's neighbour table has it; group: a multicast or broadcast address says it; unknown: nobody here has heard of it yet",
    ),
  of: z.string().describe("The IP address, of the next router where there is one, or the interface, whose it is"),
})

export const frameEnds = z.object({
  kind: z.enum(["tun", "tap"]).describe("tun: there is no Ethernet header, both ends are null"),
  interface: z.string(),
  source: frameEnd.nullable(),
  destination: frameEnd.nullable(),
})

export type FrameQuery = z.infer<typeof frameQuery>
export type FrameEnd = z.infer<typeof frameEnd>
export type FrameEnds = z.infer<typeof frameEnds>

/** What a wish leaves open of its frame is taken from what is known. */
export function withFrameEnds<W extends PacketWish>(wish: W, { source, destination }: FrameEnds): W {
  if (wish.kind === "raw") return wish
  const ethernet = {
    ...(source?.mac && { source: source.mac }),
    ...(destination?.mac && { destination: destination.mac }),
    ...wish.ethernet,
  }
  return Object.keys(ethernet).length === 0 ? wish : { ...wish, ethernet }
}
