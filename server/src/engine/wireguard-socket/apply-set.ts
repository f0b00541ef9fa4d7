import { publicKeyOf } from "../../wireguard/keys.ts"
import type { DeviceConfiguration, PeerChange, PeerConfiguration, SetRequest } from "./configuration.ts"

/** A network that went from one peer to another, as public keys. */
export interface MovedNetwork {
  network: string
  from: string
  to: string
}

export interface Applied {
  next: DeviceConfiguration
  moved: MovedNetwork[]
}

/**
 * What a device is told to be after a request, by WireGuard's rules: changes count in their order; a network belongs to
 * one peer, the one that asked for it last; nobody is a peer of itself; a peer that is not there is made, unless
 * `updateOnly` is said. Peers keep their order, new ones come last.
 */
export function applySet(current: DeviceConfiguration, request: SetRequest): Applied {
  const { privateKey = current.privateKey, listenPort = current.listenPort } = request
  const { firewallMark = current.firewallMark } = request
  const ownKey = privateKey === null ? undefined : publicKeyOf(privateKey)
  const peers = new PeerTable(request.replacePeers ? [] : current.peers)
  if (ownKey !== undefined) peers.remove(ownKey)
  for (const change of request.peers) {
    if (change.publicKey !== ownKey) peers.change(change)
  }
  return { next: { privateKey, listenPort, firewallMark, peers: peers.all() }, moved: peers.moved() }
}

interface Entry extends Omit<PeerConfiguration, "allowedIps"> {
  networks: Set<string>
}

class PeerTable {
  readonly #peers = new Map<string, Entry>()
  readonly #owners = new Map<string, Entry>()
  readonly #before = new Map<string, string>()

  constructor(peers: readonly PeerConfiguration[]) {
    for (const { allowedIps, ...peer } of peers) {
      const entry = { ...peer, networks: new Set<string>() }
      this.#peers.set(peer.publicKey, entry)
      for (const network of allowedIps) this.#give(network, entry)
    }
    for (const [network, { publicKey }] of this.#owners) this.#before.set(network, publicKey)
  }

  all(): PeerConfiguration[] {
    return [...this.#peers.values()].map(({ networks, ...peer }) => ({ ...peer, allowedIps: [...networks] }))
  }

  /** From peers that are still there. */
  moved(): MovedNetwork[] {
    return [...this.#owners].flatMap(([network, { publicKey: to }]) => {
      const from = this.#before.get(network)
      return from === undefined || from === to || !this.#peers.has(from) ? [] : [{ network, from, to }]
    })
  }

  remove(publicKey: string): void {
    const peer = this.#peers.get(publicKey)
    if (peer === undefined) return
    this.#takeAll(peer)
    this.#peers.delete(publicKey)
  }

  change(change: PeerChange): void {
    const { publicKey } = change
    if (change.remove) return this.remove(publicKey)
    const peer = this.#peers.get(publicKey) ?? (change.updateOnly ? undefined : this.#add(publicKey))
    if (peer === undefined) return
    if (change.presharedKey !== undefined) peer.presharedKey = change.presharedKey
    if (change.endpoint !== undefined) peer.endpoint = change.endpoint
    if (change.keepaliveSeconds !== undefined) peer.keepaliveSeconds = change.keepaliveSeconds
    if (change.replaceAllowedIps) this.#takeAll(peer)
    for (const { network, remove } of change.allowedIps) {
      if (!remove) this.#give(network, peer)
      else if (this.#owners.get(network) === peer) this.#take(network, peer)
    }
  }

  #add(publicKey: string): Entry {
    const networks = new Set<string>()
    const peer = { publicKey, presharedKey: null, endpoint: null, keepaliveSeconds: 0, networks }
    this.#peers.set(publicKey, peer)
    return peer
  }

  #give(network: string, peer: Entry): void {
    this.#owners.get(network)?.networks.delete(network)
    this.#owners.set(network, peer)
    peer.networks.add(network)
  }

  #take(network: string, peer: Entry): void {
    this.#owners.delete(network)
    peer.networks.delete(network)
  }

  #takeAll(peer: Entry): void {
    for (const network of peer.networks) this.#owners.delete(network)
    peer.networks.clear()
  }
}
