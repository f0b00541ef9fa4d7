import type { WireguardPeerView } from "@tundeck/shared"
import { networkText } from "../../form/networks.ts"
import { newPeer } from "../../form/new-peer.ts"

/** Networks to propose for one peer more: the next address inside that no other peer has. "" where there is none, and on tap. */
export function nextNetworks(
  device: { kind: "tun" | "tap"; addresses: readonly string[] } | undefined,
  peers: readonly Pick<WireguardPeerView, "name" | "allowedIps">[],
): string {
  const known = peers.map(({ name, allowedIps }) => ({
    name,
    address: "",
    allowed: networkText(allowedIps),
    enabled: true,
  }))
  return device === undefined ? "" : newPeer(known, device).allowed
}
