import { addressBytes, type IpFamily, parsePrefix } from "@tundeck/shared"

/** What a responder answers for: these networks, but for this host's own addresses. */
export interface Answered {
  isEthernet: boolean
  /** address/length or network/length. */
  networks: readonly string[]
  own: readonly string[]
}

interface Network {
  words: Int32Array
  mask: Int32Array
  /** It has an address for all its hosts (RFC 919), or for any of its routers (RFC 4291 section 2.6.1). */
  isWide: boolean
}

/** Whom a responder is, and whom it talks to. Hot, all but the constructor: addresses are read where they lie in a packet. */
export class AnsweredAddresses {
  readonly #networks: Record<IpFamily, Network[]>
  readonly #own: Record<IpFamily, Int32Array[]>

  constructor({ networks, own }: Pick<Answered, "networks" | "own">) {
    const prefixes = networks.flatMap((text) => parsePrefix(text) ?? [])
    const networksOf = (family: IpFamily) =>
      prefixes.filter((prefix) => prefix.family === family).map(({ address, length }) => network(address, length))
    const hosts = own.map((text) => text.split("/")[0] ?? "").map(wordsOf)
    this.#networks = { 4: networksOf(4), 6: networksOf(6) }
    this.#own = { 4: hosts.filter(({ length }) => length === 1), 6: hosts.filter(({ length }) => length === 4) }
  }

  /** The address at `at` is the responder's. */
  answers(view: DataView, at: number, family: IpFamily): boolean {
    if (!isUnicast(view, at, family)) return false
    const own = this.#own[family]
    for (let i = 0; i < own.length; i++) if (isEqual(view, at, own[i])) return false
    const networks = this.#networks[family]
    for (let i = 0; i < networks.length; i++) {
      const one = networks[i]
      if (one !== undefined && isWithin(view, at, one)) return !isReserved(view, at, one)
    }
    return false
  }

  /** The address at `at` is one host's, so that an answer may go there. */
  mayAsk(view: DataView, at: number, family: IpFamily): boolean {
    if (!isUnicast(view, at, family)) return false
    const networks = this.#networks[family]
    for (let i = 0; i < networks.length; i++) {
      const one = networks[i]
      if (one !== undefined && isWithin(view, at, one) && isReserved(view, at, one)) return false
    }
    return true
  }
}

/** Neither unspecified nor loopback, multicast, broadcast or reserved. */
function isUnicast(view: DataView, at: number, family: IpFamily): boolean {
  const first = view.getUint8(at)
  if (family === 4) return first !== 0 && first !== 127 && first < 224
  if (first === 0xff) return false
  return view.getInt32(at) !== 0 || view.getInt32(at + 4) !== 0 || view.getInt32(at + 8) !== 0
}

function isEqual(view: DataView, at: number, words: Int32Array | undefined): boolean {
  if (words === undefined) return false
  for (let i = 0; i < words.length; i++) if (view.getInt32(at + i * 4) !== words[i]) return false
  return true
}

function isWithin(view: DataView, at: number, { words, mask }: Network): boolean {
  for (let i = 0; i < words.length; i++) {
    if ((view.getInt32(at + i * 4) & (mask[i] ?? 0)) !== words[i]) return false
  }
  return true
}

/** The network itself, which IPv6 calls any of its routers; of IPv4 also all of its hosts. */
function isReserved(view: DataView, at: number, { words, mask, isWide }: Network): boolean {
  if (!isWide) return false
  let isFirst = true
  let isLast = words.length === 1
  for (let i = 0; i < words.length; i++) {
    const host = ~(mask[i] ?? 0)
    const bits = view.getInt32(at + i * 4) & host
    if (bits !== 0) isFirst = false
    if (bits !== host) isLast = false
  }
  return isFirst || isLast
}

function network(address: string, length: number): Network {
  const words = wordsOf(address)
  const mask = words.map((_, i) => {
    const bits = Math.min(32, Math.max(0, length - i * 32))
    return bits === 0 ? 0 : -1 << (32 - bits)
  })
  return { words: words.map((word, i) => word & (mask[i] ?? 0)), mask, isWide: length < words.length * 32 - 1 }
}

function wordsOf(address: string): Int32Array {
  const bytes = addressBytes(address)
  const view = new DataView(bytes.buffer)
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4))
}
