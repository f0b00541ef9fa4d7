import { parseEndpoint, type TunnelView } from "@tundeck/shared"

type Ends = Pick<TunnelView, "transport" | "security" | "remote">

/** Many may be at the other end. A wireguard tunnel with one peer looks point to point. */
export function isHub({ security }: Pick<TunnelView, "security">): boolean {
  return security.kind === "wireguard" ? security.peers.length !== 1 : security.peers !== undefined
}

/**
 * Who is at the other end: the connected address, else the one that is called or waited for, else the name of the only peer; "" on a
 * hub, which has many.
 */
export function tunnelPeer({ transport, security, remote }: Ends): string {
  if (isHub({ security })) return ""
  if (remote !== null) return parseEndpoint(remote)?.host ?? remote
  if (transport.connect !== undefined) return parseEndpoint(transport.connect)?.host ?? transport.connect
  if (transport.peer !== undefined || security.kind === "none") return transport.peer ?? ""
  const [only] = security.peers
  return only?.endpoint === undefined ? (only?.name ?? "") : (parseEndpoint(only.endpoint)?.host ?? only.endpoint)
}

/** For icmp the tunnel's number. */
export function tunnelPort({ listen, connect }: TunnelView["transport"]): number | undefined {
  return parseEndpoint(listen ?? connect ?? "")?.port
}
