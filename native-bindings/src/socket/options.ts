import { observedCall } from "../libc/kernel-calls.ts"
import { declare } from "../libc/library.ts"
import { check, SyscallError } from "../libc/syscall-error.ts"
import type { IpFamily } from "./socket-address.ts"

// [level, option] of setsockopt. Levels: SOL_SOCKET is 1 (asm-generic/socket.h), the others are protocol numbers.
const options = {
  SO_REUSEADDR: [1, 2], // asm-generic/socket.h, to SO_BINDTODEVICE
  SO_SNDBUF: [1, 7],
  SO_RCVBUF: [1, 8],
  SO_KEEPALIVE: [1, 9],
  SO_LINGER: [1, 13],
  SO_PEERCRED: [1, 17],
  SO_RCVTIMEO: [1, 20],
  SO_BINDTODEVICE: [1, 25],
  SO_ATTACH_FILTER: [1, 26],
  SO_SNDBUFFORCE: [1, 32],
  SO_RCVBUFFORCE: [1, 33],
  SO_TIMESTAMPNS: [1, 35],
  SO_MARK: [1, 36],
  IP_TOS: [0, 1], // linux/in.h, to IP_MTU
  IP_TTL: [0, 2],
  IP_PKTINFO: [0, 8],
  IP_MTU_DISCOVER: [0, 10],
  IP_MTU: [0, 14],
  TCP_NODELAY: [6, 1], // linux/tcp.h, to TCP_NOTSENT_LOWAT
  TCP_KEEPIDLE: [6, 4],
  TCP_KEEPINTVL: [6, 5],
  TCP_KEEPCNT: [6, 6],
  TCP_INFO: [6, 11],
  TCP_CONGESTION: [6, 13],
  TCP_USER_TIMEOUT: [6, 18],
  TCP_NOTSENT_LOWAT: [6, 25],
  UDP_GRO: [17, 104], // linux/udp.h
  IPV6_UNICAST_HOPS: [41, 16], // linux/in6.h, to IPV6_TCLASS
  IPV6_MTU_DISCOVER: [41, 23],
  IPV6_MTU: [41, 24],
  IPV6_V6ONLY: [41, 26],
  IPV6_RECVPKTINFO: [41, 49],
  IPV6_DONTFRAG: [41, 62],
  IPV6_TCLASS: [41, 67],
  ICMPV6_FILTER: [58, 1], // linux/icmpv6.h
  ICMP_FILTER: [255, 1], // linux/icmp.h, level SOL_RAW
  NETLINK_EXT_ACK: [270, 11], // linux/netlink.h, level SOL_NETLINK of linux/socket.h
  NETLINK_CAP_ACK: [270, 10],
  NETLINK_GET_STRICT_CHK: [270, 12],
} as const

type Option = keyof typeof options

const c: {
  setsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: number) => number
  getsockopt: (fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array) => number
} = {
  setsockopt: declare("setsockopt", "int", ["int", "int", "int", "void *", "uint"]),
  getsockopt: declare("getsockopt", "int", ["int", "int", "int", "void *", "void *"]),
}

/** `told` is what an observer is shown where `value` points elsewhere. */
export function setOptionBytes(fd: number, name: Option, value: Uint8Array, told = value): void {
  const [level, option] = options[name]
  observedCall(
    () => ({ kind: "setsockopt", name, fd, argument: told.slice(), isByValue: false, interfaces: [] }),
    () => void check(name, c.setsockopt(fd, level, option, value, value.length)),
  )
}

export function setOption(fd: number, name: Option, value: number): void {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, value, true)
  setOptionBytes(fd, name, bytes)
}

/** Reads at most `size` bytes; the answer is as long as the kernel made it. */
export function getOptionBytes(fd: number, name: Option, size: number): Uint8Array {
  const [level, option] = options[name]
  const value = new Uint8Array(size)
  const length = new Uint8Array(4)
  const lengthView = new DataView(length.buffer)
  lengthView.setUint32(0, size, true)
  check(name, c.getsockopt(fd, level, option, value, length))
  return value.subarray(0, lengthView.getUint32(0, true))
}

