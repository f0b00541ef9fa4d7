import {
  allowFragments,
  attachFilter,
  bind,
  closeSocket,
  connect,
  type IpFamily,
  openIcmpSocket,
  setBuffers,
  setIcmpFilter,
  setReceivePacketInfo,
} from "@tundeck/native-bindings"
import type { SocketWishes } from "../messages.ts"
import { echoFilter } from "./icmp-filter.ts"
import { echoMark, formsFor, type Role } from "./icmp-header.ts"
import { applyWishes } from "./socket-wishes.ts"

export interface EchoSocketOptions {
  family: IpFamily
  role: Role
  /** The tunnel's, equal on both sides: what a port is elsewhere. 32 bits. */
  number: number
  /** An address of this host: to listen on, or to call from. Unspecified (0.0.0.0, ::) or absent: any. */
  local?: string | undefined
  /** Whom a caller calls. */
  remote?: string | undefined
  wishes: Omit<SocketWishes, "sourceAddress">
}

/** In: some 3,000 messages of 1,400 bytes, 15 ms at full speed. With 1 MB a busy host loses enough to halve inner TCP. */
const buffers = { send: 1 << 20, receive: 4 << 20 } as const
const unspecified = ["0.0.0.0", "::"]

/** Bound to no address of this host. */
export function listensEverywhere({ role, local }: EchoSocketOptions): boolean {
  return role === "listener" && (local === undefined || unspecified.includes(local))
}

/**
 * A raw socket, non-blocking, that receives what the other role sends and nothing else. A caller's is connected: the
 * kernel drops what others send. Throws SyscallError.
 */
export function openEchoSocket(options: EchoSocketOptions, identifier: number | undefined): number {
  const fd = openIcmpSocket(options.family, "raw")
  try {
    prepare(fd, options, identifier)
    return fd
  } catch (error) {
    closeSocket(fd)
    throw error
  }
}

function prepare(fd: number, options: EchoSocketOptions, identifier: number | undefined): void {
  const { family, role, number, local, remote } = options
  const marks = formsFor[role].map((form) => echoMark(family, form, number))
  // First of all: until then everybody's messages queue here.
  attachFilter(fd, echoFilter(family, marks, identifier))
  // Of other types not even a copy is made.
  setIcmpFilter(
    fd,
    family,
    marks.map(({ type }) => type >> 8),
  )
  applyWishes(fd, family, options.wishes)
  setBuffers(fd, buffers)
  // Without DF a packet that is too long for a hop goes through in pieces. With it, it is lost until an ICMP error says so,
  // and for ever where nothing but echo passes, which is where this transport is used. IPv6 hosts cut by themselves.
  if (family === 4) allowFragments(fd)
  if (listensEverywhere(options)) {
    if (family === 6) setReceivePacketInfo(fd, 6)
  } else if (local !== undefined) bind(fd, { address: local, port: 0 })
  if (remote !== undefined) connect(fd, { address: remote, port: 0 })
}
