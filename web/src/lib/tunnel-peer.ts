import { parseEndpoint, type TunnelView } from "@tundeck/shared"

type Ends = Pick<TunnelView, "transport" | "security" | "remote">

export const isHub = ({ security }: Pick<TunnelView, "security">): boolean => security.peers !== undefined

/** Who is at the other end: the connected address, else the one that is called or waited for; "" on a hub, which has many. */
export function tunnelPeer({ transport, security, remote }: Ends): string {
  if (security.peers !== undefined) return ""
  if (remote !== null) return parseEndpoint(remote)?.host ?? remote
  if (transport.connect !== undefined) return parseEndpoint(transport.connect)?.host ?? transport.connect
  return transport.peer ?? ""
}

/** For icmp the tunnel's number. */
export function tunnelPort({ listen, connect }: TunnelView["transport"]): number | undefined {
  return parseEndpoint(listen ?? connect ?? "")?.port
}