export function getOption(fd: number, name: Option): number {
  const value = getOptionBytes(fd, name, 4)
  return new DataView(value.buffer).getInt32(0, true)
}

export function setNoDelay(fd: number, on: boolean): void {
  setOption(fd, "TCP_NODELAY", on ? 1 : 0)
}

/** By the kernel's name of it. ENOENT: there is none; EPERM: not for everybody. */
export function setCongestionControl(fd: number, name: string): void {
  setOptionBytes(fd, "TCP_CONGESTION", new TextEncoder().encode(name))
}

/** The kernel's name of it; at most 16 bytes (TCP_CA_NAME_MAX). */
export function getCongestionControl(fd: number): string {
  return new TextDecoder().decode(getOptionBytes(fd, "TCP_CONGESTION", 16)).replace(/\0.*$/s, "")
}

/** The peer is asked after `idleSeconds` of silence, then every `intervalSeconds`, and given up after `count` tries. */
export function setKeepalive(fd: number, probe: { idleSeconds: number; intervalSeconds: number; count: number }): void {
  setOption(fd, "TCP_KEEPIDLE", probe.idleSeconds)
  setOption(fd, "TCP_KEEPINTVL", probe.intervalSeconds)
  setOption(fd, "TCP_KEEPCNT", probe.count)
  setOption(fd, "SO_KEEPALIVE", 1)
}

/** How long sent bytes may stay unacknowledged before the connection dies with ETIMEDOUT. */
export function setUserTimeout(fd: number, milliseconds: number): void {
  setOption(fd, "TCP_USER_TIMEOUT", milliseconds)
}

/** EPOLLOUT only while fewer than these unsent bytes are queued: keeps the wait in the socket short. */
export function setNotSentLowWater(fd: number, bytes: number): void {
  setOption(fd, "TCP_NOTSENT_LOWAT", bytes)
}

export function setReuseAddress(fd: number, on: boolean): void {
  setOption(fd, "SO_REUSEADDR", on ? 1 : 0)
}

export function setV6Only(fd: number, on: boolean): void {
  setOption(fd, "IPV6_V6ONLY", on ? 1 : 0)
}

/** The kernel doubles it for its own bookkeeping and caps it at net.core.wmem_max. */
export function setSendBuffer(fd: number, bytes: number): void {
  setOption(fd, "SO_SNDBUF", bytes)
}

/** The kernel doubles it for its own bookkeeping and caps it at net.core.rmem_max. */
export function setReceiveBuffer(fd: number, bytes: number): void {
  setOption(fd, "SO_RCVBUF", bytes)
}

/** Both buffers, as far as CAP_NET_ADMIN lets the limits of net.core be passed; else up to these. The kernel doubles each. */
export function setBuffers(fd: number, bytes: { send: number; receive: number }): void {
  for (const [forced, plain, size] of [
    ["SO_SNDBUFFORCE", "SO_SNDBUF", bytes.send],
    ["SO_RCVBUFFORCE", "SO_RCVBUF", bytes.receive],
  ] as const) {
    try {
      setOption(fd, forced, size)
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code !== "EPERM") throw error
      setOption(fd, plain, size)
    }
  }
}

/** Datagrams of one sender come many at once; the control message UDP_GRO says how long each is (Linux 5.0). */
export function setReceiveOffload(fd: number, on: boolean): void {
  setOption(fd, "UDP_GRO", on ? 1 : 0)
}

/**
 * linux/in.h: IP_PMTUDISC_WANT. What is above the path's MTU is cut into fragments by this host; all else may not be cut on
 * the way, but for IPv4 datagrams that the kernel cuts from one message (UDP_SEGMENT): these go without DF.
 */
const discoverAndFragment = 1

