import { decodeSocketAddress, parseIpAddress, socketAddressSize } from "@tundeck/native-bindings"
import { strangerPeer } from "../batch.ts"
import type { NumericEndpoint, RelayPeer } from "../messages.ts"
import type { PeerAddresses } from "./peer-addresses.ts"
import { withoutMapping } from "./tcp-socket.ts"

// linux/in.h: struct sockaddr_in; linux/in6.h: struct sockaddr_in6. The family is in host order.
const inet = { number: 2, address: 4, size: 16 } as const
const inet6 = { number: 10, address: 8, size: 28 } as const
/** The third word of an IPv4-mapped address (RFC 4291 section 2.5.5.2). */
const mapped = 0xffff
const nothing = -1

/**
 * Which peer a socket address is, by its IP address alone, and where each peer was heard last. A socket of both families
 * tells an IPv4 peer as a mapped IPv6 address: the two are one. Made anew when the peers change.
 */
export class PeerIndex implements PeerAddresses {
  readonly #addresses: readonly string[]
  /** Open addressing, at most a quarter full: four words of address a slot. */
  readonly #words: Int32Array
  readonly #peers: Int16Array
  /** Per peer its last socket address as the kernel wrote it. */
  readonly #remotes: DataView
  readonly #lengths: Uint8Array

  /** Peer i is peers[i]; disabled ones are strangers. What `before` remembers of those that stay is kept. */
  constructor(peers: readonly (Pick<RelayPeer, "address" | "enabled"> | null)[], before?: PeerIndex) {
    const slots = 4 << Math.ceil(Math.log2(Math.max(1, peers.length)))
    this.#addresses = peers.map((peer) => peer?.address ?? "")
    this.#words = new Int32Array(slots * 4)
    this.#peers = new Int16Array(slots).fill(nothing)
    this.#remotes = new DataView(new ArrayBuffer(peers.length * socketAddressSize))
    this.#lengths = new Uint8Array(peers.length)
    const old = new Map(before === undefined ? [] : before.#addresses.map((address, i) => [address, i]))
    peers.forEach((wanted, peer) => {
      if (!wanted?.enabled) return
      this.#add(wanted.address, peer)
      const was = old.get(wanted.address)
      if (before !== undefined && was !== undefined) this.#inherit(before, was, peer)
    })
  }

  /** Places, taken or not. */
  get size(): number {
    return this.#addresses.length
  }

  /** The peer in that place is the same one as in `other`. Cold. */
  isSameAs(other: PeerAddresses, peer: number): boolean {
    const address = this.#addresses[peer]
    return address !== "" && other instanceof PeerIndex && address === other.#addresses[peer]
  }

  /** Hot. The peer of the socket address at `at`, or `strangerPeer`. */
  find(view: DataView, at: number): number {
    const family = view.getUint16(at, true)
    let slot = 0
    if (family === inet.number) slot = this.#slot(0, 0, mapped, view.getInt32(at + inet.address))
    else if (family === inet6.number) {
      slot = this.#slot(
        view.getInt32(at + inet6.address),
        view.getInt32(at + inet6.address + 4),
        view.getInt32(at + inet6.address + 8),
        view.getInt32(at + inet6.address + 12),
      )
    } else return strangerPeer
    const peer = this.#peers[slot] ?? nothing
    return peer === nothing ? strangerPeer : peer
  }

  /** Hot. The peer was heard from the socket address at `at`, which `find` knows as its. */
  remember(peer: number, view: DataView, at: number): void {
    const size = view.getUint16(at, true) === inet.number ? inet.size : inet6.size
    this.#lengths[peer] = size
    copyWords(view, at, this.#remotes, peer * socketAddressSize, size)
  }

  /** Hot. Puts the peer's last socket address at `at`. Answers its length: 0 when it was never heard. */
  write(peer: number, view: DataView, at: number): number {
    const size = this.#lengths[peer] ?? 0
    copyWords(this.#remotes, peer * socketAddressSize, view, at, size)
    return size
  }

  /** The peer is not where it was. */
  forget(peer: number): void {
    this.#lengths[peer] = 0
  }

  /** Where the peer was heard last, for people. */
  endpoint(peer: number): NumericEndpoint | undefined {
    const start = peer * socketAddressSize
    const bytes = new Uint8Array(this.#remotes.buffer).slice(start, start + (this.#lengths[peer] ?? 0))
    return endpointOf(bytes)
  }

  /** The slot where the address stands, or the empty one where it would. */
  #slot(a: number, b: number, c: number, d: number): number {
    const mask = this.#peers.length - 1
    let hash = Math.imul(
      a ^ Math.imul(b, 0x85eb_ca6b) ^ Math.imul(c, 0xc2b2_ae35) ^ Math.imul(d, 0x9e37_79b1),
      0x27d4_eb2f,
    )
    hash ^= hash >>> 15
    const words = this.#words
    let slot = hash & mask
    for (; this.#peers[slot] !== nothing; slot = (slot + 1) & mask) {
      const word = slot << 2
      if (words[word] === a && words[word + 1] === b && words[word + 2] === c && words[word + 3] === d) break
    }
    return slot
  }

  #add(address: string, peer: number): void {
    const bytes = parseIpAddress(address)
    if (bytes === undefined) return
    const view = new DataView(bytes.buffer)
    const word = (i: number) => view.getInt32(i * 4)
    const [a, b, c, d] = bytes.length === 4 ? [0, 0, mapped, word(0)] : [word(0), word(1), word(2), word(3)]
    const slot = this.#slot(a, b, c, d)
    this.#words.set([a, b, c, d], slot * 4)
    this.#peers[slot] = peer
  }

  #inherit(before: PeerIndex, was: number, peer: number): void {
    const size = before.#lengths[was] ?? 0
    this.#lengths[peer] = size
    copyWords(before.#remotes, was * socketAddressSize, this.#remotes, peer * socketAddressSize, size)
  }
}

/** A socket address as the kernel wrote it. */
export function endpointOf(name: Uint8Array): NumericEndpoint | undefined {
  const decoded = decodeSocketAddress(name)
  return decoded && { address: withoutMapping(decoded.address), port: decoded.port }
}

function copyWords(from: DataView, fromAt: number, to: DataView, toAt: number, length: number): void {
  for (let i = 0; i < length; i += 4) to.setInt32(toAt + i, from.getInt32(fromAt + i))
}
