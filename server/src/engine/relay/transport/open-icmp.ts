import { dropNumber } from "@tundeck/shared"
import type { RelayMemory } from "../memory.ts"
import { region } from "../regions.ts"
import type { Traffic } from "../traffic.ts"
import type { DatagramSocket } from "./datagram-socket.ts"
import { IcmpSocket } from "./icmp-socket.ts"
import type { PeerAddresses } from "./peer-addresses.ts"
import { familyOf } from "./tcp-socket.ts"
import type { UdpOptions } from "./udp-socket.ts"

const inbound = 1
const badPacket = dropNumber("bad-packet")

/** An ICMP socket for the ends of a tunnel: what is a port elsewhere is the tunnel's number. `largestPacket`: that a peer may send. Throws SyscallError. */
export function openIcmp(
  options: UdpOptions,
  memory: RelayMemory,
  peers: PeerAddresses,
  traffic: Traffic,
  largestPacket: () => number,
): DatagramSocket {
  const { local, remote, wishes, onStranger } = options
  const end = remote ?? local
  return new IcmpSocket({
    family: familyOf(end?.address ?? "0.0.0.0"),
    role: remote === undefined ? "listener" : "caller",
    number: end?.port ?? 0,
    local: local?.address ?? wishes.sourceAddress,
    remote: remote?.address,
    wishes,
    memory,
    region: region.inbound,
    largestPacket,
    peers,
    malformed: () => traffic.dropped(inbound, badPacket, 0, 0, memory.view, region.inbound.at, 0),
    onStranger,
  })
}
