import { parseMacAddress } from "../address/mac-address.ts"
import { close, ioctlInteger, ioctlPointer, open, openFlags } from "../libc/files.ts"
import { byValue, type InterfaceName, observedCall, observedOpening } from "../libc/kernel-calls.ts"
import { SyscallError } from "../libc/syscall-error.ts"
import { receiveFileDescriptor } from "../socket/pass-descriptor.ts"
import { decodeTunFlags, encodeTunFlags, type TunAttachment, type TunState, tunFlags } from "./flags.ts"
import { decodeInterfaceFlags, encodeHardwareAddress, encodeInterfaceFlags } from "./interface-request.ts"

// linux/if_tun.h: _IOW('T', n, …) is 0x400454nn, _IOR is 0x800454nn. asm-generic/ioctl.h, the same on arm64.
const request = {
  TUNSETIFF: 0x400454ca,
  TUNSETPERSIST: 0x400454cb,
  TUNSETOWNER: 0x400454cc,
  TUNSETGROUP: 0x400454ce,
  TUNGETFEATURES: 0x800454cf,
  TUNSETOFFLOAD: 0x400454d0,
  TUNGETIFF: 0x800454d2,
  TUNGETSNDBUF: 0x800454d3,
  TUNSETSNDBUF: 0x400454d4,
  TUNGETVNETHDRSZ: 0x800454d7,
  TUNSETVNETHDRSZ: 0x400454d8,
  TUNSETQUEUE: 0x400454d9,
  TUNSETCARRIER: 0x400454e2,
  SIOCSIFHWADDR: 0x8924, // linux/sockios.h
} as const

type Request = keyof typeof request

function withInteger(name: Request, fd: number, value: number): void {
  observedCall(
    () => ({ kind: "ioctl", name, fd, argument: byValue(value), isByValue: true, interfaces: attachedTo(fd) }),
    () => void ioctlInteger(name, fd, request[name], value),
  )
}

/** The structure is read and written in place. */
function withStructure(name: Request, fd: number, bytes: Uint8Array): void {
  observedCall(
    () => ({ kind: "ioctl", name, fd, argument: bytes.slice(), isByValue: false, interfaces: attachedTo(fd) }),
    () => void ioctlPointer(name, fd, request[name], bytes),
    () => ({ answer: bytes.slice() }),
  )
}

function setInteger(name: Request, fd: number, value: number): void {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, value, true)
  withStructure(name, fd, bytes)
}

function getInteger(name: Request, fd: number): number {
  const bytes = new Uint8Array(4)
  ioctlPointer(name, fd, request[name], bytes)
  return new DataView(bytes.buffer).getInt32(0, true)
}

/** A fresh fd, attached to nothing yet: read-write, non-blocking, close-on-exec. */
export function openTun(path = "/dev/net/tun"): number {
  const flags = openFlags.readWrite | openFlags.nonBlocking | openFlags.closeOnExec
  const argument = () => Uint8Array.of(...byValue(flags), ...new TextEncoder().encode(`${path}\0`))
  return observedOpening(
    () => ({ kind: "file", name: "open", argument: argument(), isByValue: false }),
    () => open(path, flags),
  )
}

/** One that another process has opened and passes. Throws like `receiveFileDescriptor`. */
export function receiveTun(socketFd: number, timeoutMilliseconds: number): number {
  return observedOpening(
    () => ({ kind: "file", name: "recvmsg", argument: new Uint8Array(), isByValue: false }),
    () => receiveFileDescriptor(socketFd, timeoutMilliseconds).fd,
  )
}

/** Waits for the kernel, 16 ms and more where the interface goes with it. */
export function closeTun(fd: number): void {
  observedCall(
    () => ({ ...{ kind: "file", name: "close", fd }, ...nothing, interfaces: attachedTo(fd) }),
    () => close(fd),
  )
}

const nothing = { argument: new Uint8Array(), isByValue: false }

/**
 * Creates the interface or attaches to it (TUNSETIFF). Without a name the kernel picks one, and it expands `tun%d`:
 * the name in the answer is the true one. EBUSY: somebody holds it. EINVAL: another kind or queue mode. EPERM: not ours.
 */
