import {
  type FieldError,
  keyOfUrl,
  moveNetworks,
  Problem,
  parsedBy,
  type TunnelConfig,
  tunnelConfig,
  type WireguardConfig,
  type WireguardPeer,
  wireguardPeerCreate,
  wireguardPeerPatch,
} from "@tundeck/shared"
import { found, onOff, type PeerChange, refuseField } from "./peer-change.ts"
import { completePeer, refuseOwnKey, withEndpointAtPeer } from "./tunnel-security.ts"

/** The peers of a wireguard tunnel: each is known by its public key. What stands here is pure. */

const placeless = "A peer of a wireguard tunnel is known by its publicKey, wherever it is: leave the address out."

interface Hub {
  before: TunnelConfig
  security: WireguardConfig
}

export function addWireguardPeer({ before, security }: Hub, body: object): PeerChange {
  const { peers } = security
  refuseField(body, "address", placeless)
  const wish = parsedBy(wireguardPeerCreate, body)
  const peer = completePeer(wish, new Set(peers.map(({ name }) => name)))
  refuseTaken(peers, peer)
  return { ...changed({ before, security }, [...peers, peer], peer), detail: wish, text: `Peer ${peer.name} added` }
}

export function changeWireguardPeer({ before, security }: Hub, which: string, body: object): PeerChange {
  const { peers } = security
  refuseField(body, "address", placeless)
  const patch = parsedBy(wireguardPeerPatch, body)
  const old = peerBy(peers, which)
  const after = patched(old, patch)
  refuseTaken(
    peers.filter((other) => other !== old),
    after,
  )
  const all = peers.map((other) => (other === old ? after : other))
  const text = patch.enabled === undefined ? `Peer ${old.name} changed` : `Peer ${old.name} ${onOff(patch.enabled)}`
  return { ...changed({ before, security }, all, after), detail: { peer: old.name, ...patch }, text }
}

export function removeWireguardPeer({ before, security }: Hub, which: string): PeerChange {
  const peer = peerBy(security.peers, which)
  const peers = security.peers.filter((other) => other !== peer)
  const after = { ...before, security: { ...security, peers } }
  return { after, detail: peer, text: `Peer ${peer.name} removed`, hosts: [] }
}

/** By name or by public key, as it stands in URLs, too. Throws Problem peer-not-found. */
function peerBy(peers: readonly WireguardPeer[], which: string): WireguardPeer {
  const key = keyOfUrl(which)
  return peers.find(({ publicKey }) => publicKey === key) ?? found(peers, which)
}

function patched(old: WireguardPeer, patch: ReturnType<typeof wireguardPeerPatch.parse>): WireguardPeer {
  const { name, publicKey, enabled, keepaliveSeconds, allowedIps, presharedKey, endpoint, expiresAt } = patch
  const kept = <T>(value: T | null | undefined, before: T | undefined) =>
    value === undefined ? before : (value ?? undefined)
  const secret = kept(presharedKey, old.presharedKey)
  const place = kept(endpoint, old.endpoint)
  const end = kept(expiresAt, old.expiresAt)
  return {
    name: name ?? old.name,
    publicKey: publicKey ?? old.publicKey,
    ...(secret !== undefined && { presharedKey: secret }),
    allowedIps: allowedIps === undefined ? old.allowedIps : (allowedIps ?? []),
    ...(place !== undefined && { endpoint: place }),
    keepaliveSeconds: keepaliveSeconds ?? old.keepaliveSeconds,
    enabled: enabled ?? old.enabled,
    ...(end !== undefined && { expiresAt: end }),
  }
}

function refuseTaken(others: readonly WireguardPeer[], { name, publicKey }: WireguardPeer): void {
  const errors: FieldError[] = []
  const owner = others.find((other) => other.publicKey === publicKey)
  if (others.some((other) => other.name === name)) errors.push({ path: "name", message: "Choose another name." })
  if (owner !== undefined) errors.push({ path: "publicKey", message: `This is ${owner.name}'s public key.` })
  if (errors.length === 0) return
  const detail = owner === undefined ? `The tunnel has a peer ${name}.` : `The tunnel has this peer: ${owner.name}.`
  throw new Problem("peer-exists", detail, errors)
}

/** With `peers` in place of those before. What `peer` has of the others' networks moves to it. */
function changed(
  { before, security }: Hub,
  peers: WireguardPeer[],
  peer: WireguardPeer,
): Pick<PeerChange, "after" | "moved" | "hosts"> {
  const { peers: settled, moved } = moveNetworks([...peers.filter((other) => other !== peer), peer])
  const byName = new Map(settled.map((one) => [one.name, one]))
  const config = { ...security, peers: peers.map((one) => byName.get(one.name) ?? one) }
  const path = /^security\.peers\.\d+\./
  try {
    refuseOwnKey(config)
    const ends = withEndpointAtPeer({ transport: before.transport, security: config })
    return { after: parsedBy(tunnelConfig, { ...before, ...ends }), moved, hosts: [] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const errors = error.errors?.map((fault) => ({ ...fault, path: fault.path.replace(path, "") }))
    throw new Problem(error.code, error.detail, errors)
  }
}
