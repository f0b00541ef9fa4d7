import { parseIpAddress, socketAddressSize } from "@tundeck/native-bindings"
import { strangerPeer } from "../../batch.ts"
import type { NumericEndpoint } from "../../messages.ts"
import type { PeerAddresses } from "../../transport/peer-addresses.ts"
import { endpointOf } from "../../transport/peer-index.ts"

// linux/in.h: struct sockaddr_in; linux/in6.h: struct sockaddr_in6. The family is in host order.
const inet = { number: 2, port: 2, address: 4, size: 16 } as const
const inet6 = { number: 10, port: 2, address: 8, scope: 24, size: 28 } as const
/** The third word of an IPv4-mapped address (RFC 4291 section 2.5.5.2). */
const mapped = 0xffff
const nothing = -1

/** As many as one call receives at most. */
const mostSources = 64

/**
 * Where each peer of a socket is, by address and port, and where those are who spoke last and are in no peer's place. A number
 * below `places` is a peer's, the others stand for who spoke. `adopt` makes such a one a peer's endpoint.
 */
export class EndpointTable implements PeerAddresses {
  readonly places: number
  readonly size: number
  readonly #names: DataView
  readonly #lengths: Uint8Array
  /** Open addressing. A peer that has moved leaves its old slot behind: what stands there is compared anyway. */
  readonly #slots: Int16Array
  #used = 0
  #spoken = 0
  readonly #kept: boolean[]

