import { z } from "zod"
import { packetKey } from "../filter/key/key-shape.ts"
import { dropReasons } from "./verdict.ts"

/** One row of the live table. */
export const packetSummary = z.object({
  number: z.number().describe("Counts the packets of this tunnel since it started, shown or not"),
  time: z.number().describe("Unix time in ms, with fractions"),
  direction: z.enum(["outbound", "inbound"]),
  length: z.number().describe("Bytes of the inner packet"),
  packets: z.number().optional().describe("Of a segment train that went whole: how many packets it stands for"),
  injected: z.literal(true).optional().describe("A person made it up"),
  source: z.string().optional(),
  destination: z.string().optional(),
  protocol: z.string(),
  sourcePort: z.number().optional(),
  destinationPort: z.number().optional(),
  info: z.string(),
  tcp: z
    .object({
      sequence: z.number(),
      acknowledgment: z.number().optional(),
      marks: z.array(z.string()).describe("What stands out, in Wireshark's words: docs/decoding.md lists them"),
    })
    .optional()
    .describe("Of a TCP segment: its numbers from where its connection began, or was seen first"),
  peer: z.string().optional().describe("Whom it went to, or came from"),
  overhead: z
    .number()
    .optional()
    .describe(
      "Bytes on the wire beside its own: of a datagram all from the outer IP header on, of a stream what stands before the packet in it, of a bundle its share. Left out where it did not go, or that is not known",
    ),
  bundle: z
    .number()
    .optional()
    .describe("Of a packet that shared its echo message with others: how many that carried, itself among them"),
  batch: z.number().describe("How many packets of its direction the engine handled at once, itself among them"),
  insideMicroseconds: z
    .number()
    .describe("From when the engine woke up for it until it had done all that it woke up for"),
  verdict: z.enum(["sent", "delivered", "dropped"]),
  reason: z.enum(dropReasons.map((reason) => reason.code)).optional(),
  errno: z.string().optional().describe("With device-refused: the kernel's word, e.g. EINVAL"),
  key: packetKey.describe("What a filter can ask of the packet's bytes"),
})
export type PacketSummary = z.infer<typeof packetSummary>

/** The text of a row: a packet that a person made up says so first. */
export function rowInfo(info: string, injected: boolean): string {
  return injected ? `[Injected] ${info}` : info
}
