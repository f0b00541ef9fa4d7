import {
  allowFragments,
  attachFilter,
  bind,
  bindToDevice,
  close,
  connect,
  errno,
  forceReceiveBuffer,
  forceSendBuffer,
  type IpFamily,
  openIcmpSocket,
  SyscallError,
  setIcmpFilter,
  setMark,
  setReceiveBuffer,
  setReceivePacketInfo6,
  setSendBuffer,
  setTypeOfService,
} from "@tundeck/native-bindings"
import { echoFilter } from "./icmp-filter.ts"
import { echoMark, otherRole, type Role } from "./icmp-header.ts"

export interface EchoSocketOptions {
  family: IpFamily
  role: Role
  /** The tunnel's, equal on both sides: what a port is elsewhere. 32 bits. */
  number: number
  /** An address of this host: to listen on, or to call from. Unspecified (0.0.0.0, ::) or absent: any. */
  local?: string | undefined
  /** Whom a caller calls. */
  remote?: string | undefined
  sourceInterface?: string | undefined
  firewallMark?: number | undefined
  dscp?: number | undefined
  receiveBufferBytes?: number | undefined
  sendBufferBytes?: number | undefined
}

const unspecified = ["0.0.0.0", "::"]

/** Bound to no address of this host. */
export function listensEverywhere({ role, local }: EchoSocketOptions): boolean {
  return role === "listener" && (local === undefined || unspecified.includes(local))
}

/**
 * A raw socket, non-blocking, that receives what the other role sends and nothing else. A caller's is connected: the
 * kernel drops what others send, and knows the path's MTU. Throws SyscallError.
 */
export function openEchoSocket(options: EchoSocketOptions, identifier: number | undefined): number {
  const fd = openIcmpSocket(options.family, "raw")
  try {
    prepare(fd, options, identifier)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

function prepare(fd: number, options: EchoSocketOptions, identifier: number | undefined): void {
  const { family, role, number, local, remote } = options
  const theirs = echoMark(family, otherRole[role], number)
  // First of all: until then everybody's messages queue here.
  attachFilter(fd, echoFilter(family, theirs, identifier))
  setIcmpFilter(fd, family, theirs.type >> 8)
  if (options.sourceInterface !== undefined) bindToDevice(fd, options.sourceInterface)
  if (options.firewallMark !== undefined) setMark(fd, options.firewallMark)
  if (options.dscp !== undefined) setTypeOfService(fd, family, options.dscp << 2)
  setBuffers(fd, options)
  // Without DF a packet that is too long for a hop goes through in pieces. With it, it is lost until an ICMP error says so,
  // and for ever where nothing but echo passes, which is where this transport is used. IPv6 hosts cut by themselves.
  if (family === 4) allowFragments(fd)
  if (listensEverywhere(options)) {
    if (family === 6) setReceivePacketInfo6(fd)
  } else if (local !== undefined) bind(fd, { address: local, port: 0 })
  if (remote !== undefined) connect(fd, { address: remote, port: 0 })
}

/** About 1,800 messages of 1,400 bytes: 10 ms at full speed. */
const bufferBytes = 4 * 1024 * 1024

function setBuffers(
  fd: number,
  { receiveBufferBytes = bufferBytes, sendBufferBytes = bufferBytes }: EchoSocketOptions,
) {
  try {
    forceReceiveBuffer(fd, receiveBufferBytes)
    forceSendBuffer(fd, sendBufferBytes)
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errno !== errno.EPERM) throw error
    // In a user namespace CAP_NET_ADMIN is not enough: the kernel caps these instead.
    setReceiveBuffer(fd, receiveBufferBytes)
    setSendBuffer(fd, sendBufferBytes)
  }
}
