import { z } from "zod"

/** What was captured of one packet. */
export const packetBytes = z.object({
  number: z.number(),
  time: z.number().describe("Unix time in ms, with fractions: another packet has this number after a restart"),
  link: z.enum(["ip", "ethernet"]).describe("What the first byte belongs to"),
  length: z.number().describe("Bytes of the whole packet"),
  bytes: z.base64().describe("Its first bytes in base64: at most 464 of them"),
})
export type PacketBytes = z.infer<typeof packetBytes>