  /** Of `before`, those peers keep their endpoint whose place is `kept[place]`. */
  constructor(places: number, before?: EndpointTable, kept: readonly number[] = []) {
    this.places = places
    this.size = places + mostSources
    this.#names = new DataView(new ArrayBuffer(this.size * socketAddressSize))
    this.#lengths = new Uint8Array(this.size)
    this.#slots = new Int16Array(4 << Math.ceil(Math.log2(Math.max(1, places)))).fill(nothing)
    this.#kept = Array.from({ length: places }, (_, place) => before !== undefined && kept[place] === place)
    if (before === undefined) return
    for (let place = 0; place < places; place++) {
      if (this.#kept[place]) this.#take(place, before.#names, place * socketAddressSize, before.#lengths[place] ?? 0)
    }
    this.#spoken = before.#spoken
  }

  isSameAs(_other: PeerAddresses, place: number): boolean {
    return this.#kept[place] ?? false
  }

  find(view: DataView, at: number): number {
    const size = sizeOf(view, at)
    if (size === 0) return strangerPeer
    const mask = this.#slots.length - 1
    for (let slot = hash(view, at) & mask; this.#slots[slot] !== nothing; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] ?? 0
      if (this.#isAt(place, view, at, size)) return place
    }
    const last = this.places + (this.#spoken % mostSources)
    if (this.#isAt(last, view, at, size)) return last
    this.#spoken += 1
    const number = this.places + (this.#spoken % mostSources)
    this.#copy(number, view, at, size)
    return number
  }

  /** `find` has done so. */
  remember(): void {}

  write(number: number, view: DataView, at: number): number {
    const size = this.#lengths[number] ?? 0
    const from = number * socketAddressSize
    for (let i = 0; i < size; i += 4) view.setInt32(at + i, this.#names.getInt32(from + i))
    return size
  }

  /** Hot. The peer is where the one with that number is. */
  isAt(place: number, number: number): boolean {
    if (place === number) return true
    return this.#isAt(place, this.#names, number * socketAddressSize, this.#lengths[number] ?? 0)
  }

  /** The peer is where the one with that number spoke from. */
  adopt(place: number, number: number): void {
    if (place !== number) this.#take(place, this.#names, number * socketAddressSize, this.#lengths[number] ?? 0)
  }

  /** The peer is there; `isDual`: its socket tells an IPv4 address as a mapped one. False for an address of another family. */
  set(place: number, { address, port }: NumericEndpoint, family: 4 | 6, isDual: boolean): boolean {
    const ip = parseIpAddress(address)
    if (ip === undefined || (ip.length === 16 ? family === 4 : family === 6 && !isDual)) return false
    const name = new DataView(new ArrayBuffer(socketAddressSize))
    name.setUint16(0, family === 4 ? inet.number : inet6.number, true)
    name.setUint16(inet.port, port)
    const bytes = new Uint8Array(name.buffer)
    if (family === 4) bytes.set(ip, inet.address)
    else {
      if (ip.length === 4) name.setUint32(inet6.address + 8, mapped)
      bytes.set(ip, inet6.address + 16 - ip.length)
    }
    this.#take(place, name, 0, family === 4 ? inet.size : inet6.size)
    return true
  }

  forget(place: number): void {
    this.#lengths[place] = 0
  }

  endpoint(number: number): NumericEndpoint | undefined {
    const from = number * socketAddressSize
    return endpointOf(new Uint8Array(this.#names.buffer).slice(from, from + (this.#lengths[number] ?? 0)))
  }

  /** Puts the address as 16 bytes, IPv4 mapped, into `address`; answers the port. */
  read(number: number, address: Uint8Array): number {
    const from = number * socketAddressSize
    const isIpv4 = this.#lengths[number] === inet.size
    address.fill(0)
    if (isIpv4) address.fill(0xff, 10, 12)
    const start = isIpv4 ? inet.address : inet6.address
    for (let i = isIpv4 ? 12 : 0; i < 16; i++) address[i] = this.#names.getUint8(from + start + (isIpv4 ? i - 12 : i))
    return this.#names.getUint16(from + inet.port)
  }

  /** Of who spoke: another one each time a number is given anew. */
  serial(number: number): number {
    const behind = (this.#spoken - (number - this.places)) % mostSources
    return this.#spoken - (behind < 0 ? behind + mostSources : behind)
  }

  #take(place: number, view: DataView, at: number, size: number): void {
    this.#copy(place, view, at, size)
    if (size === 0) return
    if (this.#used > this.#slots.length / 2) this.#rebuild()
    else this.#insert(place)
  }

  #insert(place: number): void {
    const mask = this.#slots.length - 1
    let slot = hash(this.#names, place * socketAddressSize) & mask
    while (this.#slots[slot] !== nothing) {
      if (this.#slots[slot] === place) return
      slot = (slot + 1) & mask
    }
    this.#slots[slot] = place
    this.#used += 1
  }

  #rebuild(): void {
    this.#slots.fill(nothing)
    this.#used = 0
    for (let place = 0; place < this.places; place++) if ((this.#lengths[place] ?? 0) > 0) this.#insert(place)
  }

  #copy(number: number, view: DataView, at: number, size: number): void {
    const to = number * socketAddressSize
    for (let i = 0; i < size; i += 4) this.#names.setInt32(to + i, view.getInt32(at + i))
    this.#lengths[number] = size
  }

  /** The flow label is not part of an address. */
  #isAt(number: number, view: DataView, at: number, size: number): boolean {
    const own = number * socketAddressSize
    const names = this.#names
    if (this.#lengths[number] !== size || names.getInt32(own) !== view.getInt32(at)) return false
    if (size === inet.size) return names.getInt32(own + inet.address) === view.getInt32(at + inet.address)
    for (let i = inet6.address; i < inet6.size; i += 4) {
      if (names.getInt32(own + i) !== view.getInt32(at + i)) return false
    }
    return true
  }
}

function sizeOf(view: DataView, at: number): number {
  const family = view.getUint16(at, true)
  return family === inet.number ? inet.size : family === inet6.number ? inet6.size : 0
}

function hash(view: DataView, at: number): number {
  let word = view.getInt32(at)
  if (view.getUint16(at, true) === inet.number) word ^= Math.imul(view.getInt32(at + inet.address), 0x9e37_79b1)
  else {
    for (let i = inet6.address; i < inet6.scope; i += 4) word = Math.imul(word ^ view.getInt32(at + i), 0x9e37_79b1)
  }
  word ^= word >>> 15
  word = Math.imul(word, 0x85eb_ca6b)
  return word ^ (word >>> 13)
}
