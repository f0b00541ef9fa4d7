import { decodeSocketAddress, encodeSocketAddress, socketAddressSize } from "@tundeck/native-bindings"
import { nameSize } from "../memory.ts"
import type { NumericEndpoint, RelayPeers } from "../messages.ts"
import { strangerPeer } from "../ports.ts"
import { withoutMapping } from "./tcp-socket.ts"

// linux/in.h, linux/in6.h; families of linux/socket.h
const inet = { family: 2, address: 4, size: 16 } as const
const inet6 = { family: 10, address: 8, size: 28 } as const
const mappedPrefix = 0xffff

/**
 * The peers of a datagram transport by the addresses that the kernel writes (struct sockaddr_in, sockaddr_in6): whose
 * is one, and where was a peer heard last. A peer is known by its address alone; its port is where it sent from last.
 * An IPv6 socket names an IPv4 sender in mapped form: it is the same peer.
 */
export class PeerNames {
  /** Open addressing over four words of address and the place plus one; at most half full. */
  #table = new Int32Array(0)
  #mask = 0
  /** The latest name of each place. */
  #names = new Uint8Array(0)
  #lengths = new Uint8Array(0)
  readonly #key = new Int32Array(4)

  constructor(peers: RelayPeers) {
    this.setPeers(peers)
  }

  /** Those that stay keep their name. */
  setPeers(peers: RelayPeers): void {
    let slots = 4
    while (slots < peers.length * 2) slots *= 2
    this.#table = new Int32Array(slots * 5)
    this.#mask = slots - 1
    const [names, lengths] = [this.#names, this.#lengths]
    this.#names = new Uint8Array(peers.length * nameSize)
    this.#lengths = new Uint8Array(peers.length)
    peers.forEach((peer, place) => {
      if (peer === null || !peer.enabled || peer.address === "") return
      const encoded = encodeSocketAddress({ address: peer.address, port: 0 })
      const view = new DataView(encoded.buffer)
      if (!this.#readKey(view, 0)) return
      const slot = this.#slotOf()
      this.#table.set(this.#key, slot)
      this.#table[slot + 4] = place + 1
      const old = names.subarray(place * nameSize, (place + 1) * nameSize)
      if (!lengths[place] || this.find(new DataView(old.buffer, old.byteOffset, nameSize), 0) !== place) return
      this.#names.set(old, place * nameSize)
      this.#lengths[place] = lengths[place] ?? 0
    })
  }

  /** Hot. Whose name stands at `at`: a place, or `strangerPeer`. */
  find(view: DataView, at: number): number {
    if (!this.#readKey(view, at)) return strangerPeer
    const place = this.#table[this.#slotOf() + 4] ?? 0
    return place === 0 ? strangerPeer : place - 1
  }

  isKnown(place: number): boolean {
    return this.#lengths[place] !== 0 && place < this.#lengths.length
  }

  /** The peer was heard from the name at `at`. True when that is another than before. */
  remember(place: number, view: DataView, at: number): boolean {
    const length = view.getUint16(at, true) === inet6.family ? inet6.size : inet.size
    const own = place * nameSize
    let isOther = this.#lengths[place] !== length
    for (let i = 0; i < length; i++) {
      const byte = view.getUint8(at + i)
      if (this.#names[own + i] === byte) continue
      this.#names[own + i] = byte
      isOther = true
    }
    this.#lengths[place] = length
    return isOther
  }

  /** Hot. Writes the peer's name to `at`; answers its length, 0 when it was not heard yet. */
  write(place: number, view: DataView, at: number): number {
    const length = this.#lengths[place] ?? 0
    const own = place * nameSize
    for (let i = 0; i < length; i++) view.setUint8(at + i, this.#names[own + i] ?? 0)
    return length
  }

  forget(place: number): void {
    this.#lengths[place] = 0
  }

  /** For people. */
  endpoint(place: number): NumericEndpoint | undefined {
    return endpointOf(this.#names.slice(place * nameSize, place * nameSize + (this.#lengths[place] ?? 0)))
  }

  #readKey(view: DataView, at: number): boolean {
    const key = this.#key
    const family = view.getUint16(at, true)
    if (family === inet.family) {
      key[0] = key[1] = 0
      key[2] = mappedPrefix
      key[3] = view.getInt32(at + inet.address)
      return true
    }
    if (family !== inet6.family) return false
    for (let word = 0; word < 4; word++) key[word] = view.getInt32(at + inet6.address + word * 4)
    return true
  }

  /** Where the key stands, or where it would. */
  #slotOf(): number {
    const key = this.#key
    const table = this.#table
    let hash = Math.imul((key[0] ?? 0) ^ Math.imul(key[1] ?? 0, 31), 0x9e3779b1)
    hash = Math.imul(hash ^ (key[2] ?? 0) ^ Math.imul(key[3] ?? 0, 0x85ebca6b), 0xc2b2ae35)
    for (let slot = (hash ^ (hash >>> 15)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * 5
      if (table[at + 4] === 0) return at
      if (table[at] === key[0] && table[at + 1] === key[1] && table[at + 2] === key[2] && table[at + 3] === key[3])
        return at
    }
  }
}

export function endpointOf(name: Uint8Array): NumericEndpoint | undefined {
  const decoded = decodeSocketAddress(name.subarray(0, socketAddressSize))
  return decoded && { address: withoutMapping(decoded.address), port: decoded.port }
}
