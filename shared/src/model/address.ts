import { Address6 } from "ip-address"

/** Strict textual IP addresses (R9): no leading zeros, no zone, no IPv4-mapped form. What is stored is canonical. */

export type IpFamily = 4 | 6

export interface Prefix {
  /** As given, host bits kept: 10.0.0.1/24 stays 10.0.0.1/24. */
  address: string
  length: number
  family: IpFamily
}

const ipv4Text = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/

export function ipFamily(text: string): IpFamily | undefined {
  const v4 = ipv4Text.exec(text)
  if (v4) return v4.slice(1).every((octet) => Number(octet) <= 255) ? 4 : undefined
  if (!/^[0-9a-fA-F:]{2,39}$/.test(text)) return undefined
  return Address6.isValid(text) ? 6 : undefined
}

/** RFC 5952 for IPv6, the text itself for IPv4; undefined when it is no address. */
export function canonicalAddress(text: string): string | undefined {
  const family = ipFamily(text)
  if (family === undefined) return undefined
  return family === 4 ? text : new Address6(text).correctForm()
}

/** "address/length"; a bare address is refused, because a forgotten length is a mistake more often than a host. */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  if (!match) return undefined
  const address = canonicalAddress(match[1] ?? "")
  const length = Number(match[2])
  if (address === undefined) return undefined
  const family = ipFamily(address)
  if (family === undefined || length > (family === 4 ? 32 : 128)) return undefined
  return { address, length, family }
}

/** The 4 or 16 bytes of an address that passed `ipFamily`. */
export function addressBytes(text: string): Uint8Array {
  if (ipFamily(text) === 4) return Uint8Array.from(text.split(".").map(Number))
  const out = new Uint8Array(16)
  const groups = new Address6(text).parsedAddress
  groups.forEach((group, i) => {
    const value = Number.parseInt(group, 16)
    out[i * 2] = value >> 8
    out[i * 2 + 1] = value & 0xff
  })
  return out
}

/** True when the first `length` bits of both addresses are equal and of one family. */
export function prefixContains(prefix: Prefix, address: string): boolean {
  if (ipFamily(address) !== prefix.family) return false
  const a = addressBytes(prefix.address)
  const b = addressBytes(address)
  const whole = prefix.length >> 3
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false
  const rest = prefix.length & 7
  return rest === 0 || (((a[whole] ?? 0) ^ (b[whole] ?? 0)) & (0xff << (8 - rest)) & 0xff) === 0
}

/** The network of a prefix: host bits cleared, "10.0.0.1/24" to "10.0.0.0/24". */
export function networkOf(prefix: Prefix): string {
  const bytes = addressBytes(prefix.address).map((byte, i) => {
    const bits = Math.min(8, Math.max(0, prefix.length - i * 8))
    return byte & (0xff << (8 - bits)) & 0xff
  })
  return `${addressText(bytes)}/${prefix.length}`
}

/** 4 or 16 bytes to canonical text. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".")
  const groups: string[] = []
  for (let i = 0; i < 16; i += 2) groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16))
  return new Address6(groups.join(":")).correctForm()
}

const notOfOneHost = ["0.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8"].flatMap(
  (text) => parsePrefix(text) ?? [],
)

/** False for unspecified, multicast and broadcast addresses: no interface has one of its own. */
export function isHostAddress(address: string): boolean {
  return !notOfOneHost.some((prefix) => prefixContains(prefix, address))
}

const privatePrefixes = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "100.64.0.0/10",
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "198.18.0.0/15",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
  "2001:db8::/32",
].flatMap((text) => parsePrefix(text) ?? [])

/** True for an address that routers on the Internet carry: a clear-text tunnel to it wants an explicit yes (R10). */
export function isPublicAddress(address: string): boolean {
  return !privatePrefixes.some((prefix) => prefixContains(prefix, address))
}
