import { z } from "zod"
import { ipFamily } from "./address.ts"
import { parseEndpoint } from "./endpoint.ts"
import { endpoint, interfaceName, ipAddress, network } from "./fields.ts"

/** What carries packets to a peer. */
export const carrierKinds = ["tcp", "udp", "icmp"] as const
export const transportKinds = [...carrierKinds, "responder"] as const
export const framings = ["simpletun", "trains"] as const

/** R11: a simpletun peer reads into a buffer of 2,000 bytes without a check. */
export const largestSimpletunFrame = 2000

export const transport = z
  .strictObject({
    kind: z
      .enum(transportKinds)
      .describe(
        "tcp: frames over one connection; udp: one packet a datagram, and with wireguard what every WireGuard peer speaks; icmp: echo messages, for networks that let nothing else through; responder: no peer, this host itself answers ping, ARP, neighbour discovery and UDP echo",
      ),
    listen: endpoint
      .optional()
      .describe(
        "Wait for the peer here, e.g. 0.0.0.0:55555 or [::]:55555. For icmp the number is no port but the tunnel's own, equal on both sides. Left out with wireguard: any free port",
      ),
    connect: endpoint
      .optional()
      .describe("Call the peer there, e.g. 192.168.1.7:55555. With wireguard: the endpoint of its only peer"),
    peer: ipAddress
      .optional()
      .describe("Clear text, with listen: the one address that may connect; a hub has security.peers"),
    framing: z
      .enum(framings)
      .optional()
      .describe(
        "tcp only. simpletun (the default): frames of the tutorial's program; trains: up to 64 KB a frame, between two Tundecks that both say so",
      ),
    sourceAddress: ipAddress.optional().describe("With connect: an address of this host to call from"),
    sourceInterface: interfaceName
      .optional()
      .describe("Send and receive through this interface only (SO_BINDTODEVICE)"),
    firewallMark: z
      .int()
      .min(1)
      .max(0xffff_ffff)
      .optional()
      .describe("Mark of what is sent, for routing rules and firewalls (SO_MARK)"),
    dscp: z.int().min(0).max(63).optional().describe("Class of service of what is sent (IP_TOS, IPV6_TCLASS)"),
    clampMss: z
      .boolean()
      .optional()
      .describe(
        "Lower the segment size that inner TCP connections announce to what the transport carries in one piece",
      ),
    fallback: z
      .boolean()
      .optional()
      .describe(
        "udp with wireguard only: tcp on the same port number when a peer cannot be reached over udp, and back as soon as it can",
      ),
    answerFor: z
      .array(network)
      .min(1)
      .max(16)
      .optional()
      .describe(
        "responder only: it answers for every address of these networks but this host's own; left out: the networks of the interface's addresses",
      ),
    allowPublicPeer: z
      .boolean()
      .optional()
      .describe("Clear text to an address of the Internet: only with an explicit true"),
  })
  .superRefine((value, context) => {
    const complain = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message })
    if (value.listen !== undefined && ipFamily(parseEndpoint(value.listen)?.host ?? "") === undefined) {
      complain("listen", "Listen on an address of this host, 0.0.0.0 or [::]; a name is no place to listen on.")
    }
    if (value.connect !== undefined && value.peer !== undefined) {
      complain("peer", "A calling tunnel's peer is the address that it calls: leave this out.")
    }
    if (value.kind === "responder") {
      for (const field of ofAPeer)
        if (value[field] !== undefined) complain(field, "A responder has no peer: leave this out.")
      return
    }
    if (value.answerFor !== undefined) complain("answerFor", "Only a responder answers: leave this out.")
    if (value.framing !== undefined && value.kind !== "tcp") {
      complain("framing", "Only tcp has framings: leave this out.")
    }
    if (value.fallback !== undefined && value.kind !== "udp") {
      complain("fallback", "Only udp can fall back to tcp: leave this out.")
    }
    if (value.sourceAddress !== undefined && value.listen !== undefined) {
      complain("sourceAddress", "A listening tunnel answers from the address it listens on: leave this out.")
    }
    const family = ipFamily(parseEndpoint(value.connect ?? "")?.host ?? "")
    if (value.sourceAddress !== undefined && family !== undefined && family !== ipFamily(value.sourceAddress)) {
      complain("sourceAddress", "It is of another IP version than the address that is called.")
    }
  })

/** Of a transport that leads to somebody. */
const ofAPeer = [
  "listen",
  "connect",
  "peer",
  "framing",
  "sourceAddress",
  "sourceInterface",
  "firewallMark",
  "dscp",
  "clampMss",
  "fallback",
  "allowPublicPeer",
] as const

export type CarrierKind = (typeof carrierKinds)[number]
export type TransportKind = (typeof transportKinds)[number]
export type Transport = z.infer<typeof transport>
