import { parseEndpoint, type TunnelView } from "@tundeck/shared"

type Ends = Pick<TunnelView, "transport" | "remote">

/** Who is at the other end: the connected address, else the one that is called or waited for. */
export function tunnelPeer({ transport, remote }: Ends): string {
  if (remote !== null) return parseEndpoint(remote)?.host ?? remote
  if (transport.connect !== undefined) return parseEndpoint(transport.connect)?.host ?? transport.connect
  return transport.peer ?? ""
}

export function tunnelPort({ listen, connect }: TunnelView["transport"]): number | undefined {
  return parseEndpoint(listen ?? connect ?? "")?.port
}
