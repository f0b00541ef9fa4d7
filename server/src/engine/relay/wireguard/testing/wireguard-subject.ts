import type { ClearTransport, RelayPeers } from "../../messages.ts"
import type { Transport } from "../../ports.ts"
import type { Gate } from "../../transport/testing/transport-end.ts"
import type { TransportSubject } from "../../transport/testing/transport-lab.ts"
import type { TransportParts } from "../../transport/transport-parts.ts"
import { openWireGuard, peerWith } from "./wireguard-end.ts"

const listenersKey = 1

/** A caller's key is made of the last byte of its address. */
function keyOf(address: string): number {
  return Number.parseInt(address.split(/[.:]/).at(-1) ?? "", 16) + 10
}

/** For the contract of a transport: who is known by an address there has a key that belongs to the address. */
function open(transport: ClearTransport, peers: RelayPeers, parts: TransportParts, gate: Gate): Transport {
  const { ends, socket } = transport
  const isListening = ends.role === "listen"
  const wireguardPeers = peers.map((peer) => {
    if (peer === null) return null
    if (!isListening) return peerWith(listenersKey, { remotes: ends.remotes, named: ends.named }, peer.enabled)
    return peerWith(keyOf(peer.address), {}, peer.enabled)
  })
  const local = isListening ? ends.local : null
  const key = isListening ? listenersKey : keyOf(socket.sourceAddress ?? "")
  const own = { ...transport, ends: { role: "open", local } } as const
  const stock = { mtu: 1420, isEthernet: false, offers: 0, clock: () => performance.now() }
  return openWireGuard({ transport: own, key, peers: wireguardPeers, gate, ...stock }, parts)
}

export function wireguardSubject(
  of: Pick<TransportSubject, "kind" | "address" | "callers" | "longest">,
): TransportSubject {
  return { ...of, open, framing: "simpletun", isStream: of.kind === "tcp", seals: true }
}
