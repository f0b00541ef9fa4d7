import {
  bind,
  closeSocket,
  connect,
  createArena,
  decodeSocketAddress,
  listen,
  openTcpSocket,
  type SocketAddress,
  SyscallError,
  setKeepalive,
  setNoDelay,
  setNotSentLowWater,
  setReuseAddress,
  setUserTimeout,
  setV6Only,
  socketAddressSize,
  socketType,
  sys,
} from "@tundeck/native-bindings"
import { formatEndpoint, ipFamily } from "@tundeck/shared"
import type { NumericEndpoint, SocketWishes } from "../messages.ts"
import { applyWishes } from "./socket-wishes.ts"

/** TCP sockets as the relay wants them. Cold calls: they run once per connection, and throw SyscallError. */

/**
 * A peer that went away without a word is noticed within 15 s: idle, by keepalive probes after 7 s; with data under way,
 * 7 s after the first retransmission. At worst the two add up, when data is sent just before the probes would end it.
 */
const keepalive = { idleSeconds: 4, intervalSeconds: 1, count: 3 }
const userTimeoutMs = 7_000
/** Unsent bytes that the kernel keeps: enough to keep the wire busy, few enough to keep the queue short. */
const notSentBytes = 256 * 1024

function configure(fd: number): void {
  setNoDelay(fd, true)
  setKeepalive(fd, keepalive)
  setUserTimeout(fd, userTimeoutMs)
  setNotSentLowWater(fd, notSentBytes)
}

function socketAddress({ address, port }: NumericEndpoint): SocketAddress {
  return { address, port }
}

export function familyOf(address: string): 4 | 6 {
  return ipFamily(address) ?? 4
}

export function openListener(local: NumericEndpoint, wishes: SocketWishes): number {
  const family = familyOf(local.address)
  const fd = openTcpSocket(family)
  try {
    setReuseAddress(fd, true)
    // What is accepted inherits them.
    applyWishes(fd, family, wishes)
    // [::] takes IPv4 callers too; a peer's address is then compared without its mapping.
    if (family === 6) setV6Only(fd, local.address !== "::")
    bind(fd, socketAddress(local))
    listen(fd, 128)
  } catch (error) {
    closeSocket(fd)
    throw error
  }
  return fd
}

/** A socket on its way to `remote`; its first EPOLLOUT says that the attempt has ended, `sys.getSocketError` how. */
export function openConnection(remote: NumericEndpoint, wishes: SocketWishes): { fd: number; errno: number } {
  const family = familyOf(remote.address)
  const fd = openTcpSocket(family)
  try {
    configure(fd)
    applyWishes(fd, family, wishes)
    if (wishes.sourceAddress !== undefined) bind(fd, { address: wishes.sourceAddress, port: 0 })
  } catch (error) {
    closeSocket(fd)
    throw error
  }
  return { fd, errno: connectErrno(fd, remote) }
}

/** 0: connected. EINPROGRESS, mostly. */
function connectErrno(fd: number, remote: NumericEndpoint): number {
  try {
    connect(fd, socketAddress(remote))
    return 0
  } catch (error) {
    if (error instanceof SyscallError) return error.errno
    throw error
  }
}

const scratch = createArena(socketAddressSize + 8)

/** The next caller, or undefined when there is none. */
export function acceptConnection(listener: number): { fd: number; remote: NumericEndpoint } | undefined {
  scratch.view.setUint32(socketAddressSize, socketAddressSize, true)
  const fd = sys.accept4(
    listener,
    scratch.address,
    scratch.address + socketAddressSize,
    socketType.nonBlocking | socketType.closeOnExec,
  )
  if (fd < 0) return undefined
  const name = decodeSocketAddress(scratch.bytes.slice(0, scratch.view.getUint32(socketAddressSize, true)))
  if (name === undefined) {
    closeSocket(fd)
    return undefined
  }
  configure(fd)
  return { fd, remote: { address: withoutMapping(name.address), port: name.port } }
}

/** ::ffff:10.0.0.1, as an IPv6 listener names an IPv4 caller, to 10.0.0.1. */
export function withoutMapping(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (hex === null) return address
  const [high, low] = [Number.parseInt(hex[1] ?? "0", 16), Number.parseInt(hex[2] ?? "0", 16)]
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

export function endpointText(endpoint: NumericEndpoint): string {
  return formatEndpoint({ host: endpoint.address, port: endpoint.port })
}
