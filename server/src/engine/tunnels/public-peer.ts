import {
  clearPeersOf,
  ipFamily,
  isPublicAddress,
  parseEndpoint,
  type TunnelConfig,
  type TunnelReason,
} from "@tundeck/shared"

/**
 * Clear text to an address of the Internet wants an explicit yes (R10). The panel asks when a tunnel is
 * saved; here each address is looked at again before it is called, because a name may lead elsewhere by then.
 */
export function publicPeerReason(
  { transport, security }: TunnelConfig,
  addresses: readonly string[],
): TunnelReason | null {
  if (security.kind !== "none") return null
  const open = transport.allowPublicPeer === true ? undefined : addresses.find(isPublicAddress)
  if (open === undefined) return null
  return {
    code: "public-peer",
    detail: `${open} is an address of the Internet, where everyone on the way reads and writes along. Clear text goes there only with transport.allowPublicPeer set to true.`,
  }
}

/** The peers' addresses where the configuration has it; a name has none yet. */
export function literalPeers({ transport, security }: TunnelConfig): string[] {
  const host = transport.peer ?? parseEndpoint(transport.connect ?? "")?.host ?? ""
  const hosts = [host, ...(clearPeersOf(security) ?? []).map(({ address }) => address)]
  return hosts.filter((each) => ipFamily(each) !== undefined)
}
