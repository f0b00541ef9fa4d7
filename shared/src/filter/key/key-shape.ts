import { z } from "zod"

const words = z.array(z.number()).describe("An address as 32-bit words, highest first: one of IPv4, four of IPv6")

export const ipKey = z.object({
  source: words,
  destination: words,
  protocols: z
    .array(z.number())
    .describe("What follows, by number: extension headers in their order, then the protocol"),
  hopLimit: z.number().describe("TTL or hop limit"),
})

const mac = z.number().describe("A MAC address as a number of 48 bits")

/** What a filter, or the analysis, can ask of a packet's bytes. What is absent was not there, or was cut off. */
export const packetKey = z.object({
  frame: z
    .object({
      source: mac,
      destination: mac,
      type: z.number().describe("EtherType, behind VLAN tags"),
      vlans: z.array(z.number()).optional().describe("VLAN ids, the outer one first"),
    })
    .optional(),
  arp: z
    .object({
      source: words,
      target: words,
      operation: z.number().describe("1 asks, 2 answers"),
      sender: mac.describe("The MAC address that it says is the source's"),
    })
    .optional()
    .describe("Of ARP and RARP for IPv4"),
  neighbour: z
    .object({
      target: words.describe("The address that is asked for, or told of"),
      mac: mac.optional().describe("Of its option: the target's in an advertisement, the sender's in a solicitation"),
      overrides: z.boolean().describe("An advertisement that replaces what was known: none by proxy, or for anycast"),
    })
    .optional()
    .describe("Of ICMPv6's neighbour solicitations and advertisements"),
  ip: z.array(ipKey).optional().describe("IP headers, the outer one first"),
  sourcePort: z.number().optional(),
  destinationPort: z.number().optional(),
  tcpFlags: z.number().optional(),
  icmpType: z.number().optional().describe("Of ICMP or ICMPv6"),
  icmpCode: z.number().optional(),
  mtu: z.number().optional().describe("Of “fragmentation needed” and “packet too big”: the largest packet that fits"),
})

export type IpKey = z.infer<typeof ipKey>
export type PacketKey = z.infer<typeof packetKey>
