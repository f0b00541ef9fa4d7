import {
  type ClearPeer,
  type ClearPeerPatch,
  type FieldError,
  type MacEntry,
  Problem,
  type TunnelConfig,
  type TunnelPeerStatus,
  tunnelConfig,
} from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { fieldErrors } from "./field-errors.ts"
import type { TunnelChange, Tunnels } from "./tunnels.ts"

/** The peers of tunnels: who is there, and, on hubs, who may be. A peer is part of its tunnel's configuration and is changed as that is. */
export class TunnelPeers {
  readonly #tunnels: Tunnels
  readonly #engine: Engine

  constructor(tunnels: Tunnels, engine: Engine) {
    this.#tunnels = tunnels
    this.#engine = engine
  }

  async list(idOrName: string): Promise<TunnelPeerStatus[]> {
    const { config, running } = this.#tunnels.row(idOrName)
    const { id } = config
    const found = running ? await this.#engine.call("tunnel.peers", { id }).catch(noneUnlessRunning) : []
    const byName = new Map(found.map((status) => [status.name, status]))
    return absentPeers(config).map((absent) => byName.get(absent.name) ?? absent)
  }

  async macs(idOrName: string): Promise<MacEntry[]> {
    const { config, running } = this.#tunnels.row(idOrName)
    return running ? this.#engine.call("tunnel.macs", { id: config.id }).catch(noneUnlessRunning) : []
  }

  add(actor: string, idOrName: string, peer: ClearPeer) {
    return this.#tunnels.update(actor, idOrName, (before) => {
      const peers = peersOf(before)
      refuseTaken(peers, peer)
      const text = `Peer ${peer.name} added`
      return {
        ...changed(before, [...peers, peer], peer),
        action: "addPeer",
        detail: peer,
        text,
        hosts: [peer.address],
      }
    })
  }

  change(actor: string, idOrName: string, name: string, { allowedIps, ...patch }: ClearPeerPatch) {
    return this.#tunnels.update(actor, idOrName, (before) => {
      const peers = peersOf(before)
      const { allowedIps: allowedBefore, ...peer } = found(peers, name)
      const allowed = allowedIps === undefined ? allowedBefore : (allowedIps ?? undefined)
      const after: ClearPeer = { ...peer, ...patch, ...(allowed && { allowedIps: allowed }) }
      refuseTaken(
        peers.filter((other) => other.name !== name),
        after,
      )
      const text = patch.enabled === undefined ? `Peer ${name} changed` : `Peer ${name} ${onOff(patch.enabled)}`
      return {
        ...changed(
          before,
          peers.map((other) => (other.name === name ? after : other)),
          after,
        ),
        action: "changePeer",
        detail: { peer: name, ...patch, ...(allowedIps !== undefined && { allowedIps }) },
        text,
        hosts: [after.address],
      }
    })
  }

  async remove(actor: string, idOrName: string, name: string): Promise<void> {
    await this.#tunnels.update(actor, idOrName, (before) => {
      const peers = peersOf(before)
      const peer = found(peers, name)
      const left = peers.filter((other) => other !== peer)
      const after = { ...before, security: { ...before.security, peers: left } }
      return { after, action: "removePeer", detail: peer, text: `Peer ${name} removed`, hosts: [] }
    })
  }
}

const onOff = (enabled: boolean) => (enabled ? "enabled" : "disabled")

function peersOf({ name, security }: TunnelConfig): ClearPeer[] {
  if (security.peers !== undefined) return security.peers
  throw new Problem(
    "tunnel-not-hub",
    `${name} is point to point: it has one peer. Give it security.peers to make it a hub.`,
  )
}

function found(peers: readonly ClearPeer[], name: string): ClearPeer {
  const peer = peers.find((one) => one.name === name)
  if (peer === undefined) throw new Problem("peer-not-found", `The hub has no peer ${name}.`)
  return peer
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
function changed(before: TunnelConfig, peers: ClearPeer[], peer: ClearPeer): Pick<TunnelChange, "after"> {
  const others = peers.filter((other) => other !== peer)
  // Of two that want one network the later one is told: that is the one just sent.
  const check = tunnelConfig.safeParse({ ...before, security: { ...before.security, peers: [...others, peer] } })
  if (check.success) return { after: { ...before, security: { ...before.security, peers } } }
  const path = /^security\.peers\.\d+\./
  throw new Problem(
    "validation-failed",
    undefined,
    fieldErrors(check.error).map((error) => ({ ...error, path: error.path.replace(path, "") })),
  )
}

const nothing = { packets: 0, bytes: 0, dropped: 0 }

/** Every peer of the configuration, as it is while nobody is connected. */
function absentPeers({ name, transport, security }: TunnelConfig): TunnelPeerStatus[] {
  const absent = { connected: false, remote: null, since: null, roundTripMs: null, outbound: nothing, inbound: nothing }
  if (security.peers === undefined) {
    return [{ name, address: transport.peer ?? transport.connect ?? "", enabled: true, ...absent }]
  }
  return security.peers.map((peer) => ({ name: peer.name, address: peer.address, enabled: peer.enabled, ...absent }))
}

/** Started by wish, but not there: the interface may be missing, or the engine may not have come so far. */
function noneUnlessRunning(error: unknown): never[] {
  if (error instanceof Problem && (error.code === "tunnel-not-running" || error.code === "tunnel-not-found")) return []
  throw error
}
