import { peersExpected, type TunnelView } from "@tundeck/shared"
import { useTranslation } from "react-i18next"
import { formatCount } from "../lib/format.ts"
import { isHub, tunnelPeer } from "../lib/tunnel-peer.ts"
import { Mono } from "./mono.tsx"

type Via = Pick<TunnelView, "transport" | "security" | "remote" | "peersConnected">

/** Who is at the other end: an address, or how many of a hub's peers are there. */
export function TunnelPeer({ tunnel }: { tunnel: Via }) {
  const { t } = useTranslation()
  if (tunnel.transport.kind === "responder") return null
  if (!isHub(tunnel)) return <Mono>{tunnelPeer(tunnel)}</Mono>
  const expected = peersExpected(tunnel)
  const words = { count: expected, peers: formatCount(expected), connected: formatCount(tunnel.peersConnected) }
  return <span style={{ whiteSpace: "nowrap" }}>{t("tunnel.peers", words)}</span>
}

/** Transport and other end in a few words: "UDP to 192.168.1.7", "TCP hub · 3 of 5 peers". */
export function TunnelVia({ tunnel }: { tunnel: Via }) {
  const { t } = useTranslation()
  const transport = t(`tunnel.transport.${tunnel.transport.kind}`)
  if (tunnel.transport.kind === "responder") return transport // nobody is at the other end
  return (
    <>
      {t(`tunnel.${relation(tunnel)}`, { transport })} <TunnelPeer tunnel={tunnel} />
    </>
  )
}

function relation(tunnel: Via): "to" | "hub" | "plain" {
  if (!isHub(tunnel)) return "to"
  return tunnel.security.kind === "wireguard" && tunnel.security.peers.length === 0 ? "plain" : "hub"
}
