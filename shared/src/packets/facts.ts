/** What the first byte of a packet belongs to: "ip" on a tun interface, "ethernet" on a tap interface. */
export type LinkType = "ip" | "ethernet"

/** One packet in one line of a table. All text is plain: control characters and bidi marks are replaced. */
export interface PacketFacts {
  /** Canonical text: the IP address if there is one, else the MAC address. */
  source?: string
  destination?: string
  /** The topmost protocol recognised, named as Wireshark's column names it. */
  protocol: string
  sourcePort?: number
  destinationPort?: number
  info: string
}

/** What an application protocol says of its own message. */
export type Said = Pick<PacketFacts, "protocol" | "info">
