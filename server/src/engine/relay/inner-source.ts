import { addressBytes, dropNumber, parsePrefix, passed } from "@tundeck/shared"

/**
 * The inner source addresses that a peer may use (SECURITY.md, R10): without this a clear-text peer can speak for any
 * host. Link-local IPv6 sources and the unspecified one (duplicate address detection) never leave the link and pass.
 * The lists are short; a scan over them costs less than the call that delivers the packet.
 */
const notAllowed = dropNumber("source-not-allowed")

const etherType = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const

export class InnerSource {
  readonly #any: boolean
  /** Pairs of network and mask. */
  readonly #ipv4: Int32Array
  /** Four words of network, four of mask. */
  readonly #ipv6: Int32Array

  /** Networks as text; null lets every source pass. */
  constructor(networks: readonly string[] | null) {
    this.#any = networks === null
    const prefixes = (networks ?? []).flatMap((text) => parsePrefix(text) ?? [])
    const words = (family: 4 | 6) =>
      prefixes
        .filter((prefix) => prefix.family === family)
        .flatMap((prefix) => {
          const mask = maskWords(prefix.length, family)
          return [...wordsOf(addressBytes(prefix.address)).map((word, i) => word & (mask[i] ?? 0)), ...mask]
        })
    this.#ipv4 = Int32Array.from(words(4))
    this.#ipv6 = Int32Array.from(words(6))
  }

  /** Of an IP packet that `checkIpPacket` let pass: 0, or the number of the drop reason. */
  checkIp(view: DataView, at: number): number {
    if (this.#any) return passed
    return view.getUint8(at) >> 4 === 4 ? this.#check4(view, at + 12) : this.#check6(view, at + 8)
  }

  /** Of an Ethernet frame: looks into IPv4, ARP and IPv6, behind one VLAN tag at most. Other protocols have no IP source. */
  checkEthernet(view: DataView, at: number, length: number): number {
    if (this.#any) return passed
    let payload = at + 14
    let type = view.getUint16(at + 12)
    if (type === etherType.vlan && length >= 18) {
      type = view.getUint16(at + 16)
      payload += 4
    }
    const rest = at + length - payload
    if (type === etherType.ipv4) return rest >= 20 ? this.#checkEthernet4(view, payload + 12) : notAllowed
    if (type === etherType.ipv6) return rest >= 40 ? this.#check6(view, payload + 8) : notAllowed
    if (type === etherType.arp) return rest >= 28 ? this.#checkEthernet4(view, payload + 14) : notAllowed
    return passed
  }

  /** 0.0.0.0 asks for an address (DHCP) or whether one is free (ARP probe): it speaks for nobody. */
  #checkEthernet4(view: DataView, at: number): number {
    return view.getInt32(at) === 0 ? passed : this.#check4(view, at)
  }

  #check4(view: DataView, at: number): number {
    const source = view.getInt32(at)
    const list = this.#ipv4
    for (let i = 0; i < list.length; i += 2) {
      if ((source & (list[i + 1] ?? 0)) === (list[i] ?? 0)) return passed
    }
    return notAllowed
  }

  #check6(view: DataView, at: number): number {
    if (speaksForNobody(view, at)) return passed
    const a = view.getInt32(at)
    const b = view.getInt32(at + 4)
    const c = view.getInt32(at + 8)
    const d = view.getInt32(at + 12)
    const list = this.#ipv6
    for (let i = 0; i < list.length; i += 8) {
      if (
        (a & (list[i + 4] ?? 0)) === (list[i] ?? 0) &&
        (b & (list[i + 5] ?? 0)) === (list[i + 1] ?? 0) &&
        (c & (list[i + 6] ?? 0)) === (list[i + 2] ?? 0) &&
        (d & (list[i + 7] ?? 0)) === (list[i + 3] ?? 0)
      ) {
        return passed
      }
    }
    return notAllowed
  }
}

/** Link-local or unspecified, of the IPv6 address at `at`. */
export function speaksForNobody(view: DataView, at: number): boolean {
  const first = view.getInt32(at)
  if ((first & 0xffc00000) === (0xfe800000 | 0)) return true
  return (first | view.getInt32(at + 4) | view.getInt32(at + 8) | view.getInt32(at + 12)) === 0
}

function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4))
}

function maskWords(length: number, family: 4 | 6): number[] {
  return Array.from({ length: family === 4 ? 1 : 4 }, (_, i) => {
    const bits = Math.min(32, Math.max(0, length - i * 32))
    return bits === 0 ? 0 : -1 << (32 - bits)
  })
}
