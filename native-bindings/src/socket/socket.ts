import { close } from "../libc/files.ts"
import { byValue, type KernelCall, observedCall, observedOpening } from "../libc/kernel-calls.ts"
import { declare } from "../libc/library.ts"
import { check, SyscallError } from "../libc/syscall-error.ts"
import {
  addressFamily,
  decodeSocketAddress,
  encodeSocketAddress,
  familyNumber,
  type IpFamily,
  type SocketAddress,
  socketAddressSize,
} from "./socket-address.ts"

// linux/net.h: SOCK_STREAM and so on; the two flags are O_NONBLOCK and O_CLOEXEC of asm-generic/fcntl.h.
export const socketType = {
  stream: 1,
  datagram: 2,
  raw: 3,
  nonBlocking: 0o4000,
  closeOnExec: 0o2000000,
} as const

/** linux/socket.h: MSG_PEEK and so on. */
export const messageFlags = {
  peek: 0x02,
  controlTruncated: 0x08,
  truncated: 0x20,
  doNotWait: 0x40,
  noSignal: 0x4000,
  more: 0x8000,
  zeroCopy: 0x4000000,
  closeOnExec: 0x40000000,
} as const

/** linux/udp.h: level and types of UDP's control messages: a u16 that cuts what is sent, an int that says how what came was cut. */
export const udpControl = { level: 17, segment: 103, receiveOffload: 104 } as const

// linux/in.h, linux/in6.h
const protocol = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 } as const

const c: {
  socket: (family: number, type: number, protocol: number) => number
  socketpair: (family: number, type: number, protocol: number, fds: Uint8Array) => number
  bind: (fd: number, address: Uint8Array, length: number) => number
  listen: (fd: number, backlog: number) => number
  connect: (fd: number, address: Uint8Array, length: number) => number
  shutdown: (fd: number, how: number) => number
  getsockname: (fd: number, address: Uint8Array, length: Uint8Array) => number
  getpeername: (fd: number, address: Uint8Array, length: Uint8Array) => number
} = {
  socket: declare("socket", "int", ["int", "int", "int"]),
  socketpair: declare("socketpair", "int", ["int", "int", "int", "void *"]),
  bind: declare("bind", "int", ["int", "void *", "uint"]),
  listen: declare("listen", "int", ["int", "int"]),
  connect: declare("connect", "int", ["int", "void *", "uint"]),
  shutdown: declare("shutdown", "int", ["int", "int"]),
  getsockname: declare("getsockname", "int", ["int", "void *", "void *"]),
  getpeername: declare("getpeername", "int", ["int", "void *", "void *"]),
}

/** A socket of any family; close-on-exec always, blocking unless `socketType.nonBlocking` is among the type's bits. */
export function openSocket(family: number, type: number, protocol: number): number {
  const allFlags = type | socketType.closeOnExec
  return observedOpening(
    () => ({ kind: "socket", name: "socket", argument: byValue(family, allFlags, protocol), isByValue: true }),
    () => check("socket", c.socket(family, allFlags, protocol)),
  )
}

/** Never fails: whatever the kernel says, the fd is gone. */
export function closeSocket(fd: number): void {
  try {
    observedCall(
      () => told("close", fd, new Uint8Array()),
      () => close(fd),
    )
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
  }
}

function told(name: "bind" | "listen" | "connect" | "close", fd: number, argument: Uint8Array, isByValue = false) {
  return { ...{ kind: "socket", name, fd, argument, isByValue }, interfaces: [] } satisfies Partial<KernelCall>
}

/** Non-blocking. */
export function openTcpSocket(family: IpFamily): number {
  return openSocket(familyNumber(family), socketType.stream | socketType.nonBlocking, protocol.tcp)
}

/** Non-blocking. */
export function openUdpSocket(family: IpFamily): number {
  return openSocket(familyNumber(family), socketType.datagram | socketType.nonBlocking, protocol.udp)
}

/** Non-blocking. `raw` needs CAP_NET_RAW; `dgram` is the ping socket, for groups within net.ipv4.ping_group_range. */
export function openIcmpSocket(family: IpFamily, kind: "raw" | "dgram"): number {
  const type = kind === "raw" ? socketType.raw : socketType.datagram
  return openSocket(familyNumber(family), type | socketType.nonBlocking, family === 4 ? protocol.icmp : protocol.icmp6)
}

/** Two connected sockets, blocking. */
export function openUnixSocketPair(kind: "stream" | "datagram" = "stream"): [number, number] {
  const fds = new Uint8Array(8)
  check("socketpair", c.socketpair(addressFamily.unix, socketType[kind] | socketType.closeOnExec, 0, fds))
  const view = new DataView(fds.buffer)
  return [view.getInt32(0, true), view.getInt32(4, true)]
}

export function bind(fd: number, address: SocketAddress): void {
  bindEncoded(fd, encodeSocketAddress(address))
}

/** For the families that `SocketAddress` does not speak of. */
export function bindEncoded(fd: number, address: Uint8Array): void {
  observedCall(
    () => told("bind", fd, address.slice()),
    () => void check("bind", c.bind(fd, address, address.length)),
  )
}

export function listen(fd: number, backlog: number): void {
  observedCall(
    () => told("listen", fd, byValue(backlog), true),
    () => void check("listen", c.listen(fd, backlog)),
  )
}

/** Starts to connect. On a non-blocking socket EINPROGRESS is thrown like any other. */
export function connect(fd: number, address: SocketAddress): void {
  connectEncoded(fd, encodeSocketAddress(address))
}

export function connectEncoded(fd: number, address: Uint8Array): void {
  observedCall(
    () => told("connect", fd, address.slice()),
    () => void check("connect", c.connect(fd, address, address.length)),
  )
}

/** linux/net.h: SHUT_RD, SHUT_WR, SHUT_RDWR */
export function shutdown(fd: number, how: "read" | "write" | "both"): void {
  check("shutdown", c.shutdown(fd, { read: 0, write: 1, both: 2 }[how]))
}

/** Our own end. */
export function socketName(fd: number): SocketAddress {
  return readName("getsockname", fd)
}

/** The other end. ENOTCONN when there is none. */
export function peerName(fd: number): SocketAddress {
  return readName("getpeername", fd)
}

function readName(call: "getsockname" | "getpeername", fd: number): SocketAddress {
  const bytes = new Uint8Array(socketAddressSize)
  const length = new Uint8Array(4)
  const lengthView = new DataView(length.buffer)
  lengthView.setUint32(0, bytes.length, true)
  check(call, c[call](fd, bytes, length))
  const name = decodeSocketAddress(bytes.subarray(0, lengthView.getUint32(0, true)))
  if (name === undefined) throw new TypeError(`${call}: not an IP socket`)
  return name
}
