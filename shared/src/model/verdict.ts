/** What became of a packet. The index of a reason is its number in the packet ring: append, never reorder. */
export const dropReasons = [
  {
    code: "no-peer",
    title: "No peer is connected",
    remedy: "Start the other side, or see the tunnel's reason for what keeps it from connecting.",
  },
  {
    code: "bad-length",
    title: "A frame's length was 0 or above what the interface can take",
    remedy: "The peer does not speak this tunnel's wire format, or its MTU is larger: compare both sides.",
  },
  {
    code: "bad-packet",
    title: "The bytes are no IP packet or Ethernet frame",
    remedy: "Compare the kind (tun or tap) and packet information of both sides.",
  },
  {
    code: "above-mtu",
    title: "The packet is larger than the interface's MTU",
    remedy: "Give both interfaces the same MTU.",
  },
  {
    code: "frame-too-long",
    title: "The frame is above the 2,000 bytes that a simpletun peer can take",
    remedy: "Set the interface's MTU to 1,982 or less.",
  },
  {
    code: "source-not-allowed",
    title: "The inner source address is not one that this peer may use",
    remedy: "Add the network to the interface's routes or to the tunnel's allowed IPs.",
  },
  {
    code: "link-down",
    title: "The interface was down",
    remedy: "Set it up: on its page, or `ip link set <name> up`.",
  },
  {
    code: "device-refused",
    title: "The kernel refused the packet",
    remedy: "The packet's row shows the error; a bad header is the usual cause.",
  },
  {
    code: "connection-lost",
    title: "The connection ended before the packet was sent",
    remedy: "The tunnel reconnects by itself; its reason says why the connection ended.",
  },
  {
    code: "queue-full",
    title: "More came than the wire or the peer takes",
    remedy: "A peer of a hub that is slower than the others loses packets; else the host's network is saturated.",
  },
  {
    code: "no-route-to-peer",
    title: "No peer has the destination among its allowed IPs",
    remedy: "Add the destination's network to the allowed IPs of the peer behind which it is.",
  },
  {
    code: "above-path-mtu",
    title: "The packet does not fit the path to the peer",
    remedy: "Set the interface's MTU to the largest packet that the tunnel's page shows, or turn on MSS clamping.",
  },
  {
    code: "transport-refused",
    title: "The kernel refused to send",
    remedy: "The packet's row shows the error: a firewall rule, a missing route or a full queue are the usual causes.",
  },
  {
    code: "bad-train",
    title: "A segment train's header does not fit its packets",
    remedy: "Only a faulty or hostile peer sends such: check who it is, and that both sides run Tundeck.",
  },
  {
    code: "unknown-peer",
    title: "It came from an address that is no peer's",
    remedy: "Compare the address with the tunnel's peers; behind a NAT it is the NAT's.",
  },
  {
    code: "fault-injected",
    title: "The fault injector dropped it",
    remedy: "Turn the tunnel's faults off.",
  },
  {
    code: "rate-limited",
    title: "It was above the fault injector's rate",
    remedy: "Turn the tunnel's rate limit off or raise it.",
  },
  {
    code: "back-to-sender",
    title: "The destination is on the side that the frame came from",
    remedy: "Nothing to do: a switch sends no frame back to where it came from.",
  },
  {
    code: "no-session",
    title: "There are no keys with the peer yet",
    remedy: "It did not answer a handshake in time: see the tunnel's reason, and when the peer was heard last.",
  },
  {
    code: "not-authentic",
    title: "The message failed its authentication",
    remedy: "It was damaged on the way, or somebody made it up: nothing of it was used.",
  },
  {
    code: "replayed",
    title: "The message came before, or far too late",
    remedy: "A network that repeats or holds packets back does that, and so does somebody who records and sends again.",
  },
  {
    code: "unknown-session",
    title: "The message belongs to no session of this tunnel",
    remedy: "The peer still uses keys from before a restart, for a few seconds; else it is not meant for this tunnel.",
  },
  {
    code: "expired-session",
    title: "The keys of the message are too old",
    remedy: "New keys are agreed by themselves within seconds; if not, see when the peer was heard last.",
  },
  {
    code: "bad-handshake",
    title: "The handshake message is not valid",
    remedy:
      "Compare the public keys and preshared keys of both sides, whether the peer is enabled here, and the peer's clock.",
  },
  {
    code: "under-load",
    title: "More handshakes came than are answered",
    remedy: "Somebody floods this port, or a peer tries too often; peers that are connected are not affected.",
  },
  {
    code: "no-tundeck",
    title: "The peer takes no Ethernet frames",
    remedy:
      "A tap interface wants a Tundeck with a tap interface on the other side, too; stock peers take IP packets only.",
  },
  {
    code: "not-answered",
    title: "The responder does not answer this",
    remedy:
      "It answers ping, ARP, neighbour discovery and UDP port 7, for the addresses of the interface's networks that are not this host's own.",
  },
] as const

export type DropReason = (typeof dropReasons)[number]["code"]
export type Direction = "outbound" | "inbound"
export type Verdict = "sent" | "delivered" | "dropped"

/** Numbers for the packet's road: 0 is passed on (sent or delivered), n is dropReasons[n - 1]. */
export const passed = 0
const numbers = new Map<string, number>(dropReasons.map((reason, i) => [reason.code, i + 1]))

export function dropNumber(reason: DropReason): number {
  return numbers.get(reason) ?? 0
}

export function dropReasonOf(number: number): DropReason | undefined {
  return dropReasons[number - 1]?.code
}
