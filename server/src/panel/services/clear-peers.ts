import {
  type ClearPeer,
  clearPeer,
  clearPeerPatch,
  type FieldError,
  fieldErrors,
  Problem,
  parsedBy,
  type TunnelConfig,
  tunnelConfig,
} from "@tundeck/shared"
import { found, onOff, type PeerChange, refuseField } from "./peer-change.ts"

/** The peers of a clear-text hub: each is known by its address. What stands here is pure. */

const keyless = "This tunnel is clear text: its peers are known by their address, and have no keys."

interface Hub {
  before: TunnelConfig
  peers: ClearPeer[]
}

export function addClearPeer({ before, peers }: Hub, body: object): PeerChange {
  refuseField(body, "publicKey", keyless)
  const peer = parsedBy(clearPeer, body)
  refuseTaken(peers, peer)
  const text = `Peer ${peer.name} added`
  return { ...changed(before, [...peers, peer], peer), detail: peer, text, hosts: [peer.address] }
}

export function changeClearPeer({ before, peers }: Hub, name: string, body: object): PeerChange {
  refuseField(body, "publicKey", keyless)
  const { allowedIps, ...patch } = parsedBy(clearPeerPatch, body)
  const old = found(peers, name)
  const { allowedIps: allowedBefore, ...peer } = old
  const allowed = allowedIps === undefined ? allowedBefore : (allowedIps ?? undefined)
  const after: ClearPeer = { ...peer, ...patch, ...(allowed && { allowedIps: allowed }) }
  refuseTaken(
    peers.filter((other) => other !== old),
    after,
  )
  const text = patch.enabled === undefined ? `Peer ${old.name} changed` : `Peer ${old.name} ${onOff(patch.enabled)}`
  const all = peers.map((other) => (other === old ? after : other))
  const detail = { peer: old.name, ...patch, ...(allowedIps !== undefined && { allowedIps }) }
  return { ...changed(before, all, after), detail, text, hosts: [after.address] }
}

export function removeClearPeer({ before, peers }: Hub, name: string): PeerChange {
  const peer = found(peers, name)
  const security = { kind: "none" as const, peers: peers.filter((other) => other !== peer) }
  return { after: { ...before, security }, detail: peer, text: `Peer ${peer.name} removed`, hosts: [] }
}

function refuseTaken(others: readonly ClearPeer[], { name, address }: ClearPeer): void {
  const errors: FieldError[] = []
  if (others.some((other) => other.name === name)) errors.push({ path: "name", message: "Choose another name." })
  const owner = others.find((other) => other.address === address)
  if (owner !== undefined) errors.push({ path: "address", message: `${address} is ${owner.name}'s already.` })
  if (errors.length === 0) return
  const detail =
    owner === undefined ? `The hub has a peer ${name}.` : `The hub has a peer at ${address}: ${owner.name}.`
  throw new Problem("peer-exists", detail, errors)
}

/** With `peers` in place of those before; what is wrong with `peer` among them is told by the peer's own fields. */
function changed(before: TunnelConfig, peers: ClearPeer[], peer: ClearPeer): Pick<PeerChange, "after"> {
  const others = peers.filter((other) => other !== peer)
  // Of two that want one network the later one is told: that is the one just sent.
  const security = { kind: "none" as const, peers: [...others, peer] }
  const check = tunnelConfig.safeParse({ ...before, security })
  if (check.success) return { after: { ...before, security: { ...security, peers } } }
  const path = /^security\.peers\.\d+\./
  throw new Problem(
    "validation-failed",
    undefined,
    fieldErrors(check.error).map((error) => ({ ...error, path: error.path.replace(path, "") })),
  )
}
