import {
  type MovedNetwork,
  moveNetworks,
  Problem,
  peerNameOf,
  type SecurityConfig,
  type SecurityCreate,
  type SecurityView,
  type TunnelConfig,
  type TunnelPatch,
  type WireguardConfig,
  type WireguardPeer,
  type WireguardPeerCreate,
  type WireguardPeerView,
} from "@tundeck/shared"
import { newPrivateKey, publicKeyOf } from "../../wireguard/keys.ts"

type Ends = Pick<TunnelConfig, "transport" | "security">

/**
 * What was sent, as it is saved: with a key made where none was given, names for peers that have none, and, of what is saved already,
 * the secrets that were not named. Throws Problem validation-failed.
 */
export function completeEnds(
  wish: { transport: TunnelConfig["transport"]; security: SecurityCreate },
  before?: SecurityConfig,
): Ends & { moved: MovedNetwork[] } {
  const { transport, security } = wish
  if (security.kind === "none") return { transport, security, moved: [] }
  const saved = before?.kind === "wireguard" ? before : undefined
  const privateKey = security.privateKey ?? saved?.privateKey ?? newPrivateKey()
  const isSameKey = privateKey === saved?.privateKey
  const completed = security.peers === undefined ? (saved?.peers ?? []) : completePeers(security.peers, saved?.peers)
  const { peers, moved } = moveNetworks(completed)
  const config: WireguardConfig = {
    kind: "wireguard",
    privateKey,
    ...(isSameKey && saved?.previousPrivateKey !== undefined && { previousPrivateKey: saved.previousPrivateKey }),
    ...(saved?.stampedAfter !== undefined && { stampedAfter: saved.stampedAfter }),
    peers,
  }
  refuseOwnKey(config)
  return { ...withEndpointAtPeer({ transport, security: config }), moved }
}

/** The same for a change: what it leaves out stays, and `connect` alone calls the only peer there. */
export function changedEnds(before: TunnelConfig, patch: TunnelPatch): Ends & { moved: MovedNetwork[] } {
  const transport = patch.transport ?? before.transport
  const security: SecurityCreate =
    patch.security ?? (before.security.kind === "none" ? before.security : { kind: "wireguard" })
  const isElsewhere = patch.transport?.connect !== undefined && patch.security === undefined
  return completeEnds({ transport, security }, isElsewhere ? withoutOnlyEndpoint(before.security) : before.security)
}

function withoutOnlyEndpoint(security: SecurityConfig): SecurityConfig {
  if (security.kind === "none" || security.peers.length !== 1) return security
  return { ...security, peers: security.peers.map(({ endpoint: _, ...peer }) => peer) }
}

function completePeers(wishes: readonly WireguardPeerCreate[], saved: readonly WireguardPeer[] = []): WireguardPeer[] {
  const byKey = new Map(saved.map((peer) => [peer.publicKey, peer]))
  const taken = new Set(wishes.flatMap(({ name }) => name ?? []))
  return wishes.map((wish) => {
    const before = byKey.get(wish.publicKey)
    const peer = completePeer({ ...wish, name: wish.name ?? nameBefore(before, taken) }, taken, before)
    taken.add(peer.name)
    return peer
  })
}

const nameBefore = (before: WireguardPeer | undefined, taken: ReadonlySet<string>) =>
  before === undefined || taken.has(before.name) ? undefined : before.name

/** One peer as it is saved; `before` is the saved one with its public key. */
export function completePeer(
  { name, presharedKey, ...wish }: WireguardPeerCreate,
  taken: ReadonlySet<string>,
  before?: WireguardPeer,
): WireguardPeer {
  const secret = presharedKey === undefined ? before?.presharedKey : (presharedKey ?? undefined)
  return {
    name: name ?? peerNameOf(wish.publicKey, taken),
    ...wish,
    ...(secret !== undefined && { presharedKey: secret }),
  }
}

/** `connect` is another way to write the endpoint of the only peer: saved is the endpoint, so that a second peer changes no transport. */
export function withEndpointAtPeer({ transport, security }: Ends): Ends {
  const { connect, ...rest } = transport
  if (security.kind === "none" || connect === undefined) return { transport, security }
  const [only, second] = security.peers
  if (only === undefined || second !== undefined || only.endpoint !== undefined) return { transport, security }
  return { transport: rest, security: { ...security, peers: [{ ...only, endpoint: connect }] } }
}

/** A peer with the tunnel's own key would be the tunnel itself. */
export function refuseOwnKey({ privateKey, peers }: WireguardConfig): void {
  const own = publicKeyOf(privateKey)
  const at = peers.findIndex(({ publicKey }) => publicKey === own)
  if (at < 0) return
  const message = "This is the tunnel's own public key: write the peer's."
  throw new Problem("validation-failed", undefined, [{ path: `security.peers.${at}.publicKey`, message }])
}

/** What may be shown of it (R4): each field is named, and no secret is among them. */
export function viewSecurity(security: SecurityConfig): SecurityView {
  if (security.kind === "none") return security
  const { privateKey, previousPrivateKey, peers } = security
  return {
    kind: "wireguard",
    publicKey: publicKeyOf(privateKey),
    previousPublicKey: previousPrivateKey === undefined ? null : publicKeyOf(previousPrivateKey),
    peers: peers.map(viewPeer),
  }
}

function viewPeer(peer: WireguardPeer): WireguardPeerView {
  const { name, publicKey, presharedKey, allowedIps, endpoint, keepaliveSeconds, enabled, expiresAt } = peer
  return {
    name,
    publicKey,
    hasPresharedKey: presharedKey !== undefined,
    allowedIps,
    ...(endpoint !== undefined && { endpoint }),
    keepaliveSeconds,
    enabled,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
