import { declare } from "../libc/library.ts"
import { check } from "../libc/syscall-error.ts"
import type { IpFamily } from "./socket-address.ts"

// [level, option], as in options.ts: those that a raw ICMP socket needs.
const options = {
  SO_SNDBUFFORCE: [1, 32], // asm-generic/socket.h
  SO_RCVBUFFORCE: [1, 33],
  IP_MTU_DISCOVER: [0, 10], // linux/in.h
  IP_MTU: [0, 14],
  IPV6_MTU: [41, 24], // linux/in6.h
  IPV6_RECVPKTINFO: [41, 49],
  ICMP_FILTER: [255, 1], // linux/icmp.h, level SOL_RAW
  ICMPV6_FILTER: [58, 1], // linux/icmpv6.h
} as const

type Option = keyof typeof options

const c: {
  setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number
  getsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number
} = {
  setsockopt: declare("setsockopt", "int", ["int", "int", "int", "void *", "uint"]),
  getsockopt: declare("getsockopt", "int", ["int", "int", "int", "void *", "void *"]),
}

function set(fd: number, name: Option, words: readonly number[]): void {
  const value = new Uint8Array(Uint32Array.from(words).buffer)
  const [level, option] = options[name]
  check(name, c.setsockopt(fd, level, option, value, value.length))
}

/** Beyond net.core.wmem_max. Needs CAP_NET_ADMIN. */
export function forceSendBuffer(fd: number, bytes: number): void {
  set(fd, "SO_SNDBUFFORCE", [bytes])
}

/** Beyond net.core.rmem_max. Needs CAP_NET_ADMIN. */
export function forceReceiveBuffer(fd: number, bytes: number): void {
  set(fd, "SO_RCVBUFFORCE", [bytes])
}

/** A raw ICMP socket receives this type alone. */
export function setIcmpFilter(fd: number, family: IpFamily, type: number): void {
  // A bit that is set blocks its type: linux/icmp.h has 32 of them (types above pass), linux/icmpv6.h 256.
  const words = new Array<number>(family === 4 ? 1 : 8).fill(0xffff_ffff)
  words[type >> 5] = ~(1 << (type & 31))
  set(fd, family === 4 ? "ICMP_FILTER" : "ICMPV6_FILTER", words)
}

/** What is sent over IPv4 may be cut into fragments on its way: no DF. */
export function allowFragments(fd: number): void {
  set(fd, "IP_MTU_DISCOVER", [0]) // linux/in.h: IP_PMTUDISC_DONT
}

/** Each IPv6 packet received says which address of ours it came to, in an IPV6_PKTINFO control message. */
export function setReceivePacketInfo6(fd: number): void {
  set(fd, "IPV6_RECVPKTINFO", [1])
}

/** Of the path to a connected socket's peer, as the kernel knows it; undefined where there is no way to it. */
export function socketPathMtu(fd: number, family: IpFamily): number | undefined {
  const [level, option] = options[family === 4 ? "IP_MTU" : "IPV6_MTU"]
  const value = new Uint8Array(4)
  const length = Uint8Array.from([4, 0, 0, 0])
  if (c.getsockopt(fd, level, option, value, length) < 0) return
  return new DataView(value.buffer).getUint32(0, true)
}
