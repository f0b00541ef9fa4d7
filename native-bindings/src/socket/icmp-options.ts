import { setOption, setOptionBytes } from "./options.ts"
import type { IpFamily } from "./socket-address.ts"

/** A raw ICMP socket receives these types alone. */
export function setIcmpFilter(fd: number, family: IpFamily, types: readonly number[]): void {
  // A bit that is set blocks its type: linux/icmp.h has 32 of them (types above pass), linux/icmpv6.h 256.
  const words = new Uint32Array(family === 4 ? 1 : 8).fill(0xffff_ffff)
  for (const type of types) words[type >> 5] = (words[type >> 5] ?? 0) & ~(1 << (type & 31))
  setOptionBytes(fd, family === 4 ? "ICMP_FILTER" : "ICMPV6_FILTER", new Uint8Array(words.buffer))
}

/** What is sent over IPv4 may be cut into fragments on its way: no DF. */
export function allowFragments(fd: number): void {
  setOption(fd, "IP_MTU_DISCOVER", 0) // linux/in.h: IP_PMTUDISC_DONT
}