export function setFragmenting(fd: number, family: IpFamily): void {
  setOption(fd, family === 4 ? "IP_MTU_DISCOVER" : "IPV6_MTU_DISCOVER", discoverAndFragment)
}

/**
 * linux/in.h: IP_PMTUDISC_PROBE. Nothing is cut into fragments, here or on the way, and what the kernel knows of the path's
 * MTU is not looked at: only above the interface's own MTU is sending refused, with EMSGSIZE.
 */
const probe = 3

export function setProbing(fd: number, family: IpFamily): void {
  setOption(fd, family === 4 ? "IP_MTU_DISCOVER" : "IPV6_MTU_DISCOVER", probe)
  if (family === 6) setOption(fd, "IPV6_DONTFRAG", 1)
}

/** From 1 to 255: how many routers what is sent may pass, and one more. */
export function setHopLimit(fd: number, family: IpFamily, hops: number): void {
  setOption(fd, family === 4 ? "IP_TTL" : "IPV6_UNICAST_HOPS", hops)
}

/** Each packet received says when the kernel took it, by the wall clock: an SCM_TIMESTAMPNS control message of this type. */
export function setReceiveTime(fd: number): void {
  setOption(fd, "SO_TIMESTAMPNS", 1)
}

export const receiveTimeControl = { level: options.SO_TIMESTAMPNS[0], type: options.SO_TIMESTAMPNS[1] } as const

/** Each packet received says which address of ours it came to, in an IP_PKTINFO or IPV6_PKTINFO control message. */
export function setReceivePacketInfo(fd: number, family: IpFamily): void {
  setOption(fd, family === 4 ? "IP_PKTINFO" : "IPV6_RECVPKTINFO", 1)
}

/** Of the path to the peer of a connected socket, as the kernel knows it now. */
export function pathMtu(fd: number, family: IpFamily): number {
  return getOption(fd, family === 4 ? "IP_MTU" : "IPV6_MTU")
}

/** The firewall mark of what this socket sends. Needs CAP_NET_ADMIN. */
export function setMark(fd: number, mark: number): void {
  setOption(fd, "SO_MARK", mark)
}

/** An empty name unbinds. */
export function bindToDevice(fd: number, name: string): void {
  setOptionBytes(fd, "SO_BINDTODEVICE", new TextEncoder().encode(`${name}\0`))
}

/** The whole byte: DSCP in the upper six bits, ECN in the lower two (which TCP keeps to itself). */
export function setTypeOfService(fd: number, family: IpFamily, value: number): void {
  setOption(fd, family === 4 ? "IP_TOS" : "IPV6_TCLASS", value)
}

/** close() waits so long for unsent bytes; 0 resets the connection; undefined is the default, to send in the background. */
export function setLinger(fd: number, seconds: number | undefined): void {
  const bytes = new Uint8Array(8) // linux/socket.h: struct linger { int l_onoff; int l_linger }
  const view = new DataView(bytes.buffer)
  view.setInt32(0, seconds === undefined ? 0 : 1, true)
  view.setInt32(4, seconds ?? 0, true)
  setOptionBytes(fd, "SO_LINGER", bytes)
}

/** A blocking receive ends with EAGAIN after so long. */
export function setReceiveTimeout(fd: number, milliseconds: number): void {
  const bytes = new Uint8Array(16) // linux/time_types.h: struct __kernel_old_timeval, two longs
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(milliseconds / 1000), true)
  view.setUint32(8, (milliseconds % 1000) * 1000, true)
  setOptionBytes(fd, "SO_RCVTIMEO", bytes)
}

/** Who opened the other end of a UNIX socket, as the kernel recorded it then. */
export function peerCredentials(fd: number): { pid: number; uid: number; gid: number } {
  const bytes = getOptionBytes(fd, "SO_PEERCRED", 12) // linux/socket.h: struct ucred { u32 pid, uid, gid }
  const view = new DataView(bytes.buffer)
  return { pid: view.getUint32(0, true), uid: view.getUint32(4, true), gid: view.getUint32(8, true) }
}