export function tunSetInterface(
  fd: number,
  wanted: TunAttachment & { name?: string },
): { name: string; flags: number } {
  const bytes = encodeInterfaceFlags(wanted.name ?? "", encodeTunFlags(wanted))
  const named = () => [{ index: 0, name: decodeInterfaceFlags(bytes).name }]
  observedCall(
    () => ({ kind: "ioctl", name: "TUNSETIFF", fd, argument: bytes.slice(), isByValue: false, interfaces: named() }),
    () => void ioctlPointer("TUNSETIFF", fd, request.TUNSETIFF, bytes),
    () => ({ answer: bytes.slice(), interfaces: named() }),
  )
  return decodeInterfaceFlags(bytes)
}

/** What the fd is attached to. EBADFD when it is attached to nothing. */
export function tunGetInterface(fd: number): TunState & { name: string; flags: number } {
  const bytes = encodeInterfaceFlags("", 0)
  ioctlPointer("TUNGETIFF", fd, request.TUNGETIFF, bytes)
  const { name, flags } = decodeInterfaceFlags(bytes)
  return { name, flags, ...decodeTunFlags(flags) }
}

/** The TUNSETIFF flags that this kernel knows, as bits of `tunFlags`. */
export function tunGetFeatures(fd: number): number {
  return getInteger("TUNGETFEATURES", fd)
}

export function tunSetPersistent(fd: number, persistent: boolean): void {
  withInteger("TUNSETPERSIST", fd, persistent ? 1 : 0)
}

/** A numeric user id; -1 clears where the kernel allows it, else EINVAL. */
export function tunSetOwner(fd: number, uid: number): void {
  withInteger("TUNSETOWNER", fd, uid)
}

/** A numeric group id; -1 clears where the kernel allows it, else EINVAL. */
export function tunSetGroup(fd: number, gid: number): void {
  withInteger("TUNSETGROUP", fd, gid)
}

/** Bits of `tunOffload`: what may come out of a read unfinished. Only sensible with the virtio header. */
export function tunSetOffload(fd: number, bits: number): void {
  withInteger("TUNSETOFFLOAD", fd, bits)
}

/** In bytes: 10, or 12 with the count of merged buffers. */
export function tunSetVnetHeaderSize(fd: number, size: number): void {
  setInteger("TUNSETVNETHDRSZ", fd, size)
}

export function tunGetVnetHeaderSize(fd: number): number {
  return getInteger("TUNGETVNETHDRSZ", fd)
}

/** Takes this fd's queue of a multi-queue interface into service or out of it. */
export function tunSetQueue(fd: number, attach: boolean): void {
  const bytes = encodeInterfaceFlags("", attach ? tunFlags.attachQueue : tunFlags.detachQueue)
  withStructure("TUNSETQUEUE", fd, bytes)
}

export function tunSetCarrier(fd: number, up: boolean): void {
  setInteger("TUNSETCARRIER", fd, up ? 1 : 0)
}

/** Bytes that may wait between a write here and the stack. */
export function tunSetSendBuffer(fd: number, bytes: number): void {
  setInteger("TUNSETSNDBUF", fd, bytes)
}

export function tunGetSendBuffer(fd: number): number {
  return getInteger("TUNGETSNDBUF", fd)
}

/** SIOCSIFHWADDR on a tap's fd. */
export function setHardwareAddress(fd: number, mac: string): void {
  const bytes = parseMacAddress(mac)
  if (bytes === undefined) throw new RangeError(`not a MAC address: ${mac}`)
  withStructure("SIOCSIFHWADDR", fd, encodeHardwareAddress(bytes))
}

/** For whoever observes: none before TUNSETIFF, nor after the interface was deleted. */
function attachedTo(fd: number): InterfaceName[] {
  try {
    const { name, kind } = tunGetInterface(fd)
    return [{ index: 0, name, kind }]
  } catch (error) {
    if (error instanceof SyscallError) return []
    throw error
  }
}
