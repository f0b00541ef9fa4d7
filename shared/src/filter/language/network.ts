import { addressBytes, addressText, ipFamily } from "../../model/address.ts"

/** An address or network: 32-bit words, one of IPv4 or four of IPv6, host bits cleared, and the length of its prefix. */
export interface Network {
  readonly words: readonly number[]
  readonly prefix: number
}

const longestPrefix = (words: readonly number[]) => words.length * 32

/** An address, a prefix (10.0.0.0/8, fd00::/64), or the start of an IPv4 network as pcap takes it (10, 192.168). */
export function readNetwork(text: string): Network | undefined {
  const [address = "", length, ...rest] = text.split("/")
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined
  const whole = /^\d{1,3}(\.\d{1,3}){0,2}$/.test(address) ? padded(address) : { address, prefix: undefined }
  if (ipFamily(whole.address) === undefined) return undefined
  const words = toWords(addressBytes(whole.address))
  const prefix = length === undefined ? (whole.prefix ?? longestPrefix(words)) : Number(length)
  return prefix > longestPrefix(words) ? undefined : { words: masked(words, prefix), prefix }
}

export function readAddress(text: string): Network | undefined {
  return ipFamily(text) === undefined ? undefined : readNetwork(text)
}

/** The prefix length that a mask like 255.255.255.0 stands for. */
export function readMask(text: string): number | undefined {
  const [word] = readAddress(text)?.words ?? []
  if (word === undefined || ipFamily(text) !== 4) return undefined
  const zeros = (~word >>> 0) + 1
  return Number.isInteger(Math.log2(zeros)) ? 32 - Math.log2(zeros) : undefined
}

export function withPrefix(network: Network, prefix: number): Network {
  return { words: masked(network.words, prefix), prefix }
}

export function isOneHost({ words, prefix }: Network): boolean {
  return prefix === longestPrefix(words)
}

/** The bits of each word that a prefix compares. */
export function masksOf({ words, prefix }: Network): number[] {
  return words.map((_, index) => {
    const bits = Math.min(32, Math.max(0, prefix - index * 32))
    return bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0
  })
}

export function networkText(network: Network): string {
  const bytes = new Uint8Array(network.words.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, word] of network.words.entries()) view.setUint32(index * 4, word)
  return isOneHost(network) ? addressText(bytes) : `${addressText(bytes)}/${network.prefix}`
}

function padded(start: string): { address: string; prefix: number } {
  const octets = start.split(".")
  return { address: [...octets, "0", "0", "0"].slice(0, 4).join("."), prefix: octets.length * 8 }
}

function toWords(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4))
}

function masked(words: readonly number[], prefix: number): number[] {
  const masks = masksOf({ words, prefix })
  return words.map((word, index) => (word & (masks[index] ?? 0)) >>> 0)
}

const macText = /^[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(\1[0-9a-f]{1,2}){4}$/i

/** A MAC address as a number of 48 bits. */
export function readMac(text: string): number | undefined {
  if (!macText.test(text)) return undefined
  return text.split(/[:-]/).reduce((mac, byte) => mac * 256 + Number.parseInt(byte, 16), 0)
}

export function macAsText(mac: number): string {
  const digits = mac.toString(16).padStart(12, "0")
  return (digits.match(/../g) ?? []).join(":")
}
