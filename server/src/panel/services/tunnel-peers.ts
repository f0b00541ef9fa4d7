import { type MacEntry, Problem, type TunnelConfig, type TunnelPeerStatus, type TunnelView } from "@tundeck/shared"
import type { Engine } from "../engine-client/engine-client.ts"
import { addClearPeer, changeClearPeer, removeClearPeer } from "./clear-peers.ts"
import type { PeerChange } from "./peer-change.ts"
import type { Tunnels } from "./tunnels.ts"
import { addWireguardPeer, changeWireguardPeer, removeWireguardPeer } from "./wireguard-peers.ts"

/** The peers of tunnels: who is there, and who may be. A peer is part of its tunnel's configuration and is changed as that is. */
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

  add(actor: string, idOrName: string, body: object): Promise<TunnelView> {
    return this.#update(actor, idOrName, "addPeer", {
      clear: (hub) => addClearPeer(hub, body),
      wireguard: (hub) => addWireguardPeer(hub, body),
    })
  }

  change(actor: string, idOrName: string, peer: string, body: object): Promise<TunnelView> {
    return this.#update(actor, idOrName, "changePeer", {
      clear: (hub) => changeClearPeer(hub, peer, body),
      wireguard: (hub) => changeWireguardPeer(hub, peer, body),
    })
  }

  async remove(actor: string, idOrName: string, peer: string): Promise<void> {
    await this.#update(actor, idOrName, "removePeer", {
      clear: (hub) => removeClearPeer(hub, peer),
      wireguard: (hub) => removeWireguardPeer(hub, peer),
    })
  }

  #update(
    actor: string,
    idOrName: string,
    action: string,
    by: {
      clear: (hub: Parameters<typeof removeClearPeer>[0]) => PeerChange
      wireguard: (hub: Parameters<typeof removeWireguardPeer>[0]) => PeerChange
    },
  ): Promise<TunnelView> {
    return this.#tunnels.update(actor, idOrName, (before) => {
      const { name, security } = before
      if (security.kind === "wireguard") return { ...by.wireguard({ before, security }), action }
      if (security.peers !== undefined) return { ...by.clear({ before, peers: security.peers }), action }
      throw new Problem(
        "tunnel-not-hub",
        `${name} is point to point: it has one peer. Give it security.peers to make it a hub.`,
      )
    })
  }
}

const nothing = { packets: 0, bytes: 0, dropped: 0 }

/** Every peer of the configuration, as it is while nobody is connected. */
function absentPeers({ name, transport, security }: TunnelConfig): TunnelPeerStatus[] {
  const absent = {
    connected: false,
    remote: null,
    since: null,
    roundTripMs: null,
    outbound: nothing,
    inbound: nothing,
    publicKey: null,
    endpoint: null,
    lastHandshakeAt: null,
    carrier: null,
    cipher: null,
    isTundeck: null,
    expiresAt: null,
  }
  if (security.kind === "wireguard") {
    return security.peers.map(({ name, enabled, publicKey, endpoint = null, expiresAt = null }) => {
      return { ...absent, name, address: "", enabled, publicKey, endpoint, expiresAt }
    })
  }
  if (security.peers === undefined) {
    return [{ ...absent, name, address: transport.peer ?? transport.connect ?? "", enabled: true }]
  }
  return security.peers.map(({ name, address, enabled }) => ({ ...absent, name, address, enabled }))
}

/** Started by wish, but not there: the interface may be missing, or the engine may not have come so far. */
function noneUnlessRunning(error: unknown): never[] {
  if (error instanceof Problem && (error.code === "tunnel-not-running" || error.code === "tunnel-not-found")) return []
  throw error
}
