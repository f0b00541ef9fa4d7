import { z } from "zod"
import { ipFamily } from "../model/address.ts"
import { ipAddress } from "../model/fields.ts"

/** A packet that a person makes up. What is left out is filled in; checksums and lengths always are. */

const port = z.int().min(0).max(65_535)
/** Any address, a group's too: the kernel is told nothing, it is only bytes. */
const mac = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, "Write six pairs of hex digits, such as 02:00:00:00:00:01.")
  .transform((text) => text.toLowerCase())
/** So that lengths fit into the headers around it. */
const mostBytes = 65_000
const hex = z
  .string()
  .max(4 * mostBytes)
  .transform((text) => text.replaceAll(/[\s:]/g, "").toLowerCase())
  .refine((text) => /^([0-9a-f]{2})*$/.test(text), "Write pairs of hex digits, such as 45 00 00 54.")
  .refine((text) => text.length <= 2 * mostBytes, `At most ${mostBytes} bytes.`)

const ethernet = z
  .strictObject({ source: mac.optional(), destination: mac.optional() })
  .optional()
  .describe(
    "Of a tap interface: who sends the frame, and to whom. What is left out is filled in as far as this host knows it",
  )

const between = {
  ethernet,
  source: ipAddress,
  destination: ipAddress,
  hopLimit: z.int().min(0).max(255).default(64).describe("Time to live"),
}

const echo = z.strictObject({
  kind: z.literal("echo").describe("ICMP or ICMPv6 echo request: a ping"),
  ...between,
  identifier: port.default(1),
  sequence: port.default(1),
  dataBytes: z.int().min(0).max(mostBytes).default(56).describe("As many as ping sends, when left out"),
})
const udp = z.strictObject({
  kind: z.literal("udp"),
  ...between,
  sourcePort: port.default(40_000),
  destinationPort: port,
  data: hex.default("").describe("In hex"),
})
const tcpSyn = z.strictObject({
  kind: z.literal("tcp-syn").describe("The first packet of a TCP connection"),
  ...between,
  sourcePort: port.default(40_000),
  destinationPort: port,
})
const arp = z.strictObject({
  kind: z.literal("arp").describe("Who has that address? Of a tap interface only"),
  ethernet: z.strictObject({ source: mac.optional(), destination: mac.default("ff:ff:ff:ff:ff:ff") }).prefault({}),
  source: ipAddress,
  destination: ipAddress.describe("The address that is asked for"),
})
const raw = z.strictObject({
  kind: z.literal("raw"),
  bytes: hex.describe("Hex from the IP header on, or of a tap interface from the Ethernet header on; sent as they are"),
})

export const packetWish = z.discriminatedUnion("kind", [echo, udp, tcpSyn, arp, raw]).superRefine((wish, context) => {
  if (wish.kind === "raw") return
  const complain = (message: string) => context.addIssue({ code: "custom", path: ["destination"], message })
  const family = ipFamily(wish.source)
  if (family !== ipFamily(wish.destination)) complain("It is of another IP version than the source.")
  else if (wish.kind === "arp" && family === 6) complain("ARP is IPv4's: IPv6 has neighbour discovery.")
})

export type PacketWish = z.infer<typeof packetWish>
